"""The verbs of this room on a study."""

from yugong.base.text import Text
from yugong.study.verbs import Catalogue, Rows

FAMILIES: dict[str, Text] = {"coherence": Text("规划一致性", "Coherence of a plan")}

ROWS: Rows = (
    (
        "coherence",
        "_study_coherence",
        (
            ("plan_coverage", "规划对国家任务的覆盖与缺口", "national tasks covered and left open"),
            ("plan_sums", "下级目标合计与上级目标", "sum of local targets against the parent"),
            ("plan_conflicts", "把同一指标往两头拉的措施", "measures that pull one indicator both ways"),
            ("plan_zones", "功能区与活动准许", "zones and permitted activities"),
        ),
    ),
)
CATALOGUE = Catalogue("review", FAMILIES, ROWS)
