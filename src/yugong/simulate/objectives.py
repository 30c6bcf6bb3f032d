"""Scalar outcomes that gradients and optimisation can follow: welfare, disparity, emissions, one outcome by name.

Each is a frozen value that maps traced outcomes to a scalar, so that equal objectives share one compilation.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yugong.simulate._kernel.arrays import Base
    from yugong.simulate._kernel.outcomes import Outcomes


@dataclass(frozen=True, slots=True)
class Welfare:
    """The nation's welfare, new over old: groups weighted by base-year welfare."""

    def __call__(self, outcomes: "Outcomes", base: "Base") -> Any:
        """Return the hat of national welfare."""
        return outcomes.national_welfare


@dataclass(frozen=True, slots=True)
class Pick:
    """One outcome by name, at one place of its array, or its sum over the nation."""

    name: str
    at: tuple[int, ...] | None = None

    def __call__(self, outcomes: "Outcomes", base: "Base") -> Any:
        """Return the entry, or the sum of all entries (weighted by the nation where the first axis is regions)."""
        value = getattr(outcomes, self.name)
        if self.at is not None:
            return value[self.at]
        if value.ndim and value.shape[0] == base.nation.shape[0]:
            return (value.reshape(value.shape[0], -1).sum(1) * base.nation).sum()
        return value.sum()


@dataclass(frozen=True, slots=True)
class SocialWelfare:
    """Equally distributed equivalent real income of the nation's regions (Atkinson 1970), inequality aversion ε ≥ 0.

    ε = 0 is mean real income per head; ε = 1 the geometric mean; heads are the solution's.
    """

    aversion: float = 1.0

    def __call__(self, outcomes: "Outcomes", base: "Base") -> Any:
        """Return the equally distributed equivalent income."""
        import jax.numpy as jnp

        income, share = _people(outcomes, base)
        if self.aversion == 1:
            return jnp.exp((share * jnp.log(income)).sum())
        power = 1 - self.aversion
        return (share * income**power).sum() ** (1 / power)


@dataclass(frozen=True, slots=True)
class Disparity:
    """A disparity index of regional real income per head, weighted by heads: "theil", "cv" or "gini"."""

    index: str = "theil"

    def __call__(self, outcomes: "Outcomes", base: "Base") -> Any:
        """Return the index over the nation's regions."""
        return self.of(*_people(outcomes, base))

    def of(self, income: Any, heads: Any) -> Any:
        """Return the index of incomes weighted by heads (Theil 1967; Williamson 1965; Gini 1912)."""
        import jax.numpy as jnp

        share = heads / heads.sum()
        mean = (share * income).sum()
        relative = income / mean
        if self.index == "theil":
            return (share * relative * jnp.log(relative)).sum()
        if self.index == "cv":
            return jnp.sqrt((share * (relative - 1) ** 2).sum())
        apart = jnp.abs(relative[:, None] - relative)
        return (share[:, None] * share * apart).sum() / 2


@dataclass(frozen=True, slots=True)
class Emissions:
    """The nation's emissions, new over old."""

    def __call__(self, outcomes: "Outcomes", base: "Base") -> Any:
        """Return the hat of national emissions."""
        inside = base.nation[:, None]
        return (inside * outcomes.emissions).sum() / (inside * base.emissions).sum()


@dataclass(frozen=True, slots=True)
class Negative:
    """Another objective with its sign turned: what is to be small."""

    of: Any

    def __call__(self, outcomes: "Outcomes", base: "Base") -> Any:
        """Return the negative value."""
        return -self.of(outcomes, base)


@dataclass(frozen=True, slots=True)
class Feasible:
    """Another objective where every region has an income; NaN where a floor had to be put under one."""

    of: Any

    def __call__(self, outcomes: "Outcomes", base: "Base") -> Any:
        """Return the value, or NaN."""
        import jax.numpy as jnp

        from yugong.simulate._kernel.sweep import FLOOR

        return jnp.where(outcomes.least_income > FLOOR, self.of(outcomes, base), jnp.nan)


def _people(outcomes: "Outcomes", base: "Base") -> tuple[Any, Any]:
    heads = outcomes.population * base.nation
    return outcomes.real_income_per_head, heads / heads.sum()
