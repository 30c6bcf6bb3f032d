"""What a coalition of regions gains when its members lower the barriers among themselves, by simulation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.design.synergy.lattice import Numbers

if TYPE_CHECKING:
    from yugong.simulate import Calibration

SHOWN = 5
BLOCK = 2048  # coalitions whose trade costs are held at a time


@dataclass(frozen=True, slots=True, eq=False)
class Barriers:
    """Trade costs among the players (N positions in the economy) fall by a fraction; worths are money.

    Calling it with members (k, n) solves k equilibria together and returns each coalition's worth: the real income its
    members gain, at base-year income. Outsiders' gains and losses are not counted.
    """

    base: "Calibration"
    players: tuple[int, ...]
    cut: float

    def __call__(self, members: npt.NDArray[np.bool_]) -> Numbers:
        """Return the worths (k,) of coalitions (k, n)."""
        worth: Numbers = (self.gains(members) * members).sum(axis=1)
        return worth

    def gains(self, members: npt.NDArray[np.bool_]) -> Numbers:
        """Return what each player gains, (k, n), in each of k coalitions; InputError where a solve fails."""

        different, back = np.unique(members, axis=0, return_inverse=True)
        blocks = [self._solved(different[k : k + BLOCK]) for k in range(0, len(different), BLOCK)]
        found: Numbers = np.concatenate(blocks)[back.reshape(-1)]
        return found

    def _solved(self, different: npt.NDArray[np.bool_]) -> Numbers:
        """Return the gains of coalitions that are all different, one batch."""
        from yugong.simulate import batch

        e = self.base.economy
        at = np.array(self.players)
        n = len(e.regions)
        cost = np.ones((len(different), 1, n, n))
        pair = different[:, :, None] & different[:, None, :] & ~np.eye(len(at), dtype=bool)
        cost[:, 0, at[:, None], at[None, :]] = np.where(pair, 1 - self.cut, 1.0)
        solved = batch(e, vary={"trade_cost": cost}, parts=("real_income", "income"))
        failed = np.flatnonzero(~solved.converged)
        if len(failed):
            names = [e.regions[i] for i in at]
            shown = ["+".join(p for p, m in zip(names, different[k], strict=True) if m) for k in failed[:SHOWN]]
            what = Text(f"这些联盟的模拟未收敛：{', '.join(shown)}", f"coalitions not solved: {', '.join(shown)}")
            raise InputError([Problem(what, Text("减小降幅再试", "try a smaller cut"))])
        income = solved.base["income"][at]
        change = solved.values["real_income"][:, at] / solved.base["real_income"][at] - 1
        change[different.sum(axis=1) < 2] = 0.0  # nobody to lower a barrier with: nothing changes, exactly
        return np.asarray(change * income, dtype=np.float64)


def positions(base: "Calibration", codes: Sequence[str]) -> tuple[int, ...]:
    """Return where places stand in the economy; InputError for those that it lacks."""
    at = {r: i for i, r in enumerate(base.economy.regions)}
    if missing := [c for c in codes if c not in at]:
        listed = ", ".join(missing)
        raise InputError([Problem(Text(f"基年经济中没有：{listed}", f"not in the base-year economy: {listed}"))])
    return tuple(at[c] for c in codes)
