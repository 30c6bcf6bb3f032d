"""Skill types: the workers of a labour market split into groups that differ in how much effective labour each brings."""

from dataclasses import replace
from typing import Any

import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.simulate.economy import Economy, Numbers

SHARE_TOLERANCE = 1e-9


def with_skills(economy: Economy, skills: tuple[str, ...], heads: Numbers, efficiency: Numbers) -> Economy:
    """Return the same base year with T skill types in each labour group, perfect substitutes within their market.

    `heads` is each type's share of workers, (T,), (N,T) or (N,G,T), of those whose home the market is where labour
    moves and of those who work there where it does not. `efficiency` is wages per head of each type relative to any
    one of them, the same shapes. A group's wages are split by heads times efficiency; everyone of one home has the
    same base migration shares whatever the type. Trade, prices and incomes of the base year stay as they are.
    InputError where shares do not sum to one or an efficiency is not positive.
    """
    e = economy
    n, g, t = len(e.regions), len(e.labour_groups), len(skills)
    share, effort = (_full(np.asarray(x, dtype=np.float64), (n, g, t)) for x in (heads, efficiency))
    problems: list[Problem] = []
    if (share <= 0).any() or np.abs(share.sum(2) - 1).max() > SHARE_TOLERANCE:
        what = Text("各技能的人数份额须为正且合计为一", "shares of heads by skill must be positive and sum to one")
        problems.append(Problem(what, Text("除以其合计；没有人的技能不列", "divide by the total; list no empty skill")))
    if not (effort > 0).all():
        problems.append(Problem(Text("效率须为正", "efficiencies must be positive")))
    if problems:
        raise InputError(problems)
    fields: dict[str, Any] = _workers(e, share, skills)
    people = fields["population"]
    effective = people.reshape(n, g, t) * effort
    wage_share = effective / effective.sum(2, keepdims=True)
    fields["labour_share"] = (e.labour_share[..., None] * wage_share[:, None]).reshape(n, -1, g * t)
    if e.real_income.size:
        mean = effective.sum(2, keepdims=True) / people.reshape(n, g, t).sum(2, keepdims=True)
        fields["real_income"] = (e.real_income[..., None] * effort / mean).reshape(n, g * t)
    names = e.labour_groups
    return replace(
        e,
        labour_groups=tuple(s if g == 1 else f"{name} {s}" for name in names for s in skills),
        labour_pool=tuple(int(k) for k in np.repeat(e.labour_pool, t)),
        **fields,
    )


def _workers(e: Economy, share: Numbers, skills: tuple[str, ...]) -> dict[str, Any]:
    """Return people (N,GT), and worker groups by type where labour moves."""
    n, g = e.population.shape
    t = len(skills)
    if e.mobility == "none":
        return {"population": (e.population[..., None] * share).reshape(n, g * t)}
    h = len(e.workers)
    shares = np.zeros((h, t, n, g, t))
    if e.mobility == "free":  # a type's home is everywhere: it lives as its heads are spread
        here = np.einsum("h,hng,ngt->htng", e.workers, e.migration_shares, share)
        size = here.sum((2, 3))
        for k in range(t):
            shares[:, k, :, :, k] = here[:, k] / size[:, k, None, None]
        workers = size.ravel()
        home = np.zeros(0, dtype=np.int64)
    else:
        for k in range(t):
            shares[:, k, :, :, k] = e.migration_shares
        workers = (e.workers[:, None] * share.reshape(n * g, t)[e.home]).ravel()
        home = (e.home[:, None] * t + np.arange(t)).ravel()
    flat = shares.reshape(h * t, n, g * t)
    return {
        "workers": workers, "home": home, "migration_shares": flat,
        "population": np.einsum("h,hng->ng", workers, flat),
        "worker_groups": tuple(f"{name} {s}" for name in e.worker_groups for s in skills),
    }  # fmt: skip


def _full(values: Numbers, shape: tuple[int, int, int]) -> Numbers:
    values = values[:, None, :] if values.ndim == 2 else values
    try:
        return np.broadcast_to(values, shape)
    except ValueError:
        what = Text(f"形状 {values.shape} 与 {shape} 不符", f"shape {values.shape} does not fit {shape}")
        raise InputError([Problem(what)]) from None
