"""The table in which a user gives a policy of their own: who was under it, from when to when, how strongly."""

from yugong.base.text import Text
from yugong.study.form import Field, Form

POLICY = Form(
    "policy",
    Text("政策范围与日期", "Policy: places and dates"),
    (
        Field("place", Text("地区", "Place"), "place"),
        Field("start", Text("开始日期", "Start"), "date"),
        Field(
            "end", Text("结束日期", "End"), "date", required=False, note=Text("仍在执行则留空", "empty while in force")
        ),
        Field(
            "dose",
            Text("剂量", "Dose"),
            "number",
            required=False,
            note=Text("留空为 1；不能为 0", "empty means 1; never 0"),
        ),
    ),
    Text(
        "一行一个地区的一段时间；同一地区的两段不能重叠",
        "a row a place and spell; two spells of a place may not overlap",
    ),
)
