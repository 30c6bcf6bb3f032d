"""Provincial accounts by sector: official value added and final demand, national technique, and trade abroad."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.simulate.economies.balance import Numbers
from yugong.simulate.economies.national import National, national, updated
from yugong.simulate.economies.sectors import by_sector, sectors

if TYPE_CHECKING:
    from yugong.study.model import Study

BROAD = {"agriculture": "va_primary", "industry": "va_secondary", "services": "va_tertiary"}
# Value added may not be less or more than these shares of gross output: tables and yearbooks differ in scope.
LEAST, MOST = 0.05, 0.95
# No region sells abroad, or buys from there, more than this share of what it makes, or uses, of a sector.
MOST_ABROAD = 0.9


@dataclass(frozen=True, slots=True)
class Accounts:
    """Money flows of N provinces and eight sectors."""

    output: Numbers  # (N,8)
    value_added: Numbers  # (N,8)
    inputs: Numbers  # (N,8,8) [province, using sector, input]
    final: Numbers  # (N,8) consumption and capital formation
    exports: Numbers  # (N,8)
    imports: Numbers  # (N,8)
    nation: National

    @property
    def use(self) -> Numbers:
        """What is used at home, inputs and final demand (N,8)."""
        out: Numbers = self.inputs.sum(1) + self.final
        return out


def accounts(study: "Study", year: int, customs_weight: float = 1.0) -> Accounts:
    """Return the accounts of a study's places in one year; InputError names every column without figures.

    Trade abroad of a sector is spread over provinces by output (exports) or use (imports), times customs trade over
    regional product to the power `customs_weight`.
    """
    if "gross_output" not in study.tables or "national_io" not in study.tables:
        what = Text(
            "研究没有 gross_output 与 national_io 两张表", "the study lacks the tables gross_output and national_io"
        )
        do = Text(
            "用自己的表：--template 表.xlsx 写出模板，填好后加 --file 表.xlsx（Python：file=）",
            "bring tables of your own: --template FILE.xlsx writes the form, then --file FILE.xlsx (Python: file=)",
        )
        raise InputError([Problem(what, do)])
    output = by_sector(study.tables["gross_output"].frame, year, study.places).to_numpy(dtype=np.float64)
    table = national(study.tables["national_io"].frame, year)
    columns = [*BROAD.values(), "household_consumption_v3", "government_consumption_v3", "capital_formation_v3"]
    column = read_columns(study, [*columns, "exports_usd", "imports_usd", "cny_per_usd"], year)
    value_added = _value_added(output, table, column)
    consumption = column["household_consumption_v3"] + column["government_consumption_v3"]
    capital = column["capital_formation_v3"]
    money = column["cny_per_usd"] / 1e5  # 1000 USD to 100 million yuan
    sold, bought = column["exports_usd"] * money, column["imports_usd"] * money
    base = read_columns(study, ["exports_usd", "imports_usd", "cny_per_usd"], table.year)
    rate = base["cny_per_usd"] / 1e5
    exports = table.exports * sold.sum() / (base["exports_usd"] * rate).sum()
    imports = table.imports * bought.sum() / (base["imports_usd"] * rate).sum()
    total = output.sum(0)
    nation = updated(table, total, value_added.sum(0), consumption.sum(), capital.sum(), exports, imports)
    technique = nation.inputs / nation.inputs.sum(0)  # (input, using sector) shares of inputs
    inputs = (output - value_added)[:, :, None] * technique.T[None]
    final = np.outer(consumption / consumption.sum(), nation.consumption)
    final += np.outer(capital / capital.sum(), nation.capital)
    use = inputs.sum(1) + final
    grp = value_added.sum(1)
    return Accounts(
        output,
        value_added,
        inputs,
        final,
        exports=spread(exports, output * (sold / grp)[:, None] ** customs_weight, MOST_ABROAD * output),
        imports=spread(imports, use * (bought / grp)[:, None] ** customs_weight, MOST_ABROAD * use),
        nation=nation,
    )


def read_columns(study: "Study", names: list[str], year: int) -> dict[str, Numbers]:
    """Return columns of a study in one year (N,); InputError lists each that has missing figures, with the places."""
    found: dict[str, Numbers] = {}
    problems = []
    for name in names:
        values = study.values(name, year)
        gone = [study.name(str(p)) for p in values.index[values.isna()]]
        if gone:
            zh, en = "、".join(t.zh for t in gone[:5]), ", ".join(t.en for t in gone[:5])
            problems.append(
                Problem(Text(f"{year} 年 {name} 缺：{zh}", f"{name} is missing in {year} for {en}"), column=name)
            )
        found[name] = np.asarray(values, dtype=np.float64)
    if problems:
        raise InputError(problems)
    return found


def _value_added(output: Numbers, table: National, column: dict[str, Numbers]) -> Numbers:
    """Spread official value added of three sectors over eight, in proportion to output times national shares."""
    share = table.value_added / table.output
    expected = output * share
    out = np.zeros_like(output)
    for broad, name in BROAD.items():
        inside = np.array([s.three == broad for s in sectors()])
        total = expected[:, inside].sum(1)
        factor = np.divide(column[name], total, out=np.ones_like(total), where=total > 0)
        out[:, inside] = expected[:, inside] * factor[:, None]
    return np.clip(out, LEAST * output, MOST * output)


def spread(total: Numbers, weights: Numbers, most: Numbers) -> Numbers:
    """Share out `total` (S,) over regions in proportion to `weights` (N,S), nobody above `most` (N,S)."""
    out = np.zeros_like(weights)
    for k in range(len(total)):
        left, free = float(total[k]), weights[:, k] > 0
        while left > 0:
            share = np.where(free, weights[:, k], 0.0)
            if share.sum() <= 0:
                what = Text(
                    f"对外贸易 {total[k]:.6g} 超过可能的上限",
                    f"trade abroad of {total[k]:.6g} exceeds what is possible",
                )
                raise InputError([Problem(what)])
            offered = out[:, k] + left * share / share.sum()
            full = free & (offered >= most[:, k])
            if not full.any():
                out[:, k] = offered
                break
            out[full, k] = most[full, k]
            free &= ~full
            left = float(total[k]) - out[~free, k].sum()
            out[free, k] = 0.0
    return out
