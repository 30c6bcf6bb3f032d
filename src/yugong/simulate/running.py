"""Simulation of a study: calibrate the base year, resolve scenarios, solve, and attach where the numbers come from."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from yugong import registry
from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.simulate._kernel.outcomes import Outcomes
from yugong.simulate.batches import Batch, monte_carlo
from yugong.simulate.economies.calibration import Calibration
from yugong.simulate.economies.provinces import calibrate
from yugong.simulate.economies.validation import AREAS, TradeFit, validate_trade
from yugong.simulate.levers import Levers
from yugong.simulate.methods import equilibrium_card, preview_card
from yugong.simulate.previewing import preview as to_first_order
from yugong.simulate.scenario.model import Scenario
from yugong.simulate.scenario.reading import expand, read
from yugong.simulate.scenario.resolving import resolve
from yugong.simulate.scenario.shipped import PRESETS, preset
from yugong.simulate.simulation import Simulation
from yugong.simulate.solving import solve

if TYPE_CHECKING:
    import pandas as pd

    from yugong.study.model import Study

ScenarioLike = Scenario | str | PathLike[str]
TOLD = 10  # draws solved between two signs of progress
# How far the elasticities that matter most are drawn around their values, in logs.
SPREAD = {"trade_elasticity": 0.25, "migration_elasticity": 0.25, "agglomeration": 0.5, "public_taste": 0.5}


def simulate(
    study: "Study",
    scenario: ScenarioLike | None = None,
    compare: ScenarioLike | Sequence[ScenarioLike] = (),
    year: int | None = None,
    detail: str = "eight",
    parameters: Mapping[str, float] | None = None,
    groups: str = "plates",
    on: date | str | None = None,
    certificate: bool = True,
    radii: bool = True,
    draws: int = 0,
    seed: int = 0,
    trade_errors: bool = False,
    economy: Calibration | None = None,
    raise_on_failure: bool = False,
    preview: bool = False,
) -> Simulation:
    """Return a scenario, and others to compare it with, solved on a study's economy.

    A scenario is a Scenario, a preset id or a TOML file; None is the base year. `year`, `detail` and `parameters` are
    those of `calibrate`, unless an `economy` is given. `groups` (as of `on`) is the grouping of the group table.
    Without `radii` the certificates leave out the spectral radii, which cost most. `draws` above zero adds bands over
    random elasticities, and with `trade_errors` over modelled trade too (as wrong as the validation found it),
    reproducible from `seed`. Raises what `calibrate` and
    `resolve` raise; NotConvergedError with raise_on_failure. `preview` gives every scenario to first order around the
    base year instead (see `previewing.preview`), without certificates.
    """
    base = economy or base_year(study, year, detail, parameters)
    others = [compare] if isinstance(compare, Scenario | str | PathLike) else list(compare)
    wanted = [scenario_of(s) for s in [scenario, *others]]
    if again := [name for name, times in Counter(s.id for s in wanted).items() if times > 1]:
        what = Text(f"情景代号重复：{'、'.join(again)}", f"scenarios of the same id: {', '.join(again)}")
        raise InputError([Problem(what, Text("给每个情景不同的 id", "give each scenario an id of its own"))])
    levers = [resolve(s, base) for s in wanted]
    if preview:
        results = [to_first_order(base.economy, lever) for lever in levers]
    else:
        results = [solve(base.economy, lever, raise_on_failure=raise_on_failure) for lever in levers]
    sources = base.provenance
    if sources is not None:
        chosen = {"scenario": ", ".join(s.id for s in wanted), "groups": groups, "draws": str(draws), "seed": str(seed)}
        sources = replace(sources, selection={**sources.selection, **chosen})
    results = [replace(r, provenance=sources) for r in results]
    drawn = tuple(bands(base, lever, draws, seed, trade_errors) for lever in levers) if draws else ()
    found = study.grouping(groups, on)
    words = {g.id: g.name for g in registry.groups()}
    card = preview_card if preview else equilibrium_card
    return Simulation(
        base,
        tuple(wanted),
        tuple(results),
        {str(place): str(group) for place, group in found.dropna().items()},
        replace(card(base.economy), options={**_options(base), "groups": groups}),
        tuple(r.certificate(radii=radii) for r in results) if certificate and not preview else (),
        drawn,
        sources,
        {g: words[g] for g in dict.fromkeys(found.dropna()) if g in words},
    )


def bands(
    base: Calibration,
    levers: Levers,
    draws: int,
    seed: int = 0,
    trade_errors: bool = False,
    tell: Callable[[int, int], None] | None = None,
) -> Batch:
    """Return one scenario under drawn elasticities, and drawn trade between the areas at which its error was measured.

    With `tell`, draws are solved a few at a time and it is told how many of how many are done.
    """
    e = base.economy
    spread = {n: sigma for n, sigma in SPREAD.items() if e.mobility == "costly" or n != "migration_elasticity"}
    options: dict[str, Any] = {"parts": Outcomes._fields}  # every table has bands
    if trade_errors:
        kinds = ("agriculture" if s == "agriculture" else "other" for s in e.sectors)
        area = {place: name for name, places in AREAS.items() for place in places}
        options |= {
            "trade_error": np.array([base.parameter(f"trade_error_{kind}") for kind in kinds]),
            "areas": np.unique([area.get(r, r) for r in e.regions], return_inverse=True)[1],
        }
    if tell is not None:
        options |= {"tell": tell, "most": TOLD}
    return monte_carlo(e, levers, spread=spread, draws=draws, seed=seed, **options)


def base_year(
    study: "Study", year: int | None = None, detail: str = "eight", parameters: Mapping[str, float] | None = None
) -> Calibration:
    """Return a study's calibrated base year; the last few asked for are kept."""
    return _kept(study, year, detail, tuple(sorted((parameters or {}).items())))


@lru_cache(maxsize=4)
def _kept(study: "Study", year: int | None, detail: str, parameters: tuple[tuple[str, float], ...]) -> Calibration:
    return calibrate(study, year, detail, dict(parameters))


def trade_validation(
    study: "Study",
    observed: "pd.DataFrame | str",
    year: int,
    areas: Mapping[str, tuple[str, ...]] | None = None,
    parameters: Mapping[str, float] | None = None,
) -> TradeFit:
    """Return modelled trade of `year` beside observed flows between areas; see economies.validate_trade.

    `observed` is a frame, or a CSV file, of origin, destination, sector and value.
    """
    frame = _flows(observed) if isinstance(observed, str) else observed
    return validate_trade(base_year(study, year, "eight", parameters), frame, areas)


def _flows(file: str) -> "pd.DataFrame":
    import pandas as pd

    wanted = ("origin", "destination", "sector", "value")
    if not Path(file).is_file():
        raise InputError([Problem(Text(f"没有文件 {file}", f"there is no file {file}"), column="observed")])
    frame = pd.read_csv(file)
    if lost := [c for c in wanted if c not in frame.columns]:
        what = Text(f"缺少列：{'、'.join(lost)}", f"missing columns: {', '.join(lost)}")
        raise InputError([Problem(what, file=Path(file).name)])
    return frame


def scenario_of(given: ScenarioLike | None) -> Scenario:
    """Return a scenario given as itself, a preset's id or a TOML file; None is the base year."""
    if given is None:
        return Scenario(title=Text("基年", "base year"))
    if isinstance(given, Scenario):
        return expand(given)
    name = str(given)
    return preset(name) if name in PRESETS and not Path(name).is_file() else read(name)


def _options(base: Calibration) -> dict[str, str]:
    return {**equilibrium_card(base.economy).options, **{k: f"{v:g}" for k, v in sorted(base.parameters.items())}}
