"""Readers of the data folder: each returns a frame of numbers, six-digit place code by year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from yugong import registry

CODES = {
    "北京": "110000", "天津": "120000", "河北": "130000", "山西": "140000", "内蒙古": "150000",
    "辽宁": "210000", "吉林": "220000", "黑龙江": "230000", "上海": "310000", "江苏": "320000",
    "浙江": "330000", "安徽": "340000", "福建": "350000", "江西": "360000", "山东": "370000",
    "河南": "410000", "湖北": "420000", "湖南": "430000", "广东": "440000", "广西": "450000",
    "海南": "460000", "重庆": "500000", "四川": "510000", "贵州": "520000", "云南": "530000",
    "西藏": "540000", "陕西": "610000", "甘肃": "620000", "青海": "630000", "宁夏": "640000",
    "新疆": "650000",
}  # fmt: skip
ISO = {
    "BJ": "110000", "TJ": "120000", "HE": "130000", "SX": "140000", "NM": "150000", "LN": "210000",
    "JL": "220000", "HL": "230000", "SH": "310000", "JS": "320000", "ZJ": "330000", "AH": "340000",
    "FJ": "350000", "JX": "360000", "SD": "370000", "HA": "410000", "HB": "420000", "HN": "430000",
    "GD": "440000", "GX": "450000", "HI": "460000", "CQ": "500000", "SC": "510000", "GZ": "520000",
    "YN": "530000", "XZ": "540000", "SN": "610000", "GS": "620000", "QH": "630000", "NX": "640000",
    "XJ": "650000",
}  # fmt: skip
PINYIN = {
    "beijing": "110000", "tianjin": "120000", "hebei": "130000", "shanxi": "140000", "neimenggu": "150000",
    "liaoning": "210000", "jilin": "220000", "heilongjiang": "230000", "shanghai": "310000", "jiangsu": "320000",
    "zhejiang": "330000", "anhui": "340000", "fujian": "350000", "jiangxi": "360000", "shandong": "370000",
    "henan": "410000", "hubei": "420000", "hunan": "430000", "guangdong": "440000", "guangxi": "450000",
    "hainan": "460000", "chongqing": "500000", "sichuan": "510000", "guizhou": "520000", "yunnan": "530000",
    "xizang": "540000", "shaanxi": "610000", "gansu": "620000", "qinghai": "630000", "ningxia": "640000",
    "xinjiang": "650000",
}  # fmt: skip


def wide(data: pd.DataFrame, place: str, year: str, value: str) -> pd.DataFrame:
    """Long rows as place by year; a place-year told twice raises."""
    out = data.pivot(index=place, columns=year, values=value)  # noqa: PD010  pivot_table would add doubles up
    return out.rename(columns=int).astype(float)


def code(name: str) -> str | None:
    """The six-digit code of a province given by any Chinese name form; None for other rows (national, Taiwan...)."""
    text = str(name).strip()
    return CODES.get(text[:3] if text[:3] in ("内蒙古", "黑龙江") else text[:2])


def _csv(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, encoding="utf-8-sig")
    except UnicodeDecodeError:
        return pd.read_csv(path, encoding="gb18030")


@dataclass(frozen=True)
class Source:
    """Where a column comes from: a reader, its arguments, the years taken and a factor to the column's unit."""

    reader: str
    table: str
    column: str
    first: int
    last: int
    factor: float = 1.0


class Folder:
    """The data folder, read once per file."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._frame = cache(lambda name: _csv(root / name))

    def frame(self, name: str) -> pd.DataFrame:
        return self._frame(name)

    def read(self, source: Source) -> pd.DataFrame:
        """Numbers of one source, place code by year, in the column's unit, cut to the years taken."""
        wide = getattr(self, f"_read_{source.reader}")(source.table, source.column)
        wide = wide.loc[:, [y for y in wide.columns if source.first <= y <= source.last]]
        return wide * source.factor if source.factor != 1.0 else wide

    def national(self, source: Source) -> pd.Series:
        """The row 全国 of a long table, by year."""
        data = self._long_rows(source.table, source.column)
        row = data[data["province"] == "全国"].set_index("year")["value"] * source.factor
        return row[(row.index >= source.first) & (row.index <= source.last)].sort_index()

    @staticmethod
    def _wide(data: pd.DataFrame, place: str, year: str, value: str) -> pd.DataFrame:
        data = data.assign(_place=data[place].map(code), _value=pd.to_numeric(data[value]))
        return wide(data[data["_place"].notna()], "_place", year, "_value")

    def _read_nbs(self, table: str, column: str) -> pd.DataFrame:
        data = self.frame(f"cn_nbs_annual_2000_2019/raw/{table}.csv")
        return self._wide(data, "省份", "年份", column)

    def _read_services(self, indicator: str, _: str) -> pd.DataFrame:
        data = self.frame("cn_public_services_nbs/indicators_long.csv")
        return self._wide(data[data["indicator"] == indicator], "province", "year", "value")

    def _long_rows(self, table: str, column: str) -> pd.DataFrame:
        data = self.frame(f"{table}.csv")
        return data[data["variables"] == column]

    def _read_long(self, table: str, column: str) -> pd.DataFrame:
        return self._wide(self._long_rows(table, column), "province", "year", "value")

    def _read_transfers(self, _: str, column: str) -> pd.DataFrame:
        return self._wide(self.frame("cn_central_transfers/transfers_tidy_2014_2024.csv"), "province", "year", column)

    def _read_merged(self, _: str, column: str) -> pd.DataFrame:
        return self._wide(self.frame("cn_fiscal_trade_urban/merged_panel.csv"), "地区", "年份", column)

    def _read_merged_shifted(self, _: str, column: str) -> pd.DataFrame:
        wide = self._read_merged("", column)
        return wide.rename(columns=lambda y: y - 1)

    def _read_grp(self, table: str, _: str) -> pd.DataFrame:
        data = self.frame(f"cn_gdp_nbs/{table}.csv").drop(columns="code").set_index("province")
        data.index = [code(p) for p in data.index]
        return data.rename(columns=int).astype(float)

    def _read_people(self, _: str, column: str) -> pd.DataFrame:
        return self._wide(self.frame("cn_sectors_population/gdp_pop_2000_2020.csv"), "province", "year", column)

    def _read_shares(self, _: str, column: str) -> pd.DataFrame:
        return self._wide(self.frame("cn_sectors_population/sector_shares.csv"), "province", "year", column)

    def _read_incomes(self, _: str, column: str) -> pd.DataFrame:
        return self._wide(
            self.frame("cn_urban_rural_income/income_urban_rural_2010_2020.csv"), "prov_hanzi", "cyear", column
        )

    def _read_energy(self, _: str, column: str) -> pd.DataFrame:
        return self._wide(self.frame("cn_energy/raw_data.csv"), "Province", "Year", column)

    def _read_co2(self, _: str, column: str) -> pd.DataFrame:
        data = self.frame("cn_co2/co2_province_1998_2019.csv")
        data = data.assign(place=data["actor_id"].str[3:].map(ISO))
        return wide(data, "place", "year", column)

    def _read_capital(self, _: str, column: str) -> pd.DataFrame:
        data = self.frame("cn_capital_formation/asset.csv")
        data = data.assign(place=data["prv"].map(PINYIN))
        return wide(data, "place", "yr", column)

    def _read_area(self, _: str, __: str) -> pd.DataFrame:
        areas = {p.code: p.land_area_km2 for p in registry.places("province") if p.land_area_km2}
        return pd.DataFrame(dict.fromkeys(range(2000, 2025), areas)).astype(float)

    def _read_area_second(self, _: str, __: str) -> pd.DataFrame:
        data = self.frame("cn_rail_freight_2011/raw/各省份面积.csv")
        areas = {code(n): a for n, a in zip(data["province"], data["area"], strict=True) if code(n)}
        return pd.DataFrame(dict.fromkeys(range(2000, 2025), areas)).astype(float)

    def _read_urban_check(self, _: str, __: str) -> pd.DataFrame:
        table = "人口/总人口"
        return 100 * self._read_nbs(table, "城镇人口(万人)") / self._read_nbs(table, "年末常住人口(万人)")

    def _read_exchange(self, _: str, __: str) -> pd.DataFrame:
        return pd.DataFrame({y: dict.fromkeys(CODES.values(), rate) for y, rate in CNY_PER_USD.items()})

    def _read_trade_check(self, _: str, __: str) -> pd.DataFrame:
        usd = self._read_nbs("对外经济贸易/按经营单位所在地分货物进出口总额", "经营单位所在地进出口总额(千美元)")
        return usd * pd.Series(CNY_PER_USD) / 1e5

    def _read_rd_check(self, _: str, __: str) -> pd.DataFrame:
        return 100 * self._read_long("cn_fiscal_rd/RDIntense", "v4_ztr_jf_RD") / self._read_grp("gdp_vintage4", "")

    def _read_energy_check(self, _: str, __: str) -> pd.DataFrame:
        """Energy use implied by the official intensity (2005 prices): last year's use x growth of intensity x real growth."""
        intensity = self._read_nbs("能源/能源消耗指标", "单位地区生产总值能耗(等价值)(吨标准煤/万元)")
        index = self._read_nbs("国民经济核算/地区生产总值指数", "地区生产总值指数(上年=100)")
        use = self._read_energy("", "Total energy consumption")
        return use.shift(1, axis=1) * (intensity / intensity.shift(1, axis=1)) * index / 100


# China Statistical Yearbook, annual mean of the reference rate
CNY_PER_USD = {
    2000: 8.2784, 2001: 8.2770, 2002: 8.2770, 2003: 8.2770, 2004: 8.2768, 2005: 8.1917, 2006: 7.9718, 2007: 7.6040,
    2008: 6.9451, 2009: 6.8310, 2010: 6.7695, 2011: 6.4588, 2012: 6.3125, 2013: 6.1932, 2014: 6.1428, 2015: 6.2284,
    2016: 6.6423, 2017: 6.7518, 2018: 6.6174, 2019: 6.8985,
}  # fmt: skip
