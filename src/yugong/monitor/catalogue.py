"""The verbs of this room on a study."""

from yugong.base.text import Text
from yugong.study.verbs import Catalogue, Rows

FAMILIES: dict[str, Text] = {
    "targets": Text("目标", "Targets"),
    "warning": Text("预警", "Early warning"),
    "register": Text("合作台账", "Register of cooperation"),
    "views": Text("专题账户", "Accounts of a theme"),
}

ROWS: Rows = (
    (
        "targets",
        "_study_targets",
        (
            ("targets", "目标进度、预测与把握", "targets: progress, forecast, probability"),
            ("target_path", "一个目标的逐年进度", "one target year by year"),
            ("target_gap", "哪里最快补上差距", "what closes a target's gap fastest"),
            ("forecast_check", "预测的历史检验", "forecasts checked against the past"),
        ),
    ),
    (
        "warning",
        "_study_warning",
        (
            ("alarms", "水平与差距的控制图警报（EWMA、CUSUM）", "control-chart alarms on level and dispersion"),
            ("alarm_properties", "控制图的平均链长与误报率", "run lengths and false alarms of the charts"),
            ("carrying_colours", "承载力预警颜色", "carrying-capacity colours"),
            ("trap_alarms", "增长放缓与收缩警报", "slow-growth and shrinking alarms"),
            ("three_gaps", "三大差距监测与外推", "watch on the three gaps"),
        ),
    ),
    (
        "register",
        "_study_register",
        (
            ("register", "台账：状态、期限与资金", "register: state, term and money"),
            ("register_due", "逾期与将到期", "overdue and expiring"),
            ("register_history", "状态变更的历史", "history of changes of state"),
            ("register_network", "合作网络逐年变化", "network of cooperation by year"),
            ("service_matrix", "服务共享与转移接续矩阵", "service sharing and portability"),
        ),
    ),
    (
        "views",
        "_study_views",
        (
            ("border_belts", "省际交界地带两侧差距", "border belts: gaps across a line"),
            ("grain_account", "粮食产销账户", "grain account"),
            ("marine_account", "海洋经济账户", "marine account"),
            ("service_standards", "公共服务标准与统筹层次", "service standards and pooling level"),
        ),
    ),
)

CATALOGUE = Catalogue("monitor", FAMILIES, ROWS)
