"""Simulation of a study: calibrate the base year, resolve scenarios, solve, and attach where the numbers come from."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from yugong import registry
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import selected
from yugong.base.text import Text
from yugong.simulate._kernel.outcomes import Outcomes
from yugong.simulate.batches import Batch, batch, default_spread, random_draws
from yugong.simulate.economies.calibration import Calibration
from yugong.simulate.economies.filled import FORMS as OWN_TABLES
from yugong.simulate.economies.filled import read_economy
from yugong.simulate.economies.provinces import calibrate
from yugong.simulate.economies.validation import AREAS, TradeFit, validate_trade
from yugong.simulate.methods import equilibrium_card, preview_card
from yugong.simulate.previewing import preview as to_first_order
from yugong.simulate.scenario.model import Scenario
from yugong.simulate.scenario.reading import expand, read
from yugong.simulate.scenario.resolving import resolve
from yugong.simulate.scenario.shipped import PRESETS, preset
from yugong.simulate.simulation import Simulation
from yugong.simulate.solving import solve
from yugong.simulate.stacking import drawn_levers

if TYPE_CHECKING:
    import pandas as pd

    from yugong.study.model import Study

ScenarioLike = Scenario | str | PathLike[str]
Detail = Literal["eight", "three"]
Parameters = Mapping[str, float] | Sequence[str] | None  # by name, or as "name=value"
FORMS = dict.fromkeys(("simulate", "base_year"), OWN_TABLES)
TOLD = 10  # draws solved between two signs of progress


def simulate(
    study: "Study",
    scenario: ScenarioLike | None = None,
    compare: ScenarioLike | Sequence[ScenarioLike] = (),
    year: int | None = None,
    detail: Detail = "eight",
    parameters: Parameters = None,
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
    file: str | None = None,
) -> Simulation:
    """Return a scenario, and others to compare it with, solved on a study's economy.

    A scenario is a Scenario, a preset id or a TOML file; None is the base year. `year`, `detail` and `parameters` are
    those of `calibrate`, unless an `economy` or the `file` of one's own tables is given. `groups` (as of `on`) is the grouping of the group table.
    Without `radii` the certificates leave out the spectral radii, which cost most. `draws` above zero adds bands over
    random elasticities, and with `trade_errors` over modelled trade too (as wrong as the validation found it),
    reproducible from `seed`. Raises what `calibrate` and
    `resolve` raise; NotConvergedError with raise_on_failure. `preview` gives every scenario to first order around the
    base year instead (see `previewing.preview`), without certificates.
    """
    base = economy or base_year(study, year, detail, parameters, file)
    others = [compare] if isinstance(compare, Scenario | str | PathLike) else list(compare)
    wanted = [scenario_of(s) for s in [scenario, *others]]
    if again := [name for name, times in Counter(s.id for s in wanted).items() if times > 1]:
        what = Text(f"情景代号重复：{'、'.join(again)}", f"scenarios of the same id: {', '.join(again)}")
        raise InputError([Problem(what, Text("给每个情景不同的 id", "give each scenario an id of its own"))])
    if preview and draws:
        what = Text("一阶预览没有区间", "a first-order preview has no bands")
        raise InputError([Problem(what, Text("去掉 preview，或去掉 draws", "leave out preview, or draws"))])
    levers = [resolve(s, base) for s in wanted]
    if preview:
        results = [to_first_order(base.economy, lever) for lever in levers]
    else:
        results = [solve(base.economy, lever, raise_on_failure=raise_on_failure) for lever in levers]
    sources = selected(base.provenance, scenario=[s.id for s in wanted], groups=groups, draws=draws, seed=seed)
    results = [replace(r, provenance=sources) for r in results]
    drawn = tuple(bands(base, s, draws, seed, trade_errors) for s in wanted) if draws else ()
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
    scenario: Scenario,
    draws: int,
    seed: int = 0,
    trade_errors: bool = False,
    tell: Callable[[int, int], None] | None = None,
) -> Batch:
    """Return one scenario under drawn elasticities, and drawn trade between the areas at which its error was measured.

    Settings that are measured by what they do to trade are translated by each draw's own elasticity. With `tell`,
    draws are solved a few at a time and it is told how many of how many are done.
    """
    e = base.economy
    errors: dict[str, Any] = {}
    if trade_errors and not base.modelled:
        what = Text(
            "贸易是给定的，不是模型估计，没有估计误差可抽", "trade is given, not modelled: it has no error to draw"
        )
        raise InputError([Problem(what, column="trade_errors")])
    if trade_errors:
        kinds = ("agriculture" if s == "agriculture" else "other" for s in e.sectors)
        area = {place: name for name, places in AREAS.items() for place in places}
        errors = {
            "trade_error": np.array([base.parameter(f"trade_error_{kind}") for kind in kinds]),
            "areas": np.unique([area.get(r, r) for r in e.regions], return_inverse=True)[1],
        }
    drawn = random_draws(e, default_spread(e), draws, seed, **errors)
    vary = drawn | drawn_levers(base, scenario, drawn)
    told: dict[str, Any] = {} if tell is None else {"tell": tell, "most": TOLD}
    # every table has bands, so every outcome is kept
    return batch(e, resolve(scenario, base), vary=vary, parts=Outcomes._fields, seed=seed, **told)


def base_year(
    study: "Study",
    year: int | None = None,
    detail: Detail = "eight",
    parameters: Parameters = None,
    file: str | None = None,
) -> Calibration:
    """Return a study's calibrated base year, or the economy in a `file` of one's own tables (`economies.filled`).

    The last few asked for are kept. `parameters` by name, or as "name=value". Raises what `calibrate` and
    `read_economy` raise.
    """
    value = tuple(sorted(_values(parameters).items()))
    return _kept(study, year, detail, value) if file is None else _own(study, file, _changed(Path(file)), value)


@lru_cache(maxsize=4)
def _kept(study: "Study", year: int | None, detail: str, parameters: tuple[tuple[str, float], ...]) -> Calibration:
    return calibrate(study, year, detail, dict(parameters))


@lru_cache(maxsize=4)
def _own(study: "Study", file: str, changed: float, parameters: tuple[tuple[str, float], ...]) -> Calibration:
    return read_economy(file, study, dict(parameters))


def _changed(path: Path) -> float:
    """Return when a file, or any file of a folder, was last written; zero where there is none."""
    return max((p.stat().st_mtime for p in (path, *path.glob("*")) if p.exists()), default=0.0)


def _values(parameters: Parameters) -> dict[str, float]:
    if isinstance(parameters, Mapping):
        return dict(parameters)
    found: dict[str, float] = {}
    problems = []
    for word in [parameters] if isinstance(parameters, str) else parameters or ():
        name, _, number = word.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            what = Text(f"“{word}”不是 参数=数值", f"{word!r} is not name=value")
            problems.append(
                Problem(what, Text("如 trade_elasticity=5", "e.g. trade_elasticity=5"), column="parameters")
            )
    if problems:
        raise InputError(problems)
    return found


def trade_validation(
    study: "Study",
    observed: "pd.DataFrame | str",
    year: int,
    areas: Mapping[str, tuple[str, ...]] | None = None,
    parameters: Parameters = None,
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
