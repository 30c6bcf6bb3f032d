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

ROWS: Rows = (
    (
        "transfers",
        "_study_transfers",
        (("transfers", "转移支付测算（公式与实际并列）", "transfers by formula, beside what was paid"),),
    ),
    (
        "transfers",
        "_study_differences",
        (("transfer_differences", "公式与实际下达之差的分解", "why the formula and what was paid differ"),),
    ),
    (
        "transfers",
        "_study_redistribution",
        (
            ("transfer_alternatives", "同一总额的不同分法", "the same pot under different rules"),
            ("redistribution", "转移支付的再分配效应", "what transfers redistribute"),
        ),
    ),
    (
        "transfers",
        "_study_ecological",
        (("key_ecological_transfers", "重点生态功能区转移支付", "transfers to key ecological function zones"),),
    ),
    (
        "transfers",
        "_study_optimal",
        (
            ("optimal_transfers", "最优转移支付", "optimal transfers through the simulation"),
            ("transfer_frontier", "转移支付的效率—公平前沿", "the efficiency–equity frontier of transfers"),
        ),
    ),
    (
        "compensation",
        "_study_compensation",
        (
            ("compensation", "横向生态补偿清算", "settlement of an eco-compensation agreement"),
            ("compensation_ledger", "生态补偿台账", "ledger of eco-compensation"),
            ("agreement_check", "补偿协议核对（条例第十七条）", "checklist of an agreement (article 17)"),
        ),
    ),
    (
        "compensation",
        "_study_bounds",
        (
            ("compensation_bounds", "补偿标准的上下限", "bounds of compensation"),
            ("compensation_package", "一揽子补偿的货币当量", "money-equivalent of a package"),
        ),
    ),
    (
        "compensation",
        "_study_river",
        (("river_sharing", "河流共享与治污分摊", "sharing a river, or its cleaning"),),
    ),
    (
        "sharing",
        "_study_sharing",
        (("sharing", "合作收益的分配", "sharing the gain of cooperation"),),
    ),
    (
        "sharing",
        "_study_accounts",
        (
            ("tax_sharing", "产业转移税收分享", "tax sharing for moved enterprises"),
            ("corporate_tax_split", "跨地区所得税三因素分摊", "three-factor corporate tax split"),
            ("precedent_shares", "既有分配先例", "shares by precedent"),
            ("grain_compensation", "粮食产销区利益补偿", "compensation of grain producers"),
            ("resource_rents", "资源输出地利益分享", "sharing resource rents"),
        ),
    ),
    (
        "synergy",
        "_study_synergy",
        (
            ("synergy", "战略叠加的协同效应", "synergy of overlapping strategies"),
            ("overlay", "各地叠加的国家战略", "national strategies that overlap in each place"),
            ("conflicts", "战略目标冲突矩阵", "conflict matrix of strategies and targets"),
        ),
    ),
    (
        "pairing",
        "_study_pairing",
        (
            ("pairing", "结对帮扶方案", "a plan of paired assistance"),
            ("transfusion", "输血与造血的乘数", "transfusion and blood-making by multiplier"),
        ),
    ),
    (
        "zones",
        "_study_zones",
        (("zones", "功能分区方案", "a class for every region"),),
    ),
    (
        "zones",
        "_study_suitability",
        (
            ("suitability", "开发适宜性等级", "suitability grades"),
            ("permissions", "功能区与活动准入表", "zones and the activities they take"),
        ),
    ),
    (
        "links",
        "_study_links",
        (
            ("links", "每条线路的福利价值", "the welfare value of every link"),
            ("best_links", "预算内的最优线路", "the best links within a budget"),
            ("market_access", "市场可达性", "market access"),
        ),
    ),
)

CATALOGUE = Catalogue("design", FAMILIES, ROWS)
