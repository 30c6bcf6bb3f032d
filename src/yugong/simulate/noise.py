"""Draws of modelled trade around the calibration: as wrong as the validation found it, with the same margins."""

import numpy as np
import numpy.typing as npt

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.simulate.economies.balance import ras
from yugong.simulate.economy import Economy, Numbers, has_tariffs


def noisy_trade(
    economy: Economy,
    sigma: Numbers | float,
    rng: np.random.Generator,
    areas: npt.NDArray[np.int64] | None = None,
) -> Numbers:
    """Return trade shares (S,N,N) whose flows between the nation's regions carry log-normal noise, rebalanced by RAS.

    `sigma` (S,) or one number, in logs; one draw for each sector and ordered pair of `areas` (N,), the areas at which
    the error was measured (each region its own where left out). Flows within an area and with the world are not drawn.
    What each region sells and buys of a sector stays, so the draw is a base year like the calibrated one; the balancing
    takes back part of the noise. InputError where there are tariffs, with which buyers' and sellers' margins differ.
    """
    e = economy
    if has_tariffs(e):
        what = Text("有关税的经济不能抽取贸易误差", "trade errors cannot be drawn in an economy with tariffs")
        raise InputError([Problem(what)])
    n, s = len(e.regions), len(e.sectors)
    area = np.arange(n) if areas is None else np.unique(areas, return_inverse=True)[1]
    count = int(area.max()) + 1
    between = e.nation[:, None] & e.nation & (area[:, None] != area)
    size = np.broadcast_to(np.asarray(sigma, dtype=np.float64), (s,))[:, None, None]
    draws = size * rng.standard_normal((s, count, count)) - size**2 / 2  # a mean of one: no more trade on average
    flows = e.trade_shares * e.spending.T[:, :, None]
    new = flows * np.exp(np.where(between, draws[:, area][:, :, area], 0.0))
    for j in range(s):
        new[j] = ras(new[j], flows[j].sum(1), flows[j].sum(0)).matrix
    total = new.sum(2, keepdims=True)
    return np.where(total > 0, new / np.where(total > 0, total, 1.0), e.trade_shares)
