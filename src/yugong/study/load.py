"""A study folder, read and checked into a Study."""

import os
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.study.flow import Diagonal, Flow, Table
from yugong.study.manifest import Manifest, read_manifest
from yugong.study.model import Study
from yugong.study.pending import part
from yugong.study.placebook import PlaceBook, own_book, registry_book
from yugong.study.records import read_numbers, read_records
from yugong.study.variable import Variable, variable

if TYPE_CHECKING:
    import pandas as pd

Locate = Callable[[str], Path]  # a file's name in the study → where it lies


def china() -> Study:
    """Return the embedded China study: 31 provinces, official annual figures and flows."""
    return read("china")


def folder_of(name: str | os.PathLike[str]) -> Path:
    """Return the folder of a study given by path, or of the embedded one called 'china'."""
    path = Path(name)
    if str(name) == "china" and not (path / "study.toml").is_file():
        return Path(str(files("yugong.study").joinpath("china")))
    return path.parent if path.name == "study.toml" else path


def read(name: str | os.PathLike[str], staged: Path | None = None) -> Study:
    """Read the study in a folder (or 'china'); InputError collects everything wrong with its files.

    Files in the folder `staged` are read in place of the study's own: what the study would be after a change.
    """
    folder = folder_of(name)
    where = partial(part, folder, staged=staged)
    manifest = read_manifest(folder)
    book, own_groups = place_book(folder, manifest)
    problems: list[Problem] = []
    variables = _variables(where, manifest, problems)
    frame = _panel(where, manifest, variables, book, problems)
    places = _places(manifest, frame, book, problems)
    flows = _flows(where, manifest, places, problems)
    national = _national(where, manifest, variables, problems)
    tables = _tables(where, manifest, problems)
    headline = _headline(manifest, variables, problems)
    if problems:
        raise InputError(problems)
    present = frame.index.get_level_values("year")
    years = [
        y
        for y in (manifest.first_year or min(present, default=None), manifest.last_year or max(present, default=None))
        if y
    ]
    return Study(
        id=manifest.id,
        title=Text(manifest.title_zh, manifest.title_en),
        places=places,
        years=tuple(range(int(years[0]), int(years[-1]) + 1)) if years else (),
        variables=variables,
        flows=flows,
        frame=frame,
        names={code: book.names[code] for code in places},
        level=manifest.level,
        base_year=manifest.base_year,
        groups=tuple(manifest.groups),
        national=national,
        own_groups=own_groups,
        folder=folder,
        headline=headline,
        weights=manifest.weights,
        note=Text(manifest.note_zh or manifest.note_en, manifest.note_en or manifest.note_zh),
        tables=tables,
        published=_texts(where, manifest.files.published),
        absent=_texts(where, manifest.files.absent),
        indicators={r["indicator"]: r["variable"] for r in _texts(where, manifest.files.indicators)},
    )


def place_book(folder: Path, manifest: Manifest) -> tuple[PlaceBook, dict[str, dict[str, str]]]:
    """Return the study's place names: its own places.csv (code,zh,en, further columns are groupings) or the registry's."""
    path = part(folder, manifest.files.places)
    if not path.is_file():
        return registry_book(manifest.level), {}
    rows = read_records(path, ("code", "zh", "en"))
    groupings = [name for name in (rows[0] if rows else {}) if name not in ("code", "zh", "en")]
    groups = {g: {row["code"]: row[g] for row in rows if row[g]} for g in groupings}
    return own_book(((r["code"], r["zh"], r["en"]) for r in rows), manifest.level), groups


def _variables(where: Locate, manifest: Manifest, problems: list[Problem]) -> dict[str, Variable]:
    path = where(manifest.files.variables)
    if not path.is_file():
        problems.append(_absent(path))
        return {}
    out: dict[str, Variable] = {}
    for at, row in enumerate(read_records(path, ("id", "title_zh", "title_en", "unit_zh", "unit_en")), 2):
        made, wrong = variable(row, path.name, at)
        problems += wrong
        if not made.id.isidentifier():
            what = Text(f"“{made.id}”不能作变量名", f"{made.id!r} cannot be a variable id")
            do = Text("只用字母、汉字、数字和下划线", "use letters, digits and underscores only")
            problems.append(Problem(what, do, path.name, None, at, "id"))
        if made.id in out:
            what = Text(f"变量“{made.id}”重复", f"variable {made.id!r} occurs twice")
            problems.append(Problem(what, None, path.name, None, at, "id"))
        out[made.id] = made
    return out


def _absent(path: Path) -> Problem:
    return Problem(Text(f"研究文件夹里没有 {path.name}", f"the study folder has no {path.name}"), None, path.name)


def _panel(
    where: Locate, manifest: Manifest, variables: dict[str, Variable], book: PlaceBook, problems: list[Problem]
) -> "pd.DataFrame":
    import pandas as pd

    path = where(manifest.files.panel)
    if path.is_file():
        frame = read_numbers(path, ("place", "year"), problems)
    else:
        problems.append(_absent(path))
        frame = pd.DataFrame({"place": [], "year": []})
    for column in frame.columns.difference(["place", "year", *variables]):
        what = Text(f"列“{column}”不在 variables.csv 中", f"column {column!r} is not in variables.csv")
        do = Text("在 variables.csv 加一行，或删去该列", "add a row to variables.csv, or delete the column")
        problems.append(Problem(what, do, path.name, None, 1, str(column)))
    unknown = ~frame["place"].isin(list(book.names))
    for at in frame.index[unknown][:50]:
        code = frame.loc[at, "place"]
        what = Text(f"“{code}”不是这一级地区的代码", f"{code!r} is not a place code of this level")
        problems.append(Problem(what, None, path.name, None, int(at) + 2, "place"))
    for at in frame.index[frame.duplicated(["place", "year"])][:50]:
        what = Text("同一地区同一年份出现两次", "the same place and year occur twice")
        problems.append(Problem(what, Text("合并为一行", "merge them into one row"), path.name, None, int(at) + 2))
    frame = frame.set_index(["place", "year"]).reindex(columns=list(variables)).astype("float64")
    return frame


def _places(manifest: Manifest, frame: "pd.DataFrame", book: PlaceBook, problems: list[Problem]) -> tuple[str, ...]:
    if manifest.places is None:
        present = set(frame.index.get_level_values("place"))
        return tuple(code for code in book.names if code in present)
    wrong = [code for code in manifest.places if code not in book.names]
    problems += [
        Problem(Text(f"places 中的“{c}”不是地区代码", f"{c!r} in places is not a place code"), None, "study.toml")
        for c in wrong
    ]
    outside = sorted(set(frame.index.get_level_values("place")) - set(manifest.places))
    if outside:
        shown = ", ".join(outside[:5])
        what = Text(f"有地区不在 study.toml 的 places 中：{shown}", f"places not listed in study.toml: {shown}")
        problems.append(Problem(what, None, manifest.files.panel))
    return tuple(code for code in manifest.places if code in book.names)


def _flows(where: Locate, manifest: Manifest, places: tuple[str, ...], problems: list[Problem]) -> dict[str, Flow]:
    path = where(manifest.files.flows)
    if not path.is_file():
        return {}
    out: dict[str, Flow] = {}
    for at, row in enumerate(read_records(path, ("id", "title_zh", "title_en", "unit_zh", "unit_en", "diagonal")), 2):
        made, wrong = variable(row, path.name, at)
        problems += wrong
        if row["diagonal"] not in get_args(Diagonal):
            words = ", ".join(get_args(Diagonal))
            what = Text(f"diagonal 不能是“{row['diagonal']}”", f"diagonal cannot be {row['diagonal']!r}")
            problems.append(
                Problem(what, Text(f"写其中之一：{words}", f"write one of: {words}"), path.name, None, at, "diagonal")
            )
            continue
        data = where(row.get("file") or f"flows/{made.id}.csv")
        if not data.is_file():
            problems.append(_absent(data))
            continue
        frame = _flow_frame(data, made.id, places, row["diagonal"], problems)
        out[made.id] = Flow(made, cast("Diagonal", row["diagonal"]), places, frame)
    return out


def _flow_frame(
    path: Path, name: str, places: tuple[str, ...], diagonal: str, problems: list[Problem]
) -> "pd.DataFrame":
    with path.open(encoding="utf-8-sig") as f:
        head = f.readline().strip().split(",")
    keys = [
        key for key in ("origin", "destination", "year", "sector") if key in head or key in ("origin", "destination")
    ]
    file = f"flows/{name}.csv"
    frame = read_numbers(path, keys, problems, file)
    if "value" not in frame:
        problems.append(Problem(Text("缺少 value 列", "there is no value column"), None, file, row=1))
        return frame
    for column in ("origin", "destination"):
        for at in frame.index[~frame[column].isin(list(places))][:20] if places else ():
            what = Text(
                f"“{frame.loc[at, column]}”不是本研究的地区", f"{frame.loc[at, column]!r} is no place of this study"
            )
            problems.append(Problem(what, None, file, None, int(at) + 2, column))
    for at in frame.index[frame.duplicated(keys)][:20]:
        what = Text("同一对地区重复", "the same pair occurs twice")
        problems.append(Problem(what, None, file, None, int(at) + 2))
    if diagonal != "included":
        for at in frame.index[(frame["origin"] == frame["destination"]) & frame["value"].notna()][:20]:
            what = Text(f"对角线登记为 {diagonal}，却有数", f"the diagonal is declared {diagonal}, yet has a figure")
            problems.append(Problem(what, None, file, None, int(at) + 2, "value"))
    return frame


def _headline(manifest: Manifest, variables: dict[str, Variable], problems: list[Problem]) -> dict[str, str]:
    named = {**{f"headline.{k}": v for k, v in manifest.headline.items()}, "weights": manifest.weights}
    for key, id_ in named.items():
        if id_ and id_ not in variables:
            what = Text(f"{key} 指向的变量“{id_}”不存在", f"{key} names a variable {id_!r} that is not there")
            problems.append(Problem(what, None, "study.toml", column=key))
    return dict(manifest.headline)


def _texts(where: Locate, name: str) -> tuple[dict[str, str], ...]:
    path = where(name)
    return tuple(read_records(path, ())) if path.is_file() else ()


def _tables(where: Locate, manifest: Manifest, problems: list[Problem]) -> dict[str, Table]:
    out: dict[str, Table] = {}
    path = where(manifest.files.tables)
    labels = _texts(where, manifest.files.labels)
    for at, row in enumerate(read_records(path, ("id", "file", "dimensions")) if path.is_file() else (), 2):
        made, wrong = variable(row, path.name, at)
        problems += wrong
        data = where(row["file"])
        if not data.is_file():
            problems.append(_absent(data))
            continue
        dimensions = tuple(d.strip() for d in row["dimensions"].split(","))
        frame = read_numbers(data, dimensions, problems, row["file"])
        words = {(r["dimension"], r["id"]): Text(r["zh"], r["en"]) for r in labels if r["table"] == made.id}
        out[made.id] = Table(made, dimensions, frame, words)
    return out


def _national(
    where: Locate, manifest: Manifest, variables: dict[str, Variable], problems: list[Problem]
) -> "pd.DataFrame | None":
    path = where(manifest.files.national)
    if not path.is_file():
        return None
    frame = read_numbers(path, ("year",), problems)
    for column in frame.columns.difference(["year", *variables]):
        what = Text(f"列“{column}”不在 variables.csv 中", f"column {column!r} is not in variables.csv")
        problems.append(Problem(what, None, path.name, None, 1, str(column)))
    again = frame.index[frame.duplicated("year")]
    twice = Text("年份重复", "the year occurs twice")
    problems += [Problem(twice, None, path.name, None, int(at) + 2, "year") for at in again]
    return frame.set_index("year")
