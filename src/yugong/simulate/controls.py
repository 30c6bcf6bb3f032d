"""What a planner may set, as one vector: entries of the model's levers, each within bounds and at a cost."""

from dataclasses import dataclass, replace
from typing import Any, Protocol

import jax.numpy as jnp
import numpy as np

from yugong.simulate._kernel.build import Model, build, units
from yugong.simulate.economy import Economy, Numbers
from yugong.simulate.levers import Levers


@dataclass(frozen=True, slots=True)
class Choice:
    """One lever the planner may set: `name` of a Levers field, entries `at` (all where None), within [low, high].

    `cost` is money per unit of the lever above its value in the scenario, counted against the budget.
    """

    name: str
    low: Any
    high: Any
    at: tuple[tuple[int, ...], ...] | None = None
    cost: Any = 0.0


class Controls(Protocol):
    """A vector of K controls: names, bounds and costs (K,), and what they do to the model's levers."""

    model: Model
    keys: tuple[str, ...]  # the kernel's levers that the controls act on
    labels: tuple[str, ...]
    start: Numbers
    low: Numbers
    high: Numbers
    cost: Numbers

    def lever(self, p: Numbers) -> Any:
        """Return the kernel's levers with the controls at `p`."""

    def levers(self, p: Numbers) -> Levers:
        """Return the public levers with the controls at `p`."""

    def slopes(self, p: Numbers, found: dict[str, Any]) -> Numbers:
        """Return an outcome's slopes in the controls (K,) from its slopes in the kernel's levers."""


class Entries:
    """Controls that are entries of Levers fields."""

    def __init__(self, economy: Economy, choices: tuple[Choice, ...], levers: Levers | None) -> None:
        self.choices = choices
        self.base = levers
        self.model: Model = build(economy, levers, wrt=tuple(c.name for c in choices))
        self.names = tuple("tax" if c.name == "income_tax" else c.name for c in choices)
        self.keys = tuple(dict.fromkeys(self.names))
        scale = units(self.model.money, self.model.tonnes)
        self.scale = tuple(scale.get(c.name, 1.0) for c in choices)
        self.entries = [
            _entries(c, np.shape(getattr(self.model.lever, k))) for c, k in zip(choices, self.names, strict=True)
        ]
        self.labels = tuple(
            f"{c.name}{[int(a) for a in place]}"
            for c, entries in zip(choices, self.entries, strict=True)
            for place in zip(*entries, strict=True)
        )
        self.start = np.concatenate([self._read(i) for i in range(len(choices))])
        self.low, self.high, self.cost = (
            np.concatenate(
                [
                    np.broadcast_to(np.ravel(getattr(c, side)), len(e[0]))
                    for c, e in zip(choices, self.entries, strict=True)
                ]
            )
            for side in ("low", "high", "cost")
        )

    def lever(self, p: Numbers) -> Any:
        """Return the kernel's levers with the controls at `p`."""
        new: dict[str, Any] = {}
        at = 0
        for key, entries, scale in zip(self.names, self.entries, self.scale, strict=True):
            array = new[key] if key in new else np.array(getattr(self.model.lever, key))
            array[entries] = p[at : at + len(entries[0])] * scale
            new[key] = array
            at += len(entries[0])
        return self.model.lever._replace(**{k: jnp.asarray(v) for k, v in new.items()})

    def levers(self, p: Numbers) -> Levers:
        """Return the public levers with the controls at `p`."""
        kernel = self.lever(p)
        chosen: dict[str, Any] = {
            c.name: np.asarray(getattr(kernel, key)) / scale
            for c, key, scale in zip(self.choices, self.names, self.scale, strict=True)
        }
        plain: dict[str, Any] = {k: float(v) if np.ndim(v) == 0 else v for k, v in chosen.items()}
        return replace(self.base or Levers(), **plain)

    def slopes(self, p: Numbers, found: dict[str, Any]) -> Numbers:
        """Return an outcome's slopes in the controls (K,) from its slopes in the kernel's levers."""
        return np.concatenate(
            [np.asarray(found[k])[e] * s for k, e, s in zip(self.names, self.entries, self.scale, strict=True)]
        )

    def _read(self, i: int) -> Numbers:
        return np.asarray(
            np.asarray(getattr(self.model.lever, self.names[i]))[self.entries[i]] / self.scale[i], dtype=np.float64
        )


def _entries(choice: Choice, shape: tuple[int, ...]) -> tuple[Any, ...]:
    if choice.at is None:
        return tuple(np.ravel(i) for i in np.indices(shape)) if shape else (np.zeros(1, dtype=int),)
    return tuple(np.array([place[axis] for place in choice.at]) for axis in range(len(shape)))
