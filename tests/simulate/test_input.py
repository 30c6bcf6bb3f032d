"""Bad input gets a located message in both languages, all problems at once."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from economies import economy, family

from yugong.base.errors import InputError
from yugong.simulate import Economy, Levers, solve


def spoil(e: Economy, name: str, at: tuple[int, ...], value: float) -> dict[str, Any]:
    array = np.array(getattr(e, name))
    array[at] = value
    return {name: array}


@pytest.mark.parametrize(
    ("name", "at", "value", "zh", "en"),
    [
        ("trade_shares", (1, 2, 0), 0.9, "s1 × r2 的进口份额之和不为一", "s1 × r2 import shares do not sum to one"),
        ("trade_shares", (0, 1, 2), -0.1, "s0 × r1 × r2 为负", "s0 × r1 × r2 is negative"),
        ("spending", (3, 1), -1.0, "r3 × s1 为负", "r3 × s1 is negative"),
        ("spending", (3, 1), np.nan, "spending 有缺失", "spending has missing"),
        ("labour_share", (0, 0, 0), 0.99, "r0 × s0 的成本份额", "r0 × s0 cost shares"),
        ("trade_elasticity", (2,), 0.0, "s2 不为正", "s2 is not positive"),
        ("goods_share", (1,), 1.2, "r1 不在 0 与 1 之间", "r1 is not between 0 and 1"),
        ("tariff", (0, 1, 0), -1.5, "s0 × r1 × r0 不大于", "s0 × r1 × r0 is not above"),
        ("population", (2, 0), 0.0, "r2 × g0 有工资却没有劳动者", "r2 × g0 pays wages but has no worker"),
    ],
)
def test_each_fault_is_named(name: str, at: tuple[int, ...], value: float, zh: str, en: str) -> None:
    e = economy()
    with pytest.raises(InputError) as caught:
        replace(e, **spoil(e, name, at, value))
    assert zh in caught.value.render("zh")
    assert en in caught.value.render("en")


def test_all_faults_at_once() -> None:
    e = economy()
    with pytest.raises(InputError) as caught:
        replace(e, **spoil(e, "spending", (0, 0), -1), **spoil(e, "trade_elasticity", (0,), -1))
    assert len(caught.value.problems) == 2


def test_migration_faults() -> None:
    e = family("migration")
    for name, at, value, text in (
        ("migration_shares", (1, 0, 0), 0.9, "2 shares do not sum to one"),
        ("workers", (0,), 0.0, "1 has no one in it"),
        ("workers", (0,), 99.0, "differs from the sum"),
    ):
        with pytest.raises(InputError) as caught:
            replace(e, **spoil(e, name, at, value))
        assert text in caught.value.render("en")


def test_wrong_shape() -> None:
    with pytest.raises(InputError, match=r"\(4, 2\)"):
        replace(economy(), spending=np.ones((4, 2)))


@pytest.mark.parametrize(
    ("levers", "text"),
    [
        (Levers(productivity=np.zeros((4, 3))), "out of bounds"),
        (Levers(productivity=np.ones((5, 3))), "has shape"),
        (Levers(income_tax=np.full(4, 1.5)), "out of bounds"),
        (Levers(payer=np.zeros(4)), "no region pays"),
        (Levers(carbon_price=np.ones(4)), "acts on nothing"),
        (Levers(migration_cost=np.ones(1)), "acts on nothing"),
        (Levers(deficit=np.ones(4)), "do not sum to zero"),
    ],
)
def test_lever_faults(levers: Levers, text: str) -> None:
    with pytest.raises(InputError) as caught:
        solve(economy(), levers)
    assert text in caught.value.render("en")
