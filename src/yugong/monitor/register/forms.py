"""The tables of the register: items, parties, money, milestones, events, shared services."""

from yugong.base.text import Text
from yugong.monitor.register.states import STATES
from yugong.study.form import Field, Form

WAN = Text("万元", "10 000 yuan")
KINDS: tuple[tuple[str, Text], ...] = (
    ("platform", Text("合作平台", "platform")),
    ("agreement", Text("合作协议", "agreement")),
    ("joint_plan", Text("联合规划", "joint plan")),
    ("paired_project", Text("结对项目", "paired project")),
    ("blockage", Text("堵点", "blockage")),
)
BLOCKAGES: tuple[tuple[str, Text], ...] = (
    ("law", Text("法规", "law")),
    ("data", Text("数据", "data")),
    ("money", Text("资金", "money")),
    ("standard", Text("标准", "standard")),
    ("network", Text("网络设施", "network")),
    ("other", Text("其他", "other")),
)
ROLES: tuple[tuple[str, Text], ...] = (
    ("lead", Text("牵头", "lead")),
    ("member", Text("参与", "member")),
    ("payer", Text("支付", "payer")),
    ("payee", Text("受偿", "payee")),
)
SHARING: tuple[tuple[str, Text], ...] = (
    ("full", Text("直接办理", "settled directly")),
    ("partial", Text("需备案或部分办理", "in part, or on filing")),
    ("none", Text("不能办理", "not possible")),
)
ITEM = Field("item", Text("编号", "Item"))
ITEMS = Form(
    "items",
    Text("事项", "Items"),
    (
        ITEM,
        Field("kind", Text("类型", "Kind"), "choice", choices=KINDS),
        Field("title", Text("名称", "Title")),
        Field("parent", Text("上级事项", "Parent item"), required=False),
        Field("start", Text("起始日", "Start"), "date"),
        Field("end", Text("到期日", "End"), "date", required=False),
        Field("blockage", Text("堵点类型", "Kind of blockage"), "choice", required=False, choices=BLOCKAGES),
        Field("owner", Text("责任单位", "Owner"), required=False),
        Field("document", Text("文件", "Document"), required=False),
    ),
)  # fmt: skip
PARTIES = Form(
    "parties",
    Text("参与方", "Parties"),
    (
        ITEM,
        Field("place", Text("地区", "Place"), "place"),
        Field("role", Text("角色", "Role"), "choice", choices=ROLES),
    ),
)
MONEY = Form(
    "money",
    Text("资金", "Money"),
    (
        ITEM,
        Field("year", Text("年份", "Year"), "year"),
        Field("payer", Text("支付方", "Payer"), "place"),
        Field("payee", Text("收款方", "Payee"), "place"),
        *(Field(id_, title, "number", WAN, required=False, low=0) for id_, title in (
            ("agreed", Text("约定", "Agreed")), ("settled", Text("核定", "Settled")), ("paid", Text("已付", "Paid")))),
        Field("due", Text("应付日", "Due"), "date", required=False),
    ),
    Text("没有数就空着，不写 0", "leave an unknown amount empty, do not write 0"),
)  # fmt: skip
MILESTONES = Form(
    "milestones",
    Text("节点", "Milestones"),
    (
        ITEM,
        Field("milestone", Text("节点名称", "Milestone")),
        Field("due", Text("应完成日", "Due"), "date"),
        Field("done", Text("完成日", "Done"), "date", required=False),
    ),
)
EVENTS = Form(
    "events",
    Text("状态变更", "Events"),
    (
        ITEM,
        Field("date", Text("日期", "Date"), "date"),
        Field("state", Text("变为", "New state"), "choice", choices=tuple(STATES.items())),
        Field("note", Text("说明", "Note"), required=False),
    ),
    Text("只增不改：已记入的行保持原样，新变更写在后面", "append only: rows that were kept stay as they are"),
)
SERVICES = Form(
    "services",
    Text("公共服务互通", "Shared services"),
    (
        Field("service", Text("服务事项", "Service"), note=Text("如异地就医结算、公积金转移", "e.g. medical bills away from home")),
        Field("origin", Text("参保（发证）地", "Home place"), "place"),
        Field("destination", Text("办理地", "Place of use"), "place"),
        Field("status", Text("办理程度", "Status"), "choice", choices=SHARING),
        Field("since", Text("起始日", "Since"), "date", required=False),
    ),
)  # fmt: skip
REGISTER = (ITEMS, PARTIES, MONEY, MILESTONES, EVENTS, SERVICES)
