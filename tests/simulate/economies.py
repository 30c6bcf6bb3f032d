"""Random and closed-form economies for the simulate tests: every block can be switched on."""

import os

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

from dataclasses import replace
from typing import Any

import numpy as np

from yugong.simulate.economy import Economy


def economy(
    seed: int = 0,
    n: int = 4,
    s: int = 3,
    g: int = 1,
    mobility: str = "none",
    tariffs: bool = False,
    land: bool = False,
    capital: bool = False,
    government: bool = False,
    taxes: bool = False,
    emissions: bool = False,
    agglomeration: float = 0.0,
    stayers: float = 0.0,
    portfolio: float = 0.0,
    deficits: bool = True,
    abroad: bool = False,
    inputs: bool = True,
) -> Economy:
    """Return a random economy; the last region is abroad where `abroad` (no migration across the border)."""
    rng = np.random.default_rng(seed)
    flows = rng.uniform(0.2, 1.0, (s, n, n)) + 3 * np.eye(n)
    tariff = rng.uniform(0, 0.3, (s, n, n)) * (1 - np.eye(n)) if tariffs else np.zeros((s, n, n))
    if not deficits:  # symmetric flows balance
        flows = (flows + flows.transpose(0, 2, 1)) / 2
    paid = flows * (1 + tariff)
    cost = rng.uniform(0.5, 1.0, (n, s, 4)) * [1, land, capital, 0.8 * inputs]
    cost /= cost.sum(2, keepdims=True)
    skill = rng.dirichlet(np.full(g, 5.0), (n, s))
    mix = rng.dirichlet(np.full(s, 3.0), (n, s))
    fields: dict[str, Any] = {
        "labour_share": cost[:, :, 0, None] * skill,
        "land_share": cost[:, :, 1],
        "capital_share": cost[:, :, 2],
        "input_share": cost[:, :, 3, None] * mix,
        "trade_elasticity": rng.uniform(3, 7, s),
        "labour_groups": tuple(f"g{i}" for i in range(g)),
        "goods_share": np.full(n, 0.8) if land else np.ones(n),
        "tariff": tariff,
        "agglomeration": np.full(s, agglomeration),
        "nation": np.arange(n) < n - abroad,
        "land_supply_elasticity": np.full(n, 0.3 * land),
        "stayer_share": np.full(n, stayers),
        "land_national": np.full(n, portfolio * land),
        "capital_national": np.full(n, portfolio * capital),
    }
    if taxes:
        fields["output_tax"] = rng.uniform(0, 0.1, (n, s))
    if government:
        fields |= {
            "income_tax": rng.uniform(0.05, 0.15, n),
            "government_grant": 0.1 * (np.arange(n) - (n - 1) / 2),
            "government_basket": rng.dirichlet(np.full(s, 3.0), n),
            "public_taste": 0.2,
            "rivalry": 0.7,
            "public_productivity": np.full(s, 0.02),
        }
        fields["government_grant"] += 0.2
    if emissions:
        fields |= {"emissions": rng.uniform(0.1, 1, (n, s)), "damage": np.full(n, 0.02)}
    base = Economy(
        regions=tuple(f"r{i}" for i in range(n)),
        sectors=tuple(f"s{j}" for j in range(s)),
        trade_shares=paid / paid.sum(2, keepdims=True),
        spending=paid.sum(2).T,
        **fields,
    )
    return base if mobility == "none" else with_migration(base, mobility, rng, abroad)


def with_migration(base: Economy, mobility: str, rng: np.random.Generator, abroad: bool) -> Economy:
    """Give an economy of immobile workers one group of workers a market, or one free nation."""
    people = base.population / rng.uniform(0.5, 1.5, base.population.shape)
    n, g = people.shape
    inside = n - abroad
    if mobility == "free":
        groups = 1 + abroad
        shares = np.zeros((groups, n, g))
        shares[0, :inside] = people[:inside] / people[:inside].sum()
        workers = [people[:inside].sum()]
        if abroad:
            shares[1, inside:] = people[inside:] / people[inside:].sum()
            workers.append(people[inside:].sum())
        return replace(base, mobility="free", workers=np.array(workers), migration_shares=shares, population=people)
    m = n * g
    home = np.arange(m)
    arrive = rng.uniform(0.02, 0.1, (m, m)) + np.diag(np.full(m, 2.0))
    if abroad:
        out = home >= inside * g
        arrive[np.ix_(out, ~out)] = arrive[np.ix_(~out, out)] = 0
    shares = arrive / arrive.sum(1, keepdims=True)
    workers = people.ravel() / people.sum()
    return replace(
        base,
        mobility="costly",
        workers=workers,
        migration_shares=shares.reshape(m, n, g),
        population=np.einsum("h,hng->ng", workers, shares.reshape(m, n, g)),
        home=home,
    )


# Every published family and each further block, by name: the properties below hold in all of them.
FAMILIES: dict[str, dict[str, Any]] = {
    "one sector": {"s": 1, "inputs": False},
    "inputs": {},
    "tariffs": {"tariffs": True},
    "capital": {"capital": True, "portfolio": 0.4},
    "land": {"land": True},
    "free mobility": {"mobility": "free", "land": True, "capital": True, "portfolio": 0.3},
    "migration": {"mobility": "costly", "land": True, "abroad": True},
    "stayers": {"mobility": "costly", "land": True, "stayers": 1.0, "deficits": False},
    "two skills": {"mobility": "costly", "g": 2, "land": True},
    "government": {"government": True, "mobility": "costly"},
    "taxes": {"taxes": True},
    "emissions": {"emissions": True, "mobility": "costly"},
    "everything": {
        "mobility": "costly", "g": 2, "tariffs": True, "land": True, "capital": True, "government": True,
        "taxes": True, "emissions": True, "agglomeration": 0.05, "stayers": 0.5, "portfolio": 0.3, "abroad": True,
    },
}  # fmt: skip


def family(name: str, seed: int = 0) -> Economy:
    """Return one random economy of a family."""
    return economy(seed=seed, **FAMILIES[name])
