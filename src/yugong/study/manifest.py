"""study.toml: what a study is called, which places it covers, where its files lie."""

import re
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text

ADVICE = {
    "missing": Text("补上这一项", "add this key"),
    "extra_forbidden": Text("没有这一项；检查拼写", "there is no such key; check the spelling"),
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Files(_Strict):
    """Where the parts lie, relative to the study's folder."""

    variables: str = "variables.csv"
    panel: str = "panel.csv"
    flows: str = "flows.csv"
    national: str = "national.csv"
    places: str = "places.csv"
    tables: str = "tables.csv"
    labels: str = "labels.csv"
    indicators: str = "indicators.csv"
    absent: str = "absent.csv"
    published: str = "published.csv"
    checks: str = "checks.csv"


class Prices(_Strict):
    """How money is valued where a variable does not say."""

    basis: Literal["current", "constant", "none"] = "none"
    base_year: int | None = None


class Manifest(_Strict):
    """The whole of study.toml."""

    format: Literal[1] = 1
    id: str = Field(min_length=1)
    title_zh: str
    title_en: str
    note_zh: str = ""
    note_en: str = ""
    level: str = "province"
    base_year: int | None = Field(default=None, ge=1800, le=2100)
    first_year: int | None = Field(default=None, ge=1800, le=2100)
    last_year: int | None = Field(default=None, ge=1800, le=2100)
    weights: str = ""
    headline: dict[str, str] = {}
    groups: list[str] = []
    places: list[str] | None = None
    files: Files = Files()
    units: dict[str, str] = {}
    prices: Prices = Prices()


def read_manifest(folder: Path) -> Manifest:
    """Read and check study.toml; InputError lists every key that is wrong, with its line."""
    path = folder / "study.toml"
    if not path.is_file():
        what = Text(f"{folder} 里没有 study.toml", f"there is no study.toml in {folder}")
        do = Text("用 yugong study new 新建一个研究", "make a study with: yugong study new")
        raise InputError([Problem(what, do)])
    try:
        text = path.read_text(encoding="utf-8")
        keys = tomllib.loads(text)
    except UnicodeDecodeError as error:
        what = Text("不是 UTF-8 文字", "it is not UTF-8 text")
        raise InputError([Problem(what, None, path.name)]) from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        what = Text(f"不符合 TOML 写法：{error}", f"it is not valid TOML: {error}")
        raise InputError([Problem(what, None, path.name, row=int(line[1]) if line else None)]) from error
    try:
        manifest = Manifest.model_validate(keys)
    except ValidationError as error:
        raise InputError([_problem(path.name, text, e) for e in error.errors()]) from error
    problems = [
        Problem(Text(f"文件“{name}”在研究文件夹之外", f"file {name!r} lies outside the study folder"), None, path.name)
        for name in manifest.files.model_dump().values()
        if not (folder / name).resolve().is_relative_to(folder.resolve())
    ]
    if problems:
        raise InputError(problems)
    return manifest


def _problem(file: str, text: str, error: ErrorDetails) -> Problem:
    key = ".".join(str(part) for part in error["loc"])
    last = str(error["loc"][-1]) if error["loc"] else ""
    line = next((i for i, s in enumerate(text.splitlines(), 1) if re.match(rf"\s*\[?{re.escape(last)}\b", s)), None)
    message = str(error["msg"])
    what = Text(f"“{key}”不对：{message}", f"{key!r} is wrong: {message}")
    return Problem(what, ADVICE.get(str(error["type"])), file, None, line, key)
