"""From numbers to lights, one function an item of the card; limits come from the published rows."""

from collections.abc import Sequence

import numpy as np

from yugong.evaluate.credibility.rules import Light, rules


def comparison(treated: int, placebo: bool, fit: Light) -> Light:
    """Light the comparison group: treated clusters, whether placebos could be drawn, the light of the synthetic fit."""
    limit = rules()["comparison"].limits
    if treated >= limit["enough"] or fit == "green":
        return "green"
    return "amber" if treated >= limit["few"] or placebo else "red"


def pre_trend(gap: float, effect: float, power: float) -> Light:
    """Light the pre-trend: largest gap before, the effect, the test's power; a missing number fails."""
    limit = rules()["pre_trend"].limits
    return _by_failures(not abs(gap) < limit["share"] * abs(effect), not power >= limit["power"])


def honest(breakdown: float) -> Light:
    """Light the breakdown of relative magnitudes; missing is red."""
    limit = rules()["honest"].limits
    return "green" if breakdown >= limit["sound"] else "amber" if breakdown >= limit["weak"] else "red"


def weights(negative: float, alone: bool) -> Light:
    """Light the negative weight of two-way fixed effects; alone: the conclusion rests on them alone."""
    limit = rules()["weights"].limits
    if negative < limit["small"]:
        return "green"
    return "red" if alone and not negative <= limit["large"] else "amber"


def spillover(moved: float | None, clean: bool) -> Light:
    """Light spillovers: how far the estimate moves, None where not examined; clean: whether clean controls are left."""
    limit = rules()["spillover"].limits
    if not clean:
        return "red"
    if moved is None:
        return "amber"
    return "green" if moved < limit["small"] else "amber" if moved <= limit["large"] else "red"


def overlap(alone: float) -> Light:
    """Light overlapping policies by the share of treated place-years under this policy alone."""
    limit = rules()["overlap"].limits
    return "green" if alone >= limit["most"] else "amber" if alone >= limit["some"] else "red"


def synthetic(rmspe: float, gap: float, heaviest: float, years: int) -> Light:
    """Light the synthetic control: RMSPE before, mean gap since, the heaviest donor, years before."""
    limit = rules()["synthetic"].limits
    return _by_failures(
        not rmspe < limit["gap"] * abs(gap), not heaviest <= limit["donor"], not years >= limit["years"]
    )


def inference(randomised: float | None, clustered: float | None, treated: int) -> Light:
    """Light the inference: p by randomisation and by clusters, None where there is none; treated clusters."""
    limit = rules()["inference"].limits
    if randomised is None:
        return "red" if treated < limit["few"] else "amber"
    if clustered is None or treated < limit["few"]:
        return "amber"
    return "green" if (randomised <= limit["level"]) == (clustered <= limit["level"]) else "amber"


def data(unadjusted: int, adjusted: int, missing: float, modelled: bool) -> Light:
    """Light the data: breaks left as they are, breaks adjusted, share missing, whether figures are modelled."""
    if unadjusted:
        return "red"
    return "amber" if adjusted or missing >= rules()["data"].limits["missing"] or modelled else "green"


def placebo(ps: Sequence[float]) -> Light:
    """Light the placebo dates and outcomes by their p values; a small one fails."""
    fails = sum(p <= rules()["placebo"].limits["level"] for p in ps)
    if not len(ps):
        return "amber"
    return "green" if not fails else "red" if fails > len(ps) / 2 else "amber"


def _by_failures(*failed: bool) -> Light:
    count = int(np.sum(failed))
    return "green" if count == 0 else "amber" if count == 1 else "red"
