"""An economy from a user's own tables: a long trade table, input coefficients, value added and people."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from yugong.base.errors import AlignmentError, InputError, Problem
from yugong.base.text import Text
from yugong.registry.levers import parameters
from yugong.simulate.calibrate import flows_from_table, shares
from yugong.simulate.economies.balance import Numbers
from yugong.simulate.economies.calibration import Calibration
from yugong.simulate.economy import Economy

KEYS = ("origin", "destination", "sector")


def from_table(
    trade: pd.DataFrame,
    inputs: pd.DataFrame,
    labour: pd.DataFrame | pd.Series,
    *,
    population: Mapping[str, float] | None = None,
    moves: pd.DataFrame | None = None,
    abroad: tuple[str, ...] = (),
    trade_elasticity: float | Mapping[str, float] | None = None,
    migration_elasticity: float | None = None,
    names: Mapping[str, Text] | None = None,
    year: int | None = None,
    file: str | None = None,
) -> Calibration:
    """Return the economy of a long trade table, such as a multi-regional input–output table in that form.

    `trade` has columns origin, destination, sector, value: all sales, at home too; a pair left out is zero trade.
    `inputs` has columns sector (using), input, value and perhaps place: cost shares of output. `labour` is the labour
    cost share by sector (Series), or has columns sector, value and perhaps place; what neither inputs nor labour take
    is capital. `population` (place → people) and `moves` (origin, destination, value: people) switch on migration.
    Regions named in `abroad` are outside the nation. Nothing is modelled: the flows are kept as they are.

    Raises InputError with the row of every negative, missing, doubled or unknown entry; AlignmentError where the
    sectors or places of the tables differ.
    """
    _check(trade, KEYS, file or "trade")
    places, sectors, flows = flows_from_table(trade, regions=_order(trade, "origin", "destination"))
    technique = _shares(inputs, ("sector", "input"), sectors, places, "inputs")  # (N,S,S)
    paid = _shares(
        labour if isinstance(labour, pd.DataFrame) else _frame(labour), ("sector",), sectors, places, "labour"
    )
    capital = 1 - technique.sum(2) - paid
    if (capital < -1e-9).any():
        where = [f"{places[i]} {sectors[j]}" for i, j in np.argwhere(capital < -1e-9)[:5]]
        what = Text(f"成本份额之和大于一：{'、'.join(where)}", f"cost shares exceed one: {', '.join(where)}")
        raise InputError([Problem(what, Text("检查 inputs 与 labour", "check inputs and labour"))])
    sold = flows.sum(1).T
    empty = [(places[i], sectors[j]) for i, j in np.argwhere(flows.sum(2).T <= 0)]
    theta = parameters()["trade_elasticity"].default if trade_elasticity is None else trade_elasticity
    elasticity = np.array([theta[j] if isinstance(theta, Mapping) else theta for j in sectors], dtype=np.float64)
    people, mobile = _people(places, population, moves, migration_elasticity)
    if population is None:
        people = (sold * paid).sum(1)
    economy = Economy(
        regions=places, sectors=sectors, trade_shares=shares(flows), spending=flows.sum(2).T,
        labour_share=paid[:, :, None], input_share=technique, capital_share=np.clip(capital, 0.0, None),
        trade_elasticity=elasticity, population=people[:, None], nation=np.array([p not in abroad for p in places]),
        **mobile,
    )  # fmt: skip
    modelled = (
        (
            Text(
                f"{len(empty)} 个无支出的地区—部门按自给处理",
                f"{len(empty)} region-sectors that spend nothing are taken as supplying themselves",
            ),
        )
        if empty
        else ()
    )
    return Calibration(economy, year, names=dict(names or {}), modelled=modelled)


def _people(
    places: tuple[str, ...],
    population: Mapping[str, float] | None,
    moves: pd.DataFrame | None,
    elasticity: float | None,
) -> tuple[Numbers, dict[str, Any]]:
    """Return heads (N,), and the fields of Economy that make them mobile; movers' stays are population less arrivals."""
    if population is None:
        if moves is not None:
            what = Text("有 moves 就须有 population", "moves need population")
            raise InputError([Problem(what, Text("给出各地人口", "give the population of every place"))])
        return np.zeros(0), {}
    if set(population) != set(places):
        raise AlignmentError(
            Text("人口", "population"),
            Text("贸易", "trade"),
            set(population) - set(places),
            set(places) - set(population),
        )
    people = np.array([population[p] for p in places], dtype=np.float64)
    if moves is None:
        return people, {}
    _check(moves, ("origin", "destination"), "moves")
    unknown = (set(moves["origin"]) | set(moves["destination"])) - set(places)
    if unknown:
        raise AlignmentError(Text("迁移", "moves"), Text("贸易", "trade"), unknown, ())
    n = len(places)
    matrix = np.zeros((n, n))
    matrix[[places.index(o) for o in moves["origin"]], [places.index(d) for d in moves["destination"]]] = moves["value"]
    np.fill_diagonal(matrix, 0.0)
    stay = people - matrix.sum(0)
    if (stay <= 0).any():
        where = "、".join(places[i] for i in np.flatnonzero(stay <= 0))
        raise InputError(
            [Problem(Text(f"{where} 迁入人数不小于人口", f"arrivals are not below population in {where}"))]
        )
    matrix += np.diag(stay)
    workers = matrix.sum(1)
    kappa = parameters()["migration_elasticity"].default if elasticity is None else elasticity
    return people, {
        "mobility": "costly", "worker_groups": places, "workers": workers, "home": np.arange(n),
        "migration_shares": (matrix / workers[:, None])[:, :, None], "migration_elasticity": kappa,
    }  # fmt: skip


def _frame(series: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"sector": series.index.astype(str), "value": series.to_numpy()})


def _order(frame: pd.DataFrame, *columns: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(v) for c in columns for v in frame[c]))


def _shares(
    frame: pd.DataFrame, keys: tuple[str, ...], sectors: tuple[str, ...], places: tuple[str, ...], name: str
) -> Numbers:
    """Return shares (N,S) or (N,S,S), the same in every place where there is no column place; absent cells are zero."""
    by_place = "place" in frame
    _check(frame, (*(("place",) if by_place else ()), *keys), name)
    for key in keys:
        unknown = set(frame[key].astype(str)) - set(sectors)
        if unknown:
            raise AlignmentError(Text(name, name), Text("贸易的部门", "sectors of trade"), unknown, ())
    if "sector" in keys and (lost := set(sectors) - set(frame["sector"].astype(str))):
        raise AlignmentError(Text("贸易的部门", "sectors of trade"), Text(name, name), lost, ())
    if by_place and set(frame["place"].astype(str)) != set(places):
        there = set(frame["place"].astype(str))
        raise AlignmentError(
            Text(name, name), Text("贸易的地区", "places of trade"), there - set(places), set(places) - there
        )
    out = np.zeros((len(places), *(len(sectors) for _ in keys)))
    cells: list[Any] = [[sectors.index(str(v)) for v in frame[key]] for key in keys]
    values = frame["value"].to_numpy(dtype=np.float64)
    if by_place:
        out[([places.index(str(p)) for p in frame["place"]], *cells)] = values
    else:
        out[(slice(None), *cells)] = values
    return out


def _check(frame: pd.DataFrame, keys: tuple[str, ...], name: str) -> None:
    """Report every missing column, doubled key, and missing or negative value with its row, the header being row 1."""
    lost = [c for c in (*keys, "value") if c not in frame]
    if lost:
        what = Text(f"缺少列：{'、'.join(lost)}", f"missing columns: {', '.join(lost)}")
        raise InputError([Problem(what, Text("补上这些列", "add these columns"), name, row=1)])
    problems = []
    values = pd.to_numeric(frame["value"], errors="coerce").to_numpy(dtype=np.float64)
    checks = (
        (~np.isfinite(values), "value", Text("数值缺失或不是数", "the value is missing or no number")),
        (values < 0, "value", Text("数值为负", "the value is negative")),
        (frame.duplicated(list(keys)).to_numpy(), keys[0], Text("这一行的标签与前面重复", "the labels of this row occur before")),
        (frame[list(keys)].isna().any(axis=1).to_numpy(), keys[0], Text("标签缺失", "a label is missing")),
    )  # fmt: skip
    for bad, column, what in checks:
        problems += [Problem(what, None, name, row=int(i) + 2, column=column) for i in np.flatnonzero(bad)[:20]]
    if problems:
        raise InputError(problems)
