"""Levers: what a scenario changes. Fields left None stay at the base year."""

from dataclasses import dataclass, fields

from yugong.simulate.economy import Numbers


@dataclass(frozen=True, slots=True)
class Levers:
    """Changes to an economy of N regions, S sectors, G labour groups, K land groups, H worker groups.

    Hats are new over old. Arrays may have any shape that broadcasts to the one given. Money is in the economy's unit,
    at base-year world value added (the numéraire). Transfers, compensation and grants are paid by `payer` regions
    in proportion to their wage bill, so that all receipts less payments sum to zero.
    """

    trade_cost: Numbers | None = None  # (S,N,N) hats, importer first
    tariff: Numbers | None = None  # (S,N,N) new rates
    productivity: Numbers | None = None  # (N,S) hats
    amenity: Numbers | None = None  # (N,G) hats
    migration_cost: Numbers | None = None  # (H,N,G) hats
    workers: Numbers | None = None  # (H,) hats of group sizes
    people: Numbers | None = None  # (N,G) hats of heads, where mobility is none
    relocation: Numbers | None = None  # (N,N) [to, from] share of base-year people placed elsewhere by order
    land: Numbers | None = None  # (N,K) hats of the land quota
    capital: Numbers | None = None  # (N,) hats of capital in place
    output_tax: Numbers | None = None  # (N,S) new rates
    income_tax: Numbers | None = None  # (N,) new rates
    deficit: Numbers | None = None  # (N,) new net receipts from abroad, money
    household_transfer: Numbers | None = None  # (N,) received by households, money
    government_transfer: Numbers | None = None  # (N,) received by local governments, money
    payer: Numbers | None = None  # (N,) weights; default: every region of the nation
    carbon_price: Numbers | None = None  # (N,) money per tonne
    carbon_cap: float | None = None  # national emissions, new over old
    eco_land: Numbers | None = None  # (N,) compensation per unit of base-year rent of land set aside
    eco_emissions: Numbers | None = None  # (N,) money per tonne avoided

    def set(self) -> tuple[str, ...]:
        """Return the names of the levers that are not at the base year."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) is not None)
