"""Transfers to key ecological function zones on a study, from a table the user fills."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.design._common import Trace, gather, rows_of, traced
from yugong.design._desk_inputs import above_zero, by_place, fractions
from yugong.design.sheet import Sheet
from yugong.design.transfers import key_ecological
from yugong.design.transfers.standard import MONEY
from yugong.study.form import Field, Form

if TYPE_CHECKING:
    from yugong.study.model import Study

ECOLOGICAL_FORM = Form(
    "key_ecological",
    Text("重点生态功能区转移支付输入", "Inputs of the key ecological transfer"),
    (
        Field("place", Text("地区", "Region"), "place"),
        Field("gap", Text("重点县域标准收支缺口", "Standard gap of key counties"), "number", MONEY),
        Field("area", Text("禁止开发区面积", "Area of prohibited zones"), "number", Text("平方公里", "km²"), low=0.0),
        Field("number", Text("禁止开发区个数", "Number of prohibited zones"), "integer", low=0.0),
        Field("guided", Text("引导性补助基数", "Base of guiding aid"), "number", low=0.0),
        Field("grade", Text("考核评价奖惩率", "Assessment rate"), "number", low=-1.0, high=1.0,
              note=Text("奖 5% 填 0.05，扣 5% 填 −0.05，无奖惩填 0", "0.05 rewards by 5 %, −0.05 deducts 5 %, 0 neither")),
    ),
    Text("每个地区一行，全部填齐；没有的填 0。", "One row a region, all filled; 0 where there is none."),
    one_row_a_place=True,
)  # fmt: skip
FORMS: Mapping[str, tuple[Form, ...]] = {"key_ecological_transfers": (ECOLOGICAL_FORM,)}


def key_ecological_transfers(
    study: "Study",
    file: str | None = None,
    pot: float = 721.0,
    prohibited: float = 0.15,
    guiding: float = 0.15,
    area_weight: float = 0.5,
    trace: str | None = None,
) -> Sheet | Trace:
    """Compute transfers to key ecological function zones by components (财预〔2022〕59号) from a filled table.

    The inputs (gaps of key counties, prohibited zones, assessment) are not published by province: take the template
    with --template, fill it, and give it as `file`. `pot`: 100 million yuan (721 was the total of 2018). `prohibited`
    and `guiding` are shares of the pot, not published; the coefficient of key aid is solved.
    """
    if file is None:
        what = Text("重点县域缺口、禁止开发区和考核结果没有分省公开数，需要一张填好的表",
                    "gaps of key counties, prohibited zones and assessments are not published by province: a filled table is needed")  # fmt: skip
        do = Text(
            "先用 --template 取模板，填好后用 --file 读入",
            "take --template FILE.xlsx, fill it, then read it with --file",
        )
        raise InputError([Problem(what, do, column="file")])
    above_zero(pot=pot)
    fractions(prohibited=prohibited, guiding=guiding, area_weight=area_weight)
    table = by_place(file, ECOLOGICAL_FORM, study)
    f, _ = gather(study, {str(c): table[c] for c in table.columns})
    gap, area, number, guided, grade = (f[c].to_numpy(np.float64) for c in ("gap", "area", "number", "guided", "grade"))
    split = key_ecological.Split(prohibited, guiding, area_weight)
    done = key_ecological.sheet(rows_of(study, list(f.index)), gap, area, number, guided, grade, pot, split)
    return done if trace is None else traced(done, study, trace)
