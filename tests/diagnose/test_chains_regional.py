"""Regional tables from national coefficients: definitions written out, limits, the study's own merging."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from yugong import study as studies
from yugong.base.errors import InputError
from yugong.diagnose._study_chains import SECTORS, regional_accounts
from yugong.diagnose.chains.regional import DELTA, regional_table
from yugong.study.model import Study

ROUNDING = 1e-12
S = ["a", "b", "c"]
A = pd.DataFrame([[0.1, 0.3, 0.0], [0.2, 0.1, 0.2], [0.1, 0.1, 0.3]], S, S)
X = pd.DataFrame([[10.0, 40, 5], [30, 10, 25], [5, 5, 60]], ["p", "q", "r"], S)


@pytest.fixture(scope="module")
def china() -> Study:
    return studies.read("china")


def test_supply_demand_pool_by_its_definition() -> None:
    for place in X.index:
        own, made = X.loc[place], regional_table(X, A, place)
        for i, s in enumerate(S):
            need = sum(A.loc[s, t] * own[t] for t in S)
            for j, t in enumerate(S):
                assert made.z[i, j] == pytest.approx(A.loc[s, t] * own[t] * min(1, own[s] / need), rel=ROUNDING)
        assert made.residual < 1e-12
        assert (made.final >= 0).all()


def test_location_quotients_by_their_definition() -> None:
    nation, whole = X.sum(), X.to_numpy().sum()
    for place in X.index:
        own = X.loc[place]
        q = (own / own.sum()) / (nation / whole)
        slq, flq = (regional_table(X, A, place, c) for c in ("slq", "flq"))
        lam = np.log2(1 + own.sum() / whole) ** DELTA
        for i, s in enumerate(S):
            simple = [A.loc[s, t] * own[t] * min(1, q[s]) for t in S]
            cross = [A.loc[s, t] * own[t] * min(1, lam * (q[s] if s == t else q[s] / q[t])) for t in S]
            for got, row in ((slq.z[i], simple), (flq.z[i], cross)):
                assert got == pytest.approx(np.array(row) * min(1, own[s] / sum(row)), rel=ROUNDING)


def test_a_self_sufficient_nation_keeps_its_coefficients_and_wrong_places_raise() -> None:
    x = pd.DataFrame([[50.0, 60, 70]], ["all"], S)
    for convention in ("supply-demand", "slq", "flq"):
        made = regional_table(x, A, "all", convention)  # share 1: λ = 1, every quotient 1
        assert made.coefficients == pytest.approx(A.to_numpy(), rel=ROUNDING)
    with pytest.raises(InputError):
        regional_table(X, A, "nowhere")


def test_merged_sectors_are_those_of_the_economy_and_add_up(china: Study) -> None:
    listed = Path(studies.__file__).parents[1] / "simulate" / "economies" / "sectors.csv"
    with listed.open(encoding="utf-8") as file:
        rows = {row["id"]: row["c2012"] for row in csv.DictReader(file)}
    spans = {k: f"{a}-{b}" if a != b else str(a) for k, (a, b) in SECTORS.items()}
    assert spans == rows
    x, a, final, _ = regional_accounts(china, 2017, "population")
    table = china.tables["gross_output"].frame
    assert x.to_numpy().sum() == pytest.approx(table.loc[table["year"] == 2017, "value"].sum(), rel=ROUNDING)
    assert (a.sum(axis=0) < 1).all()
    assert final is not None
    assert final.sum(axis=1).idxmax() == "440000"


def test_extraction_in_a_place_loses_its_sector_and_more(china: Study) -> None:
    own = china.diagnose.regional_extraction("广东")
    x = regional_accounts(china, 2017, None)[0].loc["440000"]
    loss = own.table().set_index("sector")
    assert (loss["loss"] >= x.reindex(loss.index) - 1e-6).all()
    nation = china.diagnose.chain_partners("上海", "mining").table()
    assert nation["rank"].is_monotonic_increasing
    assert "310000" not in set(nation["place"])
