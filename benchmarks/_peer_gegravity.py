"""The 44-country case by gegravity, run by an interpreter that has it; prints seconds and welfare changes as JSON."""

import json
import sys
import time

import gegravity
import numpy as np
import pandas as pd

YEAR, THETA, EFFECT = 2000, 4.0, 0.22424901


def solve(rows: pd.DataFrame, union: pd.DataFrame) -> tuple[float, dict[str, float]]:
    """Return the wall seconds of the counterfactual alone and welfare by country."""
    costs = pd.DataFrame({"var": ["flow", "union"], "coeff": [1.0, EFFECT], "ste": [0.0, 0.0]})
    model = gegravity.OneSectorGE(
        gegravity.BaselineData(
            rows, imp_var_name="importer", exp_var_name="exporter", year_var_name="year",
            trade_var_name="trade", expend_var_name="spending", output_var_name="output",
        ),
        year=str(YEAR), reference_importer="USA", expend_var_name="spending", output_var_name="output",
        sigma=THETA + 1, cost_variables=["flow", "union"], quiet=True,
        cost_coeff_values=gegravity.CostCoeffs(costs, identifier_col="var", coeff_col="coeff", stderr_col="ste"),
    )  # fmt: skip
    model.build_baseline(mr_tolerance=1e-10)
    model.define_experiment(model.baseline_data.drop(columns="union").merge(union, on=["exporter", "importer"]))
    start = time.perf_counter()
    model.simulate(ge_tolerance=1e-10)
    taken = time.perf_counter() - start
    found = model.country_results
    return taken, found[next(c for c in found.columns if c.startswith("welfare"))].to_dict()


def main(path: str) -> None:
    rows = pd.read_csv(path)
    rows = rows[rows["year"] == YEAR][["exporter", "importer", "year", "trade", "new_eu_pair"]]
    union = rows[["exporter", "importer", "new_eu_pair"]].rename(columns={"new_eu_pair": "union"})
    rows = rows.drop(columns="new_eu_pair").assign(year=str(YEAR), union=0.0)
    rows["output"] = rows.groupby("exporter")["trade"].transform("sum")
    rows["spending"] = rows.groupby("importer")["trade"].transform("sum")
    # Costs implied by the flows themselves, so that all baseline resistances are one and the solver starts there.
    rows["flow"] = np.log(rows["trade"].clip(lower=1e-9) * rows["trade"].sum() / (rows["output"] * rows["spending"]))
    runs = [solve(rows, union) for _ in range(3)]
    print(json.dumps({"seconds": min(seconds for seconds, _ in runs), "welfare": runs[-1][1]}))


if __name__ == "__main__":
    main(sys.argv[1])
