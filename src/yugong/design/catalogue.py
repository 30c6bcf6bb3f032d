"""The plans a study offers, named once for Python, the command line, the workbench and the documentation."""

from yugong.base.text import Text
from yugong.study.verbs import Catalogue, Rows

FAMILIES: dict[str, Text] = {
    "transfers": Text("转移支付", "Transfers"),
    "compensation": Text("生态补偿", "Ecological compensation"),
    "sharing": Text("利益分享", "Benefit sharing"),
    "pairing": Text("结对帮扶", "Pairing"),
    "zones": Text("功能分区", "Functional zones"),
    "synergy": Text("战略叠加与协同", "Overlay and synergy of strategies"),
    "links": Text("基础设施", "Infrastructure"),
}

ROWS: Rows = ()

CATALOGUE = Catalogue("design", FAMILIES, ROWS)
