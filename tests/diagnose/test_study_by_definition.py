"""Verbs of a study against their definitions written out in loops over the study's own columns."""

import numpy as np
import pandas as pd
import pytest

from yugong import study as studies
from yugong.diagnose.index.system import indicator_system
from yugong.study.model import Study

ROUNDING = 1e-10  # relative: the same sums in another order
DRAWS = 2000
CHANCE = 0.04  # of a p-value: some three standard errors of the difference between two runs of DRAWS at p = 1/2
GRP, URBAN = "grp_per_head_v4", "urbanisation"


@pytest.fixture(scope="module")
def china() -> Study:
    return studies.read("china")


@pytest.fixture(scope="module")
def neighbours(china: Study) -> dict[str, set[str]]:
    flow = china.flows["adjacency"].frame
    out: dict[str, set[str]] = {p: set() for p in china.places}
    for a, b in zip(flow["origin"], flow["destination"], strict=True):
        out[a].add(b)
        out[b].add(a)
    return out


def by_place(result: object, column: str) -> pd.Series:
    return result.table().set_index("place")[column]  # type: ignore[attr-defined]


def test_coagglomeration(china: Study) -> None:
    rows = china.tables["employment_by_industry"].frame
    rows = rows[rows["year"] == 2019]
    held = {(r.place, r.industry): r.value for r in rows.itertuples()}
    sectors = list(dict.fromkeys(rows["industry"]))
    places = [p for p in china.places if all(held.get((p, k), np.nan) == held.get((p, k), np.nan) for k in sectors)]
    total = {k: sum(held[p, k] for p in places) for k in sectors}
    share = {(p, k): held[p, k] / total[k] for p in places for k in sectors}
    mean = {p: np.mean([share[p, k] for k in sectors]) for p in places}
    room = 1 - sum(m**2 for m in mean.values())
    frame = china.diagnose.coagglomeration(2019).table()
    assert len(frame) == len(sectors) * (len(sectors) - 1) / 2
    for row in frame.itertuples():
        want = sum((share[p, row.sector] - mean[p]) * (share[p, row.other_sector] - mean[p]) for p in places) / room
        assert row.gamma == pytest.approx(want, rel=1e-8, abs=1e-14)


@pytest.mark.parametrize("threshold", ["row_mean", "mean", "none"])
def test_gravity_network(china: Study, threshold: str) -> None:
    found = china.diagnose.gravity_network(2020, threshold=threshold)
    people, product = china.values("population", 2020), china.values("grp", 2020)
    far = china.flow("capital_distance").matrix()
    want = {}
    for a in found.labels:
        for b in found.labels:
            if a != b:
                mass = np.sqrt(people[a] * product[a]) * np.sqrt(people[b] * product[b])
                want[a, b] = product[a] / (product[a] + product[b]) * mass / far.loc[a, b] ** 2
    rows = {a: np.mean([want[a, b] for b in found.labels if b != a]) for a in found.labels}
    for row in found.table().itertuples():
        pull = want[row.place, row.other_place]
        assert row.value == pytest.approx(pull, rel=ROUNDING)
        cut = {"row_mean": rows[row.place], "mean": np.mean(list(want.values())), "none": 0.0}[threshold]
        assert row.link == (pull > cut)


def test_qap(china: Study) -> None:
    found = china.diagnose.qap(year=2020, times=DRAWS, seed=1)
    rows = china.flow("migration_5yr").frame
    sampled = {(r.origin, r.destination): r.value * r.factor for r in rows[rows["year"] == 2020].itertuples()}
    distance = china.flow("capital_distance").matrix()
    places = list(china.places)
    moves = np.array([[sampled.get((a, b), 0.0) for b in places] for a in places])
    far = np.array([[distance.loc[a, b] for b in places] for a in places])
    at = [(i, j) for i in range(len(moves)) for j in range(len(moves)) if i != j]
    x = np.array([np.log1p(far[i, j]) for i, j in at])

    def correlation(order: list[int]) -> float:
        y = np.array([np.log1p(moves[order[i], order[j]]) for i, j in at])
        return float(((y - y.mean()) * (x - x.mean())).mean() / (y.std() * x.std()))

    value = correlation(list(range(len(moves))))
    assert found.value[0] == pytest.approx(value, rel=ROUNDING)
    rng = np.random.default_rng(99)
    drawn = [correlation(list(rng.permutation(len(moves)))) for _ in range(200)]
    assert found.p_value[0] == pytest.approx(np.mean(np.abs(drawn) >= abs(value)), abs=CHANCE)


def test_bivariate_lisa(china: Study, neighbours: dict[str, set[str]]) -> None:
    found = china.diagnose.bivariate_lisa("grp_per_head", URBAN, year=2019, times=DRAWS)
    x, y = (china.values(v, 2019) for v in (GRP, URBAN))
    zx, zy = ((v - v.mean()) / v.std(ddof=0) for v in (x, y))
    value = pd.Series({p: zx[p] * np.mean([zy[q] for q in neighbours[p]]) for p in china.places})
    got = by_place(found, "value")
    np.testing.assert_allclose(got, value[got.index], rtol=ROUNDING)
    some = value[["510000", "110000", "440000", "620000"]]
    p = {}
    rng = np.random.default_rng(7)
    for place in some.index:
        others = [q for q in china.places if q != place]
        around = [rng.choice(others, len(neighbours[place]), replace=False) for _ in range(DRAWS)]
        drawn = np.array([zx[place] * zy[list(a)].mean() for a in around])
        above = int((drawn >= value[place]).sum())
        p[place] = (min(above, DRAWS - above) + 1) / (DRAWS + 1)
    np.testing.assert_allclose(by_place(found, "p_sim")[some.index], list(p.values()), atol=CHANCE)


def test_local_geary(china: Study, neighbours: dict[str, set[str]]) -> None:
    found = china.diagnose.local_geary("grp_per_head", year=2022, times=DRAWS)
    x = china.values(GRP, 2022)
    z = (x - x.mean()) / x.std(ddof=1)
    value = pd.Series({p: np.mean([(z[p] - z[q]) ** 2 for q in neighbours[p]]) for p in china.places})
    got = by_place(found, "value")
    np.testing.assert_allclose(got, value[got.index], rtol=ROUNDING)
    rng = np.random.default_rng(8)
    for place in ("510000", "110000", "320000"):
        others = [q for q in china.places if q != place]
        around = [rng.choice(others, len(neighbours[place]), replace=False) for _ in range(DRAWS)]
        drawn = np.array([((z[place] - z[list(a)]) ** 2).mean() for a in around])
        above = int((drawn >= value[place]).sum())
        p = (min(above, DRAWS - above) + 1) / (DRAWS + 1)
        assert by_place(found, "p_sim")[place] == pytest.approx(p, abs=CHANCE)


def test_theil_permutation(china: Study) -> None:
    found = china.diagnose.theil_permutation("grp_per_head", groups="plates", year=2022, draws=DRAWS)
    y, w = china.values(GRP, 2022), china.values("population", 2022)
    plates = china.grouping("plates")

    def between(label: dict[str, str]) -> float:
        out = 0.0
        for g in set(label.values()):
            inside = [p for p in y.index if label[p] == g]
            income = sum(y[p] * w[p] for p in inside) / sum(y[p] * w[p] for p in y.index)
            out += income * np.log(income / (sum(w[p] for p in inside) / w.sum()))
        return float(out)

    value = between({p: plates[p] for p in y.index})
    assert found.between[0] == pytest.approx(value, rel=ROUNDING)
    rng = np.random.default_rng(5)
    names = [plates[p] for p in y.index]
    drawn = np.array([between(dict(zip(y.index, rng.permutation(names), strict=True))) for _ in range(400)])
    assert found.expected[0] == pytest.approx(drawn.mean(), abs=4 * drawn.std() / 20)
    assert found.p[0] == pytest.approx((drawn >= value).mean(), abs=CHANCE)


def test_entropy_intervals(china: Study) -> None:
    dims = ["D1", "D3"]
    found = china.diagnose.entropy_intervals(dimensions=dims, draws=DRAWS, seed=3).table()
    system = indicator_system(china).only(dims)
    x = np.where(system.required, system.values, np.nan)
    z = np.full_like(x, np.nan)
    for j, direction in enumerate(system.directions):
        low, high = np.nanmin(x[:, :, j]), np.nanmax(x[:, :, j])
        assert direction in "+-"
        z[:, :, j] = (x[:, :, j] - low if direction == "+" else high - x[:, :, j]) / (high - low)
    whole = ~np.isnan(z).any(axis=2)
    years = whole.mean(axis=0) >= 0.5
    z = z[whole[:, years].all(axis=1)][:, years]

    def weights(sample: np.ndarray) -> np.ndarray:
        spread = []
        for j in range(sample.shape[2]):
            part = sample[:, :, j].ravel() / sample[:, :, j].sum()
            spread.append(1 + sum(q * np.log(q) for q in part if q > 0) / np.log(len(part)))
        return np.array(spread) / sum(spread)

    np.testing.assert_allclose(found["weight"], weights(z), rtol=ROUNDING)
    rng = np.random.default_rng(4)
    drawn = np.stack([weights(z[rng.integers(0, len(z), len(z))]) for _ in range(400)])
    error = 0.15 * (found["high"] - found["low"])  # of a quantile of 400 draws
    for side, q in (("low", 0.025), ("high", 0.975)):
        assert (np.abs(found[side] - np.quantile(drawn, q, axis=0)) < error).all()
