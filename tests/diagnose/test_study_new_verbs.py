"""Verbs of composites, structure and chains by hand: each number made again from the study's own columns."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from yugong import diagnose as d
from yugong import study as studies
from yugong.base.errors import InputError
from yugong.diagnose._study_scores import scored
from yugong.diagnose.growth import perpetual_inventory
from yugong.study.model import Study

ROUNDING = 1e-10


@pytest.fixture(scope="module")
def china() -> Study:
    return studies.read("china")


def test_weights_topsis_and_doubt(china: Study) -> None:
    made = scored(china, weights="entropy")
    table = china.diagnose.indicator_weights(layered=True).table()
    held = table[table["weighting"] == "entropy"].set_index("indicator")["weight"]
    want = pd.Series(made.weights / made.weights.sum(), [i.code for i in made.system.indicators])
    pd.testing.assert_series_equal(held, want, check_names=False, rtol=ROUNDING)
    assert table.groupby("weighting")["weight"].sum().to_numpy() == pytest.approx(np.ones(8))
    t = made.system.years.index(2017)
    codes = [i.code for i in made.system.indicators]
    shared = [j for j, code in enumerate(codes) if code != "F6"]  # grain per head is scored for grain areas only
    w = made.weights[shared]
    by_hand = d.topsis(made.scaled.z[..., shared], w / w.sum())[:, t]
    assert int(np.isfinite(by_hand).sum()) == len(china.places)
    got = china.diagnose.topsis(2017).table()["score"].to_numpy()
    np.testing.assert_allclose(got, by_hand, rtol=ROUNDING)
    parts = scored(china).composite.dimension_scores
    parts = parts[..., ~np.isnan(parts).all(axis=(0, 1))]
    free = china.diagnose.benefit_of_doubt(2017, least=0.1, most=0.4).table().drop_duplicates("place")
    np.testing.assert_allclose(free["score"], d.benefit_of_doubt(parts, 0.1, 0.4).scores[:, t], rtol=1e-8)


def test_entropy_results_warn_of_drift_with_numbers(china: Study) -> None:
    note = next(n for n in china.diagnose.topsis(2017).notes if "熵权" in n.zh)
    assert "Warning" in note.en
    drift = china.diagnose.entropy_drift().table()
    assert drift.groupby("year")["weight"].sum().to_numpy() == pytest.approx(np.ones(drift["year"].nunique()))
    assert not [n for n in china.diagnose.index(2017, samples=8).notes if "熵权" in n.zh]


def test_ahp_from_a_table(china: Study, tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text("item,other,value\na,b,2\na,c,4\nb,c,2\n", encoding="utf-8")
    made = china.diagnose.ahp(str(file))
    assert made.judgement.weights == pytest.approx([4 / 7, 2 / 7, 1 / 7])
    assert made.judgement.consistency_ratio == pytest.approx(0, abs=1e-9)
    file.write_text("item,other,value\na,b,2\na,c,9\nb,a,3\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        china.diagnose.ahp(str(file))
    assert len(error.value.problems) == 2  # a and b twice, b and c never


def test_structure_from_tables(china: Study, tmp_path: Path, shared: Path) -> None:
    x = china.tables["gross_output"].frame
    x = x[x["year"] == 2017].pivot(index="place", columns="sector", values="value")  # noqa: PD010
    s = x.div(x.sum(axis=1), axis=0)
    total = -(s * np.log(s.where(s > 0))).sum(axis=1)
    got = china.diagnose.variety(2017).table().set_index("place")
    np.testing.assert_allclose(got["total"], total.loc[got.index], rtol=ROUNDING)
    np.testing.assert_allclose(got["related"] + got["unrelated"], got["total"], rtol=ROUNDING)
    classes = tmp_path / "classes.csv"
    classes.write_text("sector,broad\n" + "".join(f"{c},{c}\n" for c in x.columns), encoding="utf-8")
    alone = china.diagnose.variety(2017, file=str(classes)).table()
    assert alone["related"].to_numpy() == pytest.approx(np.zeros(len(alone)), abs=1e-12)
    plants = pd.read_csv(shared / "reference" / "measure" / "eg_plants.csv")
    codes = dict(zip(sorted(plants["reg"].unique()), china.places, strict=False))
    rows = plants.assign(place=plants["reg"].map(codes)).rename(columns={"ind": "sector", "emp": "value"})
    file = tmp_path / "plants.csv"
    rows[["sector", "place", "value"]].to_csv(file, index=False)
    hand = d.ellison_glaeser(rows[["sector", "place", "value"]])
    np.testing.assert_allclose(china.diagnose.ellison_glaeser(str(file)).gamma, hand.gamma, rtol=ROUNDING)


def test_product_space_and_mobility(china: Study) -> None:
    made = china.diagnose.product_space(2019)
    c = made.space
    place, sector = 3, 5
    near = np.nan_to_num(c.proximity)
    want = (c.advantage[place] @ near[:, sector]) / near[:, sector].sum()
    row = made.table().iloc[place * len(c.sectors) + sector]
    assert row["density"] == pytest.approx(want, rel=ROUNDING)
    chain = china.diagnose.markov("real_grp_per_head", 4)
    got = china.diagnose.mobility("real_grp_per_head", k=4).table().set_index("statistic")["value"]
    assert got["shorrocks"] == pytest.approx((4 - np.trace(chain.p)) / 3, rel=ROUNDING)
    ergodic = got[[f"ergodic_{i}" for i in range(1, 5)]].to_numpy(dtype=float)
    assert ergodic @ chain.p == pytest.approx(ergodic, rel=1e-8)


def test_carrying_capacity_from_a_table(china: Study, tmp_path: Path) -> None:
    file = tmp_path / "limits.csv"
    file.write_text("place,factor,limit,need\n北京,water,40,0.02\n北京,land,30,0.01\n天津,water,10,0.02\n", "utf-8")
    made = china.diagnose.carrying_capacity(2020, file=str(file))
    assert made.capacity == pytest.approx([2000, 500])
    assert made.bottleneck == ("water", "water")
    assert np.isnan(made.by_factor[1, 1])
    assert made.load[0] == pytest.approx(china.panel("population").loc["110000", 2020] / 2000)
    file.write_text("place,factor,limit,need\n北京,water,40,0.02\n北京,water,30,0.01\n", "utf-8")
    with pytest.raises(InputError):
        china.diagnose.carrying_capacity(2020, file=str(file))
    with pytest.raises(InputError):
        china.diagnose.carrying_capacity(2020)


def test_chains_of_places_by_hand(china: Study) -> None:
    from yugong.diagnose._study_chains import regional_accounts

    x, a, _, _ = regional_accounts(china, 2017, None)
    gaps = china.diagnose.chain_gaps(2017).table()
    row = gaps.iloc[0]
    need = sum(a.loc[row["sector"], t] * x.loc[row["place"], t] for t in x.columns)
    assert row["requirement"] == pytest.approx(need, rel=ROUNDING)
    assert row["gap"] == pytest.approx(need - x.loc[row["place"], row["sector"]], rel=ROUNDING)
    c = china.diagnose.complementarity(2017).table().set_index(["origin", "destination"])["complementarity"]
    use = x.to_numpy() @ a.to_numpy().T
    share = (x / x.sum().sum()).to_numpy()
    i, j = 0, 5
    supply = share[i] / share[i].sum() / share.sum(axis=0)
    want = (supply * use[j] / use[j].sum()).sum()
    assert c[x.index[i], x.index[j]] == pytest.approx(want, rel=ROUNDING)


def test_lmdi_takes_zeros_to_the_limit_and_inventories_name_places(china: Study) -> None:
    from dataclasses import replace

    frame = china.frame.copy()
    frame.loc[("540000", 2019), ["energy_consumption", "co2_sectoral"]] = 0.0
    frame.loc[("540000", 2005), ["energy_consumption", "co2_sectoral"]] = [50.0, 9.0]
    made = replace(china, frame=frame).diagnose.lmdi(2005, 2019)
    table = made.table()
    tibet = table[table["place"] == "540000"]["effect"]
    assert tibet.sum() == pytest.approx(-9.0, rel=1e-6)
    assert np.isfinite(table["effect"]).all()
    with pytest.raises(InputError) as error:
        perpetual_inventory([[1.0, 2], [0.0, 3]], places=("甲", "乙"))
    assert "乙" in str(error.value)
