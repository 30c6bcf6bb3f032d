"""Published studies to their printed digits; a second solver that shares no code with the kernel."""

from pathlib import Path

import numpy as np
import pytest

from yugong.base.errors import InputError, UnknownNameError
from yugong.simulate import replicate, solve
from yugong.simulate.published import STUDIES, tombe_zhu


@pytest.mark.parametrize(
    ("name", "folder"),
    [("tombe-zhu", "tombe_zhu_2019"), ("caliendo-parro", "caliendo_parro_2015"), ("gravity-44", "ge_gravity_44")],
)
def test_published_numbers(shared: Path, name: str, folder: str) -> None:
    found = replicate(name, shared / "data" / folder)
    wrong = [row for row in found.rows if not abs(row[3] - row[2]) <= row[4]]
    assert found.passed, wrong
    assert len(found.table()) == len(found.rows) > 0


def test_unknown_study() -> None:
    with pytest.raises(UnknownNameError, match="tombe-zhu"):
        replicate("tombe", "nowhere")


@pytest.mark.parametrize("name", STUDIES)
def test_missing_data_is_said(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        replicate(name, tmp_path)
    assert caught.value.problems[0].file == str(tmp_path)
    assert "missing" in caught.value.render("en")


def test_base_year_is_exact(shared: Path) -> None:
    economy = tombe_zhu.read(shared / "data" / "tombe_zhu_2019").economy
    result = solve(economy)
    assert result.status.sweeps == 0
    assert (result.x == 0).all()


# The plain iteration below stops at 1e-12 in each block.
AGREE = 1e-9


def test_a_plain_iteration_agrees(shared: Path) -> None:
    """Damped substitution written from the published equations alone, without hats of the kernel."""
    data = tombe_zhu.read(shared / "data" / "tombe_zhu_2019")
    e = data.economy
    levers = tombe_zhu.counterfactuals(data)["all trade costs"]
    result = solve(e, levers, tolerance=1e-12, raise_on_failure=True)
    b, f, g = tombe_zhu.LABOUR, tombe_zhu.LAND, tombe_zhu.INPUTS
    a, theta, kappa, p = tombe_zhu.GOODS, tombe_zhu.THETA, tombe_zhu.KAPPA, tombe_zhu.P
    psi = np.array([tombe_zhu.FARM, 1 - tombe_zhu.FARM])
    pi = e.trade_shares * levers.trade_cost**-theta
    x, sales = e.spending.copy(), e.sales
    moves = e.migration_shares[:60, :p].reshape(60, 60)
    heads, first = e.workers[:60], e.population[:p].ravel()
    rent = np.tile(((1 - a) * b + f) / (a * b), p)
    rebate0 = 1 + rent * first / (np.diag(moves) * heads)
    w, price, people, rebate = np.ones((31, 2)), np.ones((31, 2)), np.ones((31, 2)), np.ones(60)
    for _ in range(3000):
        land = w * people
        gate = np.exp(-theta * (b * np.log(w) + f * np.log(land) + (1 - b - f) * (np.log(price) @ g.T)))
        access = np.einsum("jni,ij->nj", pi, gate)
        new_price = access ** (-1 / theta)
        new_sales = gate * np.einsum("jni,nj->ij", pi, x / access)
        new_sales *= sales.sum() / new_sales.sum()
        new_x = psi * ((b + f) * new_sales).sum(1, keepdims=True) + ((1 - b - f) * new_sales) @ g
        new_w = new_sales / sales / people
        new_w[p] = (b * new_sales[p]).sum() / (b * sales[p]).sum()
        value = (w / (np.exp(np.log(new_price) @ psi)[:, None] ** a * land ** (1 - a)))[:p].ravel()
        pull = moves * value**kappa
        pull[np.diag_indices(60)] *= rebate**kappa
        new_moves = pull / pull.sum(1, keepdims=True)
        arrive = new_moves.T @ heads
        new_rebate = (1 + rent * arrive / (np.diag(new_moves) * heads)) / rebate0
        new_people = np.vstack([(arrive / first).reshape(p, 2), new_sales[p] / sales[p] / new_w[p]])
        pairs = ((new_w, w), (new_price, price), (new_x, x), (new_people, people), (new_rebate, rebate))
        off = max(np.abs(np.log(new / old)).max() for new, old in pairs)
        w, price, x = w * (new_w / w) ** 0.2, new_price, x * (new_x / x) ** 0.5
        people, rebate = people * (new_people / people) ** 0.2, rebate * (new_rebate / rebate) ** 0.2
        if off < 1e-12:
            break
    assert off < 1e-12
    np.testing.assert_allclose(result["real_wage"][:p].ravel(), value, rtol=AGREE)
    np.testing.assert_allclose(result["people"][:p].ravel(), people[:p].ravel(), rtol=AGREE)
    np.testing.assert_allclose(result["price"], price, rtol=AGREE)
