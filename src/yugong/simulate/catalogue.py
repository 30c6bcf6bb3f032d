"""The verbs a study offers for simulation, named once for Python, the command line and the documentation."""

from yugong.base.text import Text
from yugong.study.verbs import Catalogue, Rows

FAMILIES: dict[str, Text] = {
    "scenarios": Text("情景", "Scenarios"),
    "policy": Text("政策：最优、前沿与敏感度", "Policy: optima, frontiers and sensitivities"),
    "dynamics": Text("过渡：路径与速度", "Transition: paths and speed"),
    "economy": Text("基年经济", "Base-year economy"),
}

ROWS: Rows = (
    ("scenarios", "running", (("simulate", "求解情景", "solve scenarios"),)),
    (
        "policy",
        "_study_planning",
        (
            ("optimise", "最优政策：杠杆、界限与预算", "optimal policy: levers, bounds and a budget"),
            ("frontier", "效率与公平的前沿", "the efficiency–equity frontier"),
        ),
    ),
    (
        "policy",
        "_study_gradients",
        (("gradients", "哪个杠杆最有力：敏感度排名", "which lever does most: sensitivities, ranked"),),
    ),
    ("policy", "_study_grid", (("grid", "一个杠杆或弹性逐值求解", "one lever or elasticity, value by value"),)),
    (
        "dynamics",
        "_study_paths",
        (
            ("path", "过渡路径：逐年分地区", "the transition path, by year and region"),
            ("transition_speed", "过渡速度：半衰期与特征值", "the speed of transition: half-lives and eigenvalues"),
        ),
    ),
    (
        "economy",
        "running",
        (
            ("base_year", "校准的基年经济", "the calibrated base year"),
            ("trade_validation", "模型贸易与观测贸易", "modelled and observed trade"),
        ),
    ),
)

CATALOGUE = Catalogue("simulate", FAMILIES, ROWS)
