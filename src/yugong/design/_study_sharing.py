"""The gain of cooperation shared among regions of a study: coalitions from a table, a flow, or simulation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.design._common import Trace, traced
from yugong.design._desk_inputs import no_twins, user_file
from yugong.design._sharing_games import COALITIONS, Game, game_of
from yugong.design.sharing.cards import TITLES, sharing_card
from yugong.design.sharing.claims import talmud
from yugong.design.sharing.core import core_test, least_core, nucleolus
from yugong.design.sharing.games import EXACT, Sampled, sampled_shapley
from yugong.design.sharing.sheets import SHOWN, TITLE, coalition_sheet, part_sheet
from yugong.design.sheet import Sheet
from yugong.design.synergy.lattice import Numbers, shapley
from yugong.study.form import Field, Form, read_form

if TYPE_CHECKING:
    from yugong.study.model import Study

Rule = Literal["shapley", "nucleolus", "nash", "proportional", "sacrifice", "talmud"]
NONE = Text("", "")
YI = Text("亿元", "100 million yuan")
BLOCKING_SHOWN = 4
CLAIMS = Form(
    "players",
    Text("各方权重与牺牲", "Weights and sacrifices"),
    (
        Field("player", Text("一方", "Player")),
        Field("weight", Text("权重", "Weight"), "number", required=False, low=0),
        Field("sacrifice", Text("牺牲", "Sacrifice"), "number", required=False, low=0,
              note=Text("与联盟值同单位，如淹没、移民、减产的损失",
                        "in the unit of the worths, e.g. loss by inundation, resettlement, output forgone")),
    ),
)  # fmt: skip
FORMS = {"sharing": (COALITIONS, CLAIMS)}


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """A shared gain: each player's part, whether any coalition could object, and the sheets behind it."""

    sheets: tuple[Sheet, ...]  # the parts first
    method: MethodCard
    notes: tuple[Text, ...]
    error: Numbers | None = None  # of sampled parts, (n,)
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return the parts, one row a player; sampled ones with the bound of their error."""
        frame = self.sheets[0].table()
        if self.error is not None:
            frame["error"] = self.error
            frame.attrs["titles"]["error"] = (Text("误差界", "error bound"), YI)
        return frame


def sharing(
    study: "Study",
    rule: Rule = "shapley",
    places: Sequence[str] | None = None,
    file: str | None = None,
    flow: str | None = None,
    cut: float | None = None,
    year: int | None = None,
    players: str | None = None,
    orders: int = 2000,
    seed: int = 0,
    trace: str | None = None,
) -> Shared | Trace:
    """Return how regions share what they gain by acting together.

    The worth of a coalition comes from one of: file, a table with a row a coalition (--template); flow, a flow of the
    study (the sum among its members, with `places` and `year`); cut, the fall of trade costs among its members
    simulated on the study's economy (0.1 is a tenth), worth the members' real income gained, 亿元, with a transfer that
    brings each from its own gain to its part. rule: shapley, nucleolus, nash (weights in `players`, equal without),
    proportional (weights), sacrifice (sacrifices first, the rest in proportion), talmud (claims = sacrifices).
    Exact to 12 players; beyond, shapley by `orders` sampled orders with an error bound. trace: a player.
    """
    game = game_of(study, places, file, flow, cut, year)
    alone, grand = game.ends()
    given = _given(players, game.rows, rule)
    sampled = sampled_shapley(game.worth, len(game.rows), orders, seed) if _sampling(game, rule) else None
    solved = _solved(game, rule, grand, given) if sampled is None else sampled.values
    if rule == "nash" and alone.sum() > grand:
        what = Text(
            "单独所得之和大于合作所得，没有可分的剩余", "the players have more alone than together: nothing to share"
        )
        raise InputError([Problem(what)])
    card = sharing_card(rule, game.source, sampled is not None)
    notes = game.notes if sampled is None else (*game.notes, _bound(sampled))
    sheet = part_sheet(game.rows, grand, alone, game.unit, card, game.source, solved, given, game.own, notes)
    sheet = replace(sheet, provenance=game.provenance)
    if trace is not None:
        return traced(sheet, study, trace)
    sheets: tuple[Sheet, ...] = (sheet,)
    if rule == "shapley" and game.table is not None and len(game.rows) <= SHOWN:
        sheets += (coalition_sheet(game.rows, game.table, game.unit, card, game.source),)
    said = (*sheet.notes, *_core(game, sheet.column("part")))
    return Shared(sheets, card, said, None if sampled is None else sampled.error, game.provenance)


def _sampling(game: Game, rule: Rule) -> bool:
    """Whether the rule has to be sampled; InputError where it can be neither worked out nor sampled."""
    if game.table is not None or rule not in ("shapley", "nucleolus"):
        return False
    if rule == "nucleolus":
        n = len(game.rows)
        what = Text(f"核仁只算到 {EXACT} 方，现有 {n} 方", f"the nucleolus is worked out to {EXACT} players, not {n}")
        raise InputError([Problem(what, Text("减少成员，或用 shapley", "fewer players, or shapley"))])
    return True


def _solved(game: Game, rule: Rule, grand: float, given: tuple[str, Numbers, Text] | None) -> Numbers | None:
    """The parts by the rules that are solved; None for those that are a formula of the sheet."""
    if rule == "talmud" and given is not None:
        return talmud(grand, given[1])
    if game.table is None:
        return None
    return {"shapley": shapley, "nucleolus": nucleolus}[rule](game.table) if rule in ("shapley", "nucleolus") else None


def _bound(sampled: Sampled) -> Text:
    most = float(sampled.error.max())
    return Text(
        f"抽样 {sampled.orders} 个排列，各方同时成立的 {sampled.level:.0%} 误差界不超过 {most:.3g}",
        f"{sampled.orders} sampled orders; the {sampled.level:.0%} error bound for all players at once is at most {most:.3g}",
    )


def _given(file: str | None, rows: tuple[tuple[str, Text], ...], rule: str) -> tuple[str, Numbers, Text] | None:
    """The weights or sacrifices a rule needs, by player; equal weights for nash without a file."""
    kind = {"nash": "weight", "proportional": "weight", "sacrifice": "sacrifice", "talmud": "sacrifice"}.get(rule)
    if kind is None:
        return None
    if file is None:
        if rule == "nash":
            return kind, np.ones(len(rows)), Text("等权", "equal weights")
        what = Text(
            f"规则 {TITLES[rule].zh} 要有各方的权重或牺牲", f"rule {rule} needs weights or sacrifices of the players"
        )
        raise InputError([Problem(what, Text("加上 --players 表（--template）", "add --players TABLE (--template)"))])
    frame = read_form(file, CLAIMS)
    no_twins(frame, ("player",), file, Text("一方", "a player"))
    by = {str(p): v for p, v in frame[["player", kind]].itertuples(index=False, name=None)}
    found, problems = [], []
    for label, name in rows:
        value = next((by[k] for k in (label, name.zh, name.en) if k in by), None)
        if value is None or pd.isna(value):
            what = Text(f"{name.zh}没有{TITLE[kind].zh}", f"{name.en} has no {TITLE[kind].en}")
            problems.append(Problem(what, None, Path(file).name))
        else:
            found.append(float(value))
    if not problems and sum(found) <= 0:
        problems.append(Problem(Text("合计须为正", "their sum must be positive"), None, Path(file).name))
    if problems:
        raise InputError(problems)
    return kind, np.array(found), user_file(file)


def _core(game: Game, parts: Numbers) -> tuple[Text, ...]:
    """Whether a coalition could object, and whether any sharing would satisfy all."""
    if game.table is None:
        return ()
    test = core_test(game.table, parts)
    if test.inside:
        return (Text("在核中：没有联盟能单独得到更多", "in the core: no coalition could have more by itself"),)
    n = len(game.rows)
    named = [
        Text("+".join(r.zh for _, r in picked), " + ".join(r.en for _, r in picked))
        for s in test.blocking[:BLOCKING_SHOWN]
        if (picked := [game.rows[i] for i in range(n) if s >> i & 1])
    ]
    zh, en = "、".join(t.zh for t in named), ", ".join(t.en for t in named)
    least = least_core(game.table)
    exists = (
        Text("核非空，存在各联盟都不反对的分法", "the core is not empty: some sharing satisfies every coalition")
        if least.core_exists
        else Text(f"核为空，最小核 ε = {least.epsilon:.4g}", f"the core is empty; least core ε = {least.epsilon:.4g}")
    )
    return (
        Text(f"不在核中，{len(test.blocking)} 个联盟可反对：{zh}", f"not in the core; {len(test.blocking)} coalitions object: {en}"),
        exists,
    )  # fmt: skip
