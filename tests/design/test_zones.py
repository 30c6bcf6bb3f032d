"""Zones: exact plans against brute force, the fast plan against the exact one, grades against the printed tables."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from yugong import study
from yugong.base.errors import InputError, UnknownNameError
from yugong.base.text import Text
from yugong.design.sheet import CERTAINTY
from yugong.design.zones import (
    Demand,
    Problem,
    costs,
    grade,
    guide_2019,
    improve,
    minimal_conflict,
    resolving,
    solve,
)
from yugong.design.zones.grades import carried_farmland, importance
from yugong.design.zones.plan import pieces

SAME = 1e-6  # HiGHS's feasibility tolerance on sums of at most a hundred
NAME = Text("要求", "demand")


def grid(seed: int, rows: int = 4, columns: int = 4, classes: int = 2, **options: object) -> Problem:
    rng = np.random.default_rng(seed)
    n = rows * columns
    at = np.arange(n).reshape(rows, columns)
    edges = np.concatenate(
        [np.stack([at[:, :-1].ravel(), at[:, 1:].ravel()], 1), np.stack([at[:-1].ravel(), at[1:].ravel()], 1)]
    )
    return Problem(
        rng.uniform(0, 1, (n, classes)), rng.uniform(0.5, 2, n), edges, rng.uniform(0.5, 1.5, len(edges)), **options
    )  # type: ignore[arg-type]


def brute(problem: Problem) -> float:
    n, k = problem.shape
    best = -np.inf
    for plan in product(range(k), repeat=n):
        zone = np.array(plan)
        if not problem.broken(zone):
            best = max(best, problem.value(zone))
    return best


@pytest.mark.parametrize("seed", range(3))
def test_exact_plan_is_the_best_of_all(seed: int) -> None:
    p = grid(seed, boundary=0.2, last=np.random.default_rng(9).integers(0, 2, 16), change=0.1)
    p = replace(p, demands=(Demand("floor", NAME, 1, p.area, low=0.4 * p.area.sum(), high=0.6 * p.area.sum()),))
    found = solve(p)
    assert found.status == "optimal"
    assert found.value == pytest.approx(brute(p), abs=SAME)
    assert found.bound == pytest.approx(found.value, abs=1e-4)
    assert not p.broken(found.zone)


@pytest.mark.parametrize("seed", range(3))
def test_connected_classes_hang_together(seed: int) -> None:
    free = grid(seed, 3, 4, boundary=0.0)
    p = replace(free, connected=(1,))
    found = solve(p)
    assert pieces(found.zone == 1, p.edges) <= 1
    assert found.value == pytest.approx(brute(p), abs=SAME)
    assert found.value <= solve(free).value + SAME


def test_bars_and_three_classes() -> None:
    p = grid(5, 3, 3, 3, boundary=0.1)
    barred = np.zeros((9, 3), dtype=bool)
    barred[:4, 0] = True
    p = replace(p, barred=barred)
    found = solve(p)
    assert not (found.zone[:4] == 0).any()
    assert found.value == pytest.approx(brute(p), abs=SAME)


def test_conflicts_are_minimal() -> None:
    p = grid(1)
    whole = p.area.sum()
    demands = (
        Demand("much_ecology", NAME, 1, p.area, low=0.7 * whole),
        Demand("much_town", NAME, 0, p.area, low=0.5 * whole),
        Demand("harmless", NAME, 0, p.area, low=0.1 * whole),
    )
    p = replace(p, demands=demands)
    assert solve(p).status == "infeasible"
    assert minimal_conflict(p) == ("much_ecology", "much_town")
    assert minimal_conflict(replace(p, demands=demands[1:])) == ()


@pytest.mark.parametrize("seed", range(12))
def test_conflicts_against_every_plan(seed: int) -> None:
    rng = np.random.default_rng(seed)
    p = grid(seed, 2, 4, 2)
    shares = rng.uniform(0.2, 0.7, 5)
    ends = [(share, None) if rng.random() < 0.6 else (None, share) for share in shares]
    p = replace(
        p,
        demands=tuple(
            Demand(
                f"d{k}", NAME, int(rng.integers(2)), rng.uniform(0, 1, 8), *(None if x is None else 4 * x for x in e)
            )
            for k, e in enumerate(ends)
        ),
        barred=rng.random((8, 2)) < 0.25,
        connected=(0,),
    )
    plans = [np.array(plan) for plan in product(range(2), repeat=8)]

    def possible(ids: tuple[str, ...]) -> bool:
        part = p.under(ids)
        return any(not part.broken(zone) for zone in plans)

    found = minimal_conflict(p)
    assert bool(found) is not possible(p.requirements)
    if not found:
        best = solve(p)
        for cost in costs(p, best):
            free = p.under([x for x in p.requirements if x != cost.id])
            assert cost.gain == pytest.approx(brute(free) - brute(p), abs=1e-4)
        return
    assert not possible(found)
    for id_ in found:
        assert possible(tuple(x for x in found if x != id_))
    by_hand = tuple(x for x in found if possible(tuple(y for y in p.requirements if y != x)))
    assert resolving(p, found) == by_hand


@pytest.mark.parametrize("seed", range(4))
def test_fast_plan_is_near_the_exact_one(seed: int) -> None:
    p = grid(seed, 7, 7, 3, boundary=0.15)
    p = replace(p, demands=(Demand("floor", NAME, 2, p.area, low=0.4 * p.area.sum()),))
    exact, fast = solve(p), improve(p)
    assert fast.status == "feasible"
    assert fast.value <= exact.value + SAME
    assert fast.bound >= exact.value - SAME
    assert fast.value >= 0.98 * exact.value  # annealed; seen 0.99 to 1
    with pytest.raises(ValueError, match="connected"):
        improve(replace(p, connected=(0,)))


def test_stability_keeps_the_last_plan_when_change_is_dear() -> None:
    last = np.random.default_rng(2).integers(0, 2, 16)
    assert np.array_equal(solve(grid(1, last=last, change=5.0)).zone, last)


def test_matrices_are_the_printed_ones() -> None:
    profile = guide_2019()
    # land 1: water 1–3 → 1, 4 → 2, 5 → 3; land 4: 1 → 3, 2–3 → 4, 4–5 → 5
    assert profile.base([1] * 5, [1, 2, 3, 4, 5], "urban").tolist() == [1, 1, 1, 2, 3]
    assert profile.base([4] * 5, [1, 2, 3, 4, 5], "urban").tolist() == [3, 4, 4, 5, 5]
    assert profile.base([2] * 5, [1, 2, 3, 4, 5], "farm").tolist() == [1, 1, 2, 3, 5]
    for use in ("urban", "farm"):
        table = np.array(profile.matrices[use])
        assert (np.diff(table, axis=0) >= 0).all()
        assert (np.diff(table, axis=1) >= 0).all()


def test_corrections_add_from_one_base_in_any_order_and_clamp() -> None:
    profile = guide_2019()
    both = profile.corrected(
        [2, 1, 3, 4], hazard=["high", "none", "extreme", "middle"], location=["grade1", "grade1", "grade1", "grade5"]
    )
    assert both.tolist() == [3, 1, 5, 5]
    other = profile.corrected(
        [2, 1, 3, 4], location=["grade1", "grade1", "grade1", "grade5"], hazard=["high", "none", "extreme", "middle"]
    )
    assert both.tolist() == other.tolist()
    with pytest.raises(UnknownNameError):
        profile.corrected([1], hazard=["huge"])


def test_grades_of_factors() -> None:
    profile = guide_2019()
    assert grade([3, 3.1, 30], profile.factors["urban_slope"]).tolist() == [1, 2, 5]
    assert grade([1200, 800, 199], profile.factors["rain"]).tolist() == [1, 2, 5]
    with pytest.raises(InputError):
        grade([np.nan], profile.factors["rain"])
    assert importance([1, 3, 5], [5, 5, 5]).tolist() == [1, 3, 5]
    assert carried_farmland(100, 0.6, 6, 5) == pytest.approx(15)


@pytest.fixture(scope="module")
def china() -> study.Study:
    return study.china()


def test_zones_of_the_china_study_meet_their_shares(china: study.Study) -> None:
    found = china.design.zones(urban_cap=0.1, farm_floor=0.3, ecology_floor=0.45)
    frame = found.table().set_index("place")
    area = china.panel("land_area").mean(axis=1)[frame.index]
    share = area.groupby(frame["zone"]).sum() / area.sum()
    assert share["urban"] <= 0.1
    assert share["farm"] >= 0.3
    assert share["ecology"] >= 0.45
    assert found.gap < SAME
    assert frame.loc["310000", "zone"] == "urban"
    assert "边境" in frame.loc["650000", "overlay"]


def test_binding_requirements_are_said_with_what_they_cost(china: study.Study) -> None:
    found = china.design.zones(urban_cap=0.1, farm_floor=0.3, ecology_floor=0.45)
    said = " ".join(n.zh for n in found.notes)
    assert "城市化地区面积上限 10%，实得 5.1%，不构成约束" in said
    assert "重点生态功能区面积下限 45%，实得 45.2%，紧约束" in said
    free = china.design.zones(urban_cap=0.1, farm_floor=0.3, ecology_floor=None)
    at = {c.id: c for c in found.costs}
    assert at["ecology_floor"].gain == pytest.approx(free.value - found.value, abs=SAME)
    assert at["farm_floor"].gain == 0
    assert found.provenance.selection["ecology_floor"] == "0.45"
    fast = china.design.zones(method="fast")
    assert "约束" not in " ".join(n.zh for n in fast.notes)


def test_borders_count_by_their_length() -> None:
    from types import SimpleNamespace

    import pandas as pd

    from yugong.design._study_zones import _problem

    codes = ["a", "b", "c"]
    matrix = pd.DataFrame([[0, 3.0, 0], [3.0, 0, 1.0], [0, np.nan, 0]], codes, codes)
    fake = SimpleNamespace(flows={"adjacency": None}, flow=lambda _: SimpleNamespace(matrix=lambda: matrix))
    frame = pd.DataFrame({"place": codes, "area": 1.0, "urban": 1.0, "farm": 0.0, "ecology": 0.0})
    found = _problem(fake, frame, 0.1, 0.0, (), (None, None, None))  # type: ignore[arg-type]
    assert found.edges.tolist() == [[0, 1], [1, 2]]
    assert found.length == pytest.approx([1.5, 0.5])


def test_conflicting_shares_are_explained(china: study.Study) -> None:
    with pytest.raises(InputError, match="农产品主产区面积下限 60%；重点生态功能区面积下限 50%"):
        china.design.zones(urban_cap=0.1, farm_floor=0.6, ecology_floor=0.5)


def test_zones_and_grades_from_filled_templates(china: study.Study, tmp_path: Path) -> None:
    rows = "单元,面积,城市化地区评分,农产品主产区评分,重点生态功能区评分,现行分区,边境地区\n"
    (tmp_path / "zones.csv").write_text(rows + "四川,10,1,2,3,城市化地区,否\n重庆,5,3,2,1,,是\n", encoding="utf-8")
    free = {"urban_cap": None, "farm_floor": None, "ecology_floor": None}
    frame = china.design.zones(file=str(tmp_path / "zones.csv"), **free).table()
    assert frame["zone"].tolist() == ["ecology", "urban"]
    kept = china.design.zones(file=str(tmp_path / "zones.csv"), change=5.0, **free).table()
    assert kept["zone"].tolist() == ["urban", "urban"]
    assert frame["overlay"].tolist() == ["", "边境地区"]
    (tmp_path / "grades.csv").write_text(
        "单元,土地资源等级,水资源等级,地质灾害危险性,区位优势等级\n四川,2,3,高,1\n重庆,1,1,极高,\n", encoding="utf-8"
    )
    grades = china.design.suitability(file=str(tmp_path / "grades.csv")).table()
    assert grades["town_grade"].tolist() == [3, 5]
    assert grades["farm_grade"].tolist() == [2, 1]
    (tmp_path / "bad.csv").write_text("单元,土地资源等级,水资源等级\n四川,7,3\n", encoding="utf-8")
    with pytest.raises(InputError, match="第 2 行"):
        china.design.suitability(file=str(tmp_path / "bad.csv"))


def test_figures_are_graded_by_the_profile(china: study.Study, tmp_path: Path) -> None:
    head = "单元,坡度,海拔,地形起伏度,粉砂含量,用水总量控制指标模数,年降水量,水资源等级,土地资源等级\n"
    rows = "四川,2,4000,150,79,30,1300,,\n重庆,9,5000,50,80,,500,2,\n西藏,1,5001,,,8,,,\n贵州,,,,,3,,,2\n"
    (tmp_path / "figures.csv").write_text(head + rows, encoding="utf-8")
    frame = china.design.suitability(file=str(tmp_path / "figures.csv")).table().set_index("place")
    # slope 1, +1 for 3500–5000 m, +1 for relief of 100–200 m; 9° is grade 3, +1; above 5000 m worst; a grade given
    assert frame["land_grade"].tolist() == [3, 4, 5, 2]
    assert frame["water_grade"].tolist() == [1, 2, 3, 4]
    assert frame["farm_land_grade"].tolist() == [2, 5, 1, 2]
    assert frame["farm_water_grade"].tolist() == [1, 3, 3, 4]
    assert frame["town_grade"].tolist() == [2, 4, 5, 2]
    (tmp_path / "bad.csv").write_text("单元,坡度,水资源等级\n四川,2,3\n重庆,,3\n四川,3,3\n", encoding="utf-8")
    with pytest.raises(InputError, match="第 4 行: 四川重复，第 2 行已有"):
        china.design.suitability(file=str(tmp_path / "bad.csv"))
    (tmp_path / "bad.csv").write_text("单元,坡度,水资源等级\n四川,2,3\n重庆,,3\n", encoding="utf-8")
    with pytest.raises(InputError, match="第 3 行: “土地资源等级”与“坡度”至少填一项"):
        china.design.suitability(file=str(tmp_path / "bad.csv"))


def test_permissions_say_how_sure_they_are(china: study.Study) -> None:
    frame = china.design.permissions(zone="重点生态功能区").table()
    assert set(frame["certainty"]) == {CERTAINTY["M"].in_()}
    with pytest.raises(UnknownNameError):
        china.design.permissions(zone="无此区")
