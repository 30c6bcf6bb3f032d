"""Where the worths of coalitions come from on a study: a user's table, a flow, or simulated lower barriers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.design._common import Rows, rows_of
from yugong.design._desk_inputs import user_file
from yugong.design.sharing.barriers import Barriers, positions
from yugong.design.sharing.games import EXACT, Worth, flow_worth, from_table
from yugong.design.synergy.lattice import Numbers, subsets
from yugong.study.form import Field, Form, read_form

if TYPE_CHECKING:
    from yugong.study.model import Study

NONE = Text("", "")
COALITIONS = Form(
    "coalitions",
    Text("联盟值", "Worths of coalitions"),
    (
        Field("members", Text("成员", "Members"), note=Text("以顿号或逗号分隔", "separated by commas")),
        Field("worth", Text("联盟值", "Worth"), "number"),
    ),
    Text("每个非空联盟一行，含单独一方；缺失不当作零",
         "one row for every coalition that is not empty, single players too; missing is not zero"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Game:
    """Players and what their coalitions are worth; `table` (2ⁿ,) where all are worked out.

    `own` is what each player gains by itself when all cooperate, where that differs from its part.
    """

    rows: Rows
    worth: Worth
    table: Numbers | None
    unit: Text
    source: Text
    own: Numbers | None = None
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    def ends(self) -> tuple[Numbers, float]:
        """Return what each player has alone, (n,), and what all have together."""
        n = len(self.rows)
        if self.table is not None:
            return self.table[2 ** np.arange(n)], float(self.table[-1])
        values = self.worth(np.vstack([np.eye(n, dtype=bool), np.ones((1, n), dtype=bool)]))
        return values[:-1], float(values[-1])


def game_of(
    study: "Study",
    places: Sequence[str] | None,
    file: str | None,
    flow: str | None,
    cut: float | None,
    year: int | None,
) -> Game:
    """Return the game from the one source that is given; InputError where none or several are."""
    if sum(x is not None for x in (file, flow, cut)) != 1:
        do = Text("联盟值表、流量或贸易成本降幅", "a table, a flow, or a fall of trade costs")
        raise InputError([Problem(Text("file、flow、cut 给且只给一个", "give one of file, flow and cut"), do)])
    if file is not None:
        return _tabled(file)
    codes = list(
        dict.fromkeys(study.place(p) for p in ([places] if isinstance(places, str) else places or study.places))
    )
    if len(codes) < 2:
        what = Text("至少要两个地区", "at least two regions are needed")
        raise InputError([Problem(what, Text("加上 --places", "add --places"))])
    return _by_flow(study, codes, flow, year) if flow is not None else _simulated(study, codes, cut, year)


def _tabled(file: str) -> Game:
    frame = read_form(file, COALITIONS)
    listed = [
        (frozenset(p.strip() for p in str(m).replace("、", ",").replace("，", ",").split(",") if p.strip()), float(v))
        for m, v in frame[["members", "worth"]].itertuples(index=False, name=None)
    ]
    players = list(dict.fromkeys(p for members, _ in sorted(listed, key=lambda r: len(r[0])) for p in sorted(members)))
    if len(players) > EXACT:
        what = Text(
            f"联盟值表最多 {EXACT} 方，现有 {len(players)} 方",
            f"a table holds up to {EXACT} players, not {len(players)}",
        )
        raise InputError([Problem(what, None, Path(file).name)])
    try:
        table = from_table(players, listed)
    except InputError as error:
        raise InputError(replace(p, file=Path(file).name) for p in error.problems) from None

    def worth(members: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> Numbers:
        found: Numbers = table[members @ 2 ** np.arange(len(players))]
        return found

    return Game(tuple((p, Text(p, p)) for p in players), worth, table, NONE, user_file(file))


def _by_flow(study: "Study", codes: list[str], flow: str, year: int | None) -> Game:
    held = study.flow(flow)
    when = year or (held.years[-1] if held.years else None)
    matrix = held.matrix(when).reindex(index=codes, columns=codes)
    known = matrix.to_numpy(float) + 0.0
    np.fill_diagonal(known, 0.0)
    if np.isnan(known).any():
        lost = [study.name(c) for c in codes if np.isnan(matrix.loc[c].drop(c)).any()]
        listed = "、".join(t.zh for t in lost), ", ".join(t.en for t in lost)
        raise InputError([Problem(Text(f"流量缺失：{listed[0]}", f"flows are missing: {listed[1]}"))])
    worth = flow_worth(known)
    dated = ("", "") if when is None else (f"，{when} 年", f", {when}")
    title = held.variable.title
    said = Text(f"联盟值为成员之间的流量：{title.zh}{dated[0]}", f"worth: flows among members, {title.en}{dated[1]}")
    provenance = replace(study.provenance((), year=when, flow=held.id), sources=(held.variable.source(),))
    table = worth(subsets(len(codes))) if len(codes) <= EXACT else None
    return Game(rows_of(study, codes), worth, table, held.variable.unit, said, provenance=provenance)


def _simulated(study: "Study", codes: list[str], cut: float | None, year: int | None) -> Game:
    from yugong.simulate.running import base_year

    if cut is None or not 0 < cut < 1:
        what = Text(f"降幅 {cut} 须在 0 与 1 之间", f"the cut {cut} must be between 0 and 1")
        raise InputError([Problem(what, Text("如 0.1 为降一成", "e.g. 0.1 for a tenth"))])
    base = base_year(study, year)
    barriers = Barriers(base, positions(base, codes), cut)
    said = Text(
        f"联盟值为成员间贸易成本降 {cut:.0%} 时成员的实际收入增加（模拟）",
        f"worth: the members' gain in real income when trade costs among them fall by {cut:.0%} (simulated)",
    )
    note = Text("联盟外地区的得失不计入联盟值", "gains and losses of outsiders are not in the worth")
    return Game(
        rows_of(study, codes),
        barriers,
        barriers(subsets(len(codes))) if len(codes) <= EXACT else None,
        base.money,
        said,
        barriers.gains(np.ones((1, len(codes)), dtype=bool))[0],
        (note, base.label) if base.label.zh else (note,),
        base.provenance,
    )
