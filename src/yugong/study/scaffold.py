"""A new, empty study folder with a study.toml that explains itself."""

import os
from pathlib import Path

from yugong.base.errors import InputError, Problem
from yugong.base.files import whole_folder, write_atomic
from yugong.base.text import Text
from yugong.study.flow import FLOW_FIELDS
from yugong.study.records import write_records
from yugong.study.variable import FIELDS

TOML = """\
# 一个研究就是一个文件夹:本文件说明研究,数据在旁边的 CSV 文件里。
# A study is a folder: this file describes it, the data lie in the CSV files beside it.
format = 1
id = "{id}"
title_zh = "{zh}"
title_en = "{en}"

# 地区级别:province(省级)、prefecture(地级);其他级别请在 places.csv 中列出自己的地区
# Level of regions: province, prefecture; for any other, list your own places in places.csv
level = "{level}"

# 指数以哪一年为 100 / the year at which indices are 100
# base_year = 2015

# 用到的分组 / groupings used
groups = [{groups}]

# 人口加权用的变量 / the variable that weights places
# weights = "population"

# 只研究部分地区时写代码;不写则为数据中出现的全部地区
# Codes, to study some places only; leave out to take every place in the data
# places = ["310000", "320000", "330000", "340000"]

# 常用名指向哪个变量 / which variable an everyday name stands for
# [headline]
# grp_per_head = "grp_per_head_2018_vintage"

[prices]
# 价格口径:current(当年价)、constant(不变价,需写 base_year)、none(不是金额)
# Price basis of added variables: current, constant (then give base_year), none (not money)
basis = "none"

# 文件名(一般不用改)/ file names (seldom changed)
# [files]
# variables = "variables.csv"   # 每个变量一行 / a row a variable
# panel = "panel.csv"           # 每个地区每年一行 / a row a place and year
# flows = "flows.csv"           # 每种流量一行,数据在 flows/<id>.csv / a row a flow, data in flows/<id>.csv
# national = "national.csv"     # 全国公布总数,用来核对 / official national totals, for checking
# places = "places.csv"         # 自己的地区:code,zh,en,其余列是分组 / own places; further columns are groupings
"""


def new(
    name: str | os.PathLike[str],
    title: Text | None = None,
    level: str = "province",
    groups: tuple[str, ...] = ("plates",),
) -> Path:
    """Make the folder of an empty study and return its path; InputError when something is there already.

    `level` is "province" or "prefecture" (registry places); any other level gets an empty places.csv to fill in.
    """
    folder = Path(name)
    if folder.exists():
        what = Text(f"{folder} 已经存在", f"{folder} is there already")
        raise InputError([Problem(what, Text("换一个名字", "choose another name"))])
    own = level not in ("province", "prefecture")
    words = title or Text(folder.name, folder.name)
    toml = TOML.format(
        id=_quoted(folder.name),
        level=_quoted(level),
        groups="" if own else ", ".join(f'"{_quoted(g)}"' for g in groups),
        zh=_quoted(words.zh),
        en=_quoted(words.en),
    )
    with whole_folder(folder) as temporary:
        write_atomic(temporary / "study.toml", toml)
        write_atomic(temporary / "variables.csv", write_records([], FIELDS))
        write_atomic(temporary / "panel.csv", "place,year\n")
        write_atomic(temporary / "flows.csv", write_records([], FLOW_FIELDS))
        (temporary / "flows").mkdir()
        if own:
            write_atomic(temporary / "places.csv", "code,zh,en\n")
    return folder


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
