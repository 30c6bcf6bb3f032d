"""What desks that take the user's own tables share: the words for a file, and the last year with all figures."""

from pathlib import Path
from typing import TYPE_CHECKING

from yugong.base.text import Text

if TYPE_CHECKING:
    from yugong.study.model import Study


def user_file(file: str) -> Text:
    """Return the words that name the file, without its folder."""
    name = Path(file).name
    return Text(f"用户文件 {name}", f"the user's file {name}")


def last_year(study: "Study", *variables: str) -> int:
    """Return the last year in which every place that ever reports has figures of all variables."""
    panels = [study.panel(v) for v in variables]
    years = sorted(set.intersection(*(set(p.columns[p.notna().any()]) for p in panels)))
    full = [y for y in years if all(p.loc[p.notna().any(axis=1), y].notna().all() for p in panels)]
    return int((full or years)[-1])
