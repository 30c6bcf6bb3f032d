"""A user's own economy from filled-in tables: a workbook of six sheets, or a folder with a CSV file for each."""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yugong.base.errors import InputError, Problem, YugongError
from yugong.base.provenance import Provenance, Source
from yugong.base.text import Text
from yugong.simulate.economies.calibration import Calibration
from yugong.simulate.economies.provinces import chosen
from yugong.simulate.economies.tables import from_table
from yugong.study.form import Field, Form, filled, sheet_of

if TYPE_CHECKING:
    import pandas as pd

    from yugong.study.model import Study
    from yugong.study.readers.raw import RawTable

_PLACE, _SECTOR = Text("地区", "place"), Text("部门", "sector")
_ORIGIN, _DESTINATION, _VALUE = Text("来源地", "origin"), Text("目的地", "destination"), Text("数值", "value")
_EVERYWHERE = Text("空着：各地相同", "left empty: the same everywhere")


def _share(note: Text) -> Field:
    return Field("value", Text("份额", "share"), "number", low=0, high=1, note=note)


PLACES = Form(
    "places",
    Text("地区", "Places"),
    (
        Field("place", _PLACE),
        Field("population", Text("人口", "population"), "number", required=False, low=0),
        Field("abroad", Text("境外", "abroad"), "bool", required=False, note=Text("空着：否", "left empty: no")),
    ),
    Text(
        "每个地区一行，可以不是行政区；有迁移表时各地人口都要填",
        "one row a place, of any kind; with a table of moves every population is needed",
    ),
)
SECTORS = Form(
    "sectors",
    Text("部门", "Sectors"),
    (
        Field("sector", _SECTOR),
        Field("trade_elasticity", Text("贸易弹性", "trade elasticity"), "number", required=False, low=0.1, high=50),
    ),
    Text(
        "每个部门一行；弹性空着取参数 trade_elasticity", "one row a sector; an elasticity left empty is the parameter"
    ),
)
TRADE = Form(
    "trade",
    Text("贸易", "Trade"),
    (
        Field("origin", _ORIGIN),
        Field("destination", _DESTINATION),
        Field("sector", _SECTOR),
        Field("value", _VALUE, "number", low=0),
    ),
    Text(
        "全部销售，本地卖给本地的也要；没有的一对就是零。多区域投入产出表按来源地、目的地、部门加总中间与最终使用即得",
        "all sales, at home too; a pair left out is zero. From a multi-regional input–output table: intermediate and"
        " final use added up by origin, destination and sector",
    ),
)
INPUTS = Form(
    "inputs",
    Text("中间投入", "Inputs"),
    (
        Field("place", _PLACE, required=False, note=_EVERYWHERE),
        Field("sector", Text("使用部门", "using sector")),
        Field("input", Text("投入部门", "input sector")),
        _share(Text("占使用部门总产出", "of the using sector's output")),
    ),
)
LABOUR = Form(
    "labour",
    Text("劳动报酬", "Labour"),
    (
        Field("place", _PLACE, required=False, note=_EVERYWHERE),
        Field("sector", _SECTOR),
        _share(Text("占总产出；投入与劳动之外为资本", "of output; what inputs and labour leave is capital")),
    ),
)
MOVES = Form(
    "moves",
    Text("迁移", "Moves"),
    (
        Field("origin", _ORIGIN),
        Field("destination", _DESTINATION),
        Field("value", Text("人数", "people"), "number", low=0),
    ),
    Text("可缺这张表：人就不迁移", "this table may be left out: nobody then moves"),
)
FORMS = (PLACES, SECTORS, TRADE, INPUTS, LABOUR, MOVES)
# What each column names, and the columns that identify a row.
_NAMES = {
    "trade": {"origin": "places", "destination": "places", "sector": "sectors"},
    "inputs": {"place": "places", "sector": "sectors", "input": "sectors"},
    "labour": {"place": "places", "sector": "sectors"},
    "moves": {"origin": "places", "destination": "places"},
    "places": {}, "sectors": {},
}  # fmt: skip


def read_economy(path: str, study: "Study | None" = None, parameters: Mapping[str, float] | None = None) -> Calibration:
    """Return the economy of a filled-in workbook (FORMS), or of a folder with a CSV file named by each form's id.

    A place of the study is known by any of its names and becomes its code; any other place keeps the name it has.
    `parameters` may set trade_elasticity and migration_elasticity. InputError lists, with file, sheet, row and column,
    negative and missing figures, unknown places and sectors, doubled rows, shares above one, places without people.
    """
    value = chosen(parameters)
    tables, problems = {}, []
    for form in FORMS:
        found = _table(Path(path), form)
        frame, wrong = filled(found, form) if found is not None else (None, [])
        if frame is None or not len(frame):
            if form is not MOVES and not wrong:
                wrong = [
                    Problem(Text("表里没有数据行", "the table has no rows"), None, Path(path).name, form.title.in_())
                ]
            frame = None
        problems += wrong
        if found is not None and frame is not None:
            tables[form.id] = _Read(found, form, frame)
    if problems:
        raise InputError(problems)
    known = {"places": tables["places"].labels("place"), "sectors": tables["sectors"].labels("sector")}
    problems = [p for t in tables.values() for p in (*t.unknown(known), *t.doubled())]
    code = {name: _code(name, study) for name in known["places"]}
    problems += _people(tables["places"], "moves" in tables) + _twice(tables["places"], list(code.values()))
    problems += [] if problems else [*_technique(tables), *_traded(tables)]
    if problems:
        raise InputError(problems)
    return _economy(tables, value, code, study, Path(path).name)


class _Read:
    """One form as it was filled in, with where each cell stands."""

    def __init__(self, table: "RawTable", form: Form, frame: "pd.DataFrame") -> None:
        self.table, self.form, self.frame = table, form, frame
        self.rows: list[int] = frame.attrs["rows"]
        self.by_place = form.id in ("inputs", "labour") and bool(frame["place"].notna().any())

    def labels(self, column: str) -> list[str]:
        return [str(v) for v in self.frame[column]]

    def at(self, i: int, column: str, what: Text, do: Text | None = None) -> Problem:
        title = next(f.title for f in self.form.fields if f.id == column).in_()
        return Problem(what, do, self.table.file, self.table.sheet, self.rows[i], title)

    def unknown(self, known: Mapping[str, list[str]]) -> list[Problem]:
        out = []
        for column, kind in _NAMES[self.form.id].items():
            words = {
                "places": Text("没有这个地区", "no such place"),
                "sectors": Text("没有这个部门", "no such sector"),
            }[kind]
            sheet = (PLACES if kind == "places" else SECTORS).title
            listed = set(known[kind])
            for i, name in enumerate(self.frame[column]):
                if name is None:
                    if self.by_place:
                        out.append(
                            self.at(
                                i, column, Text("有的行写了地区，这一行没有", "other rows name a place, this does not")
                            )
                        )
                elif name not in listed:
                    near = get_close_matches(name, known[kind], 3, 0.5)
                    do = Text(
                        f"最接近：{'、'.join(near)}" if near else f"列入“{sheet.zh}”表",
                        f"nearest: {', '.join(near)}" if near else f"list it in the sheet {sheet.en!r}",
                    )
                    out.append(self.at(i, column, Text(f"{words.zh}：“{name}”", f"{words.en}: {name!r}"), do))
        return out

    def doubled(self) -> list[Problem]:
        keys = list(_NAMES[self.form.id]) or [self.form.fields[0].id]
        again = self.frame.duplicated(keys).to_numpy()
        what = Text("这一行与前面的重复", "this row repeats an earlier one")
        return [self.at(int(i), keys[-1], what) for i in again.nonzero()[0]]


def _table(path: Path, form: Form) -> "RawTable | None":
    """Return the sheet, or the file in the folder, that holds a form; None where it may be missing and is."""
    from yugong.study.readers.sniff import read_table

    one = path / f"{form.id}.csv" if path.is_dir() else path
    if not one.is_file():
        if form is MOVES and path.is_dir():
            return None
        what = Text(f"没有文件 {one.name}", f"there is no file {one.name}")
        do = Text("用 --template 取模板填写", "take the template with --template and fill it in")
        raise InputError([Problem(what, do, str(path))])
    tables = read_table(one)
    if path.is_dir():
        return tables[0]
    try:
        return sheet_of(tables, form, path.name)
    except InputError:
        if form is MOVES:
            return None
        raise


def _people(places: _Read, moving: bool) -> list[Problem]:
    """Return what is wrong with the heads: some given and some not, a place without any, none where people move."""
    heads = places.frame["population"]
    if not moving and heads.isna().all():
        return []
    need = Text("各地人口须都填，且大于零", "every place needs people, more than none")
    why = Text("没有劳动者的市场没有均衡", "a market without workers has no equilibrium")
    return [places.at(int(i), "population", need, why) for i in (~(heads > 0)).to_numpy().nonzero()[0]]


def _technique(tables: Mapping[str, _Read]) -> list[Problem]:
    """Return a problem for each sector (and place) whose cost shares exceed one, or which pays no labour."""
    import pandas as pd

    inputs, labour = tables["inputs"], tables["labour"]
    places = pd.DataFrame({"place": tables["places"].labels("place")})
    by = ["place", "sector"] if inputs.by_place or labour.by_place else ["sector"]

    def spread(read: _Read) -> "pd.DataFrame":
        frame = read.frame[["place", "sector", "value"]]
        return frame if read.by_place or by == ["sector"] else frame.drop(columns="place").merge(places, how="cross")

    total = spread(inputs).groupby(by)["value"].sum().add(spread(labour).groupby(by)["value"].sum(), fill_value=0)
    out = []
    for key, value in total[total > 1 + 1e-9].items():
        names = [str(k) for k in (key if isinstance(key, tuple) else (key,))]
        where = " ".join(names)
        what = Text(
            f"{where}：成本份额之和 {value:.4g} 大于一", f"{where}: cost shares add up to {value:.4g}, more than one"
        )
        i = next((i for i, s in enumerate(labour.labels("sector")) if s == names[-1]), 0)
        out.append(labour.at(i, "value", what, Text("检查中间投入与劳动报酬", "check inputs and labour")))
    lost = [s for s in tables["sectors"].labels("sector") if s not in set(labour.labels("sector"))]
    for name in lost:
        i = tables["sectors"].labels("sector").index(name)
        what = Text(f"部门“{name}”没有劳动报酬份额", f"sector {name!r} has no labour share")
        out.append(
            tables["sectors"].at(i, "sector", what, Text("在“劳动报酬”表中补上", "add it to the sheet 'Labour'"))
        )
    return out


def _twice(places: _Read, codes: list[str]) -> list[Problem]:
    """Return a problem for each place that the study knows as one named before under another name."""
    again = [i for i, code in enumerate(codes) if code in codes[:i]]
    return [places.at(i, "place", Text("与前面一行是同一个地区", "the same place as an earlier row")) for i in again]


def _traded(tables: Mapping[str, _Read]) -> list[Problem]:
    """Return a problem for each place that sells or buys nothing at all."""
    out = []
    traded = {c: set(tables["trade"].labels(c)) for c in ("origin", "destination")}
    for i, name in enumerate(tables["places"].labels("place")):
        for column, kind in (("origin", Text("卖出", "sells")), ("destination", Text("买入", "buys"))):
            if name not in traded[column]:
                what = Text(f"“{name}”没有{kind.zh}任何东西", f"{name!r} {kind.en} nothing")
                out.append(
                    tables["places"].at(
                        i, "place", what, Text("补上贸易，或去掉这一行", "add its trade, or drop the row")
                    )
                )
    return out


def _economy(
    tables: Mapping[str, _Read], value: Mapping[str, float], code: dict[str, str], study: "Study | None", file: str
) -> Calibration:
    places, sectors = tables["places"].frame, tables["sectors"].frame

    def frame(id_: str) -> "pd.DataFrame":
        read = tables[id_]
        own = read.frame if read.by_place or id_ in ("trade", "moves") else read.frame.drop(columns="place")
        return own.assign(**{c: own[c].map(code) for c in ("origin", "destination", "place") if c in own})

    order = {c: i for i, c in enumerate(code.values())}
    trade = frame("trade").sort_values("origin", key=lambda c: c.map(order), kind="stable", ignore_index=True)
    theta = sectors["trade_elasticity"].astype(float).fillna(value["trade_elasticity"])
    heads = places["population"].astype(float)
    found = from_table(
        trade,
        frame("inputs"),
        frame("labour"),
        population=None if heads.isna().any() else dict(zip(code.values(), heads, strict=True)),
        moves=frame("moves") if "moves" in tables else None,
        abroad=tuple(code[name] for name, away in zip(places["place"], places["abroad"], strict=True) if away is True),
        trade_elasticity=dict(zip(sectors["sector"], theta, strict=True)),
        migration_elasticity=value["migration_elasticity"],
        names={c: study.name(c) if study is not None and c != name else Text(name, name) for name, c in code.items()},
        file=file,
    )
    return _traced(found, value, study, file)


def _traced(found: Calibration, value: Mapping[str, float], study: "Study | None", file: str) -> Calibration:
    """Return the economy with the words, the parameters and the source that belong to it."""
    own = Text("用户提供的贸易表", "the user's own trade table")
    none = Text("", "")
    source = Source("own_trade", own, Text("用户的货币单位", "the user's money"), none, Text(file, file), none, "user")
    used: dict[str, Any] = {k: value[k] for k in ("trade_elasticity", "migration_elasticity")}
    return replace(
        found, parameters=used, study="" if study is None else study.id,
        sectors={s: Text(s, s) for s in found.economy.sectors},
        provenance=Provenance("" if study is None else study.id, (source,), {"file": file}),
    )  # fmt: skip


def _code(name: str, study: "Study | None") -> str:
    """Return the study's code for a place it knows, the name itself for any other."""
    if study is None:
        return name
    try:
        return study.place(name)
    except YugongError:
        return name
