"""A result's table with its words in both languages."""

from typing import Any

import pandas as pd

from yugong.base.text import Text, speaking
from yugong.report.numbers import NONE


def bilingual(result: Any) -> pd.DataFrame:
    """Return a result's table; words and headings that it writes in the language of the moment become Text in both."""
    with speaking("zh"):
        zh: pd.DataFrame = result.table()
    with speaking("en"):
        en: pd.DataFrame = result.table()
    if zh.shape != en.shape:
        return result.table()  # type: ignore[no-any-return]
    out = zh.copy()
    out.attrs = dict(zh.attrs)
    titles = dict(zh.attrs.get("titles", {}))
    for i, (name, other) in enumerate(zip(zh.columns, en.columns, strict=True)):
        if name != other:
            titles[str(name)] = (Text(str(name), str(other)), titles.get(str(name), (NONE, NONE))[1])
        if pd.api.types.is_numeric_dtype(zh.dtypes.iloc[i]):
            continue
        pairs = list(zip(zh.iloc[:, i], en.iloc[:, i], strict=True))
        if any(_differ(a, b) for a, b in pairs):
            words = [Text(a, b) if _differ(a, b) else a for a, b in pairs]
            out[name] = pd.Series(words, index=out.index, dtype=object)
    if titles:
        out.attrs["titles"] = titles
    return out


def _differ(a: Any, b: Any) -> bool:
    return isinstance(a, str) and isinstance(b, str) and a != b
