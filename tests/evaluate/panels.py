"""Panels the tests of this room share: reference data read into questions, and simulated ones with known truth."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from yugong.evaluate.exposure import rings
from yugong.evaluate.question import Question, ask


def expected(shared: Path, case: str) -> Any:
    return json.loads((shared / "reference" / "evaluate" / f"{case}.json").read_text(encoding="utf-8"))["expected"]


def data(shared: Path, file: str, **options: Any) -> pd.DataFrame:
    return pd.read_csv(shared / "reference" / "evaluate" / "data" / file, **options)


def grid(frame: pd.DataFrame, place: str, year: str, column: str) -> pd.DataFrame:
    """Places × years of one column."""
    return frame.pivot(index=place, columns=year, values=column)  # noqa: PD010 - pivot_table would average doubles


def cohort_question(
    frame: pd.DataFrame, place: str, year: str, outcome: str, start: str, covariates: tuple[str, ...] = ()
) -> Question:
    """A question whose policy starts in the year `start` says and never ends; 0 or missing is never."""
    y = grid(frame, place, year, outcome)
    starts = frame.groupby(place)[start].first().fillna(0)
    since = starts.to_numpy()[:, None]
    dose = pd.DataFrame((y.columns.to_numpy()[None, :] >= since) & (since > 0), y.index, y.columns).astype(float)
    extra = {c: grid(frame, place, year, c) for c in covariates}
    return ask(y, dose, outcome=outcome, covariates=extra)


def ring_question(rng: np.random.Generator) -> Question:
    """400 places on a plane, 12 treated from year 8: effect 1 at home, −0.5 within 100, −0.2 from 100 to 200."""
    n, t = 400, 15
    at = rng.uniform(0, 1000, (n, 2))
    distance = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    dose = np.zeros((n, t))
    dose[rng.choice(n, 12, replace=False), 8:] = 1
    reach = rings(distance, dose, [0, 100, 200])
    away = dose == 0
    y = rng.normal(size=(n, 1)) + rng.normal(size=t) + dose + 0.3 * rng.normal(size=(n, t))
    y = y - 0.5 * reach["0-100"] * away - 0.2 * reach["100-200"] * (away & (reach["0-100"] == 0))
    return ask(y, dose, exposures=reach)


def synergy_question(rng: np.random.Generator) -> tuple[Question, float]:
    """Policies A (1 + 0.1·years) and B (0.5) on 120 of 400 places each, 60 under both with 0.4 more; and A's mean alone."""
    n, t = 400, 20
    start_a, start_b = np.full(n, 99), np.full(n, 99)
    start_a[:120] = rng.choice([6, 9, 12], 120)
    start_b[60:180] = rng.choice([7, 10, 13], 120)
    since = np.arange(t) - start_a[:, None]
    a, b = since >= 0, np.arange(t) >= start_b[:, None]
    effect = 1 + 0.1 * since
    y = rng.normal(size=(n, 1)) + rng.normal(size=t) + a * effect + 0.5 * b + 0.4 * (a & b)
    y = y + 0.5 * rng.normal(size=(n, t))
    question = ask(y, a.astype(float), policy="A", competing={"B": b.astype(float)})
    return question, float(effect[a & ~b].mean())


def staggered(rng: np.random.Generator, n: int = 30, t: int = 10, gaps: float = 0.0, covariates: int = 0) -> Question:
    """A small staggered panel with unequal effects, gaps at random, and covariates that move the outcome."""
    start = np.where(np.arange(n) % 3 == 0, t, rng.integers(3, t - 2, n))
    since = np.arange(t) - start[:, None]
    x = rng.normal(size=(covariates, n, t))
    y = rng.normal(size=(n, 1)) + rng.normal(size=t) + (since >= 0) * (1 + 0.3 * since) + 0.4 * rng.normal(size=(n, t))
    y = y + np.tensordot(np.arange(1, covariates + 1), x, axes=1) if covariates else y
    y = np.where(rng.uniform(size=(n, t)) < gaps, np.nan, y)
    return ask(y, (since >= 0).astype(float), covariates={f"x{k}": x[k] for k in range(covariates)})


def dummies(mask: Any) -> np.ndarray:
    """Unit and year dummies of the cells of a mask, a row a cell, the first year left out."""
    unit, year = np.nonzero(mask)
    return np.hstack([np.eye(mask.shape[0])[unit], np.eye(mask.shape[1])[year][:, 1:]])
