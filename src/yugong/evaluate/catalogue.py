"""The verbs a study offers for evaluation, named once for Python, the command line and the documentation."""

from yugong.base.text import Text
from yugong.study.verbs import Catalogue, Rows

FAMILIES: dict[str, Text] = {
    "estimate": Text("效应估计", "Effects"),
    "exposure": Text("溢出", "Spillovers"),
    "overlap": Text("叠加与协同", "Overlap and synergy"),
    "synthetic": Text("合成对照", "Synthetic comparisons"),
    "inference": Text("推断", "Inference"),
    "sensitivity": Text("敏感性", "Sensitivity"),
    "credibility": Text("可信度与定期评估", "Credibility and periodic evaluation"),
}

ROWS: Rows = (
    (
        "estimate",
        "_study_estimates",
        (
            ("imputation", "固定效应插补：处理效应与事件研究", "imputation: effects and event study"),
            ("callaway_santanna", "Callaway–Sant’Anna 群组–时间效应", "Callaway–Sant'Anna group-time effects"),
            ("sun_abraham", "Sun–Abraham 事件研究", "Sun–Abraham event study"),
            ("interactive", "交互固定效应反事实", "interactive fixed effects"),
            ("matrix_completion", "矩阵补全反事实", "matrix completion"),
            ("twfe", "双向固定效应（供比较）", "two-way fixed effects, for comparison"),
            ("bacon", "Goodman-Bacon 分解：比较了谁与谁", "Goodman-Bacon decomposition: who is compared with whom"),
            ("dose_response", "剂量效应", "effect by dose"),
            ("after_end", "政策结束后的余效", "what remains after the end"),
        ),
    ),
    (
        "estimate",
        "border",
        (("border_discontinuity", "边界断点回归（县级）", "border regression discontinuity, counties"),),
    ),
    (
        "exposure",
        "_study_estimates",
        (
            ("exposure_effects", "本地效应与溢出效应", "own and spillover effects"),
            ("spatial_durbin", "空间杜宾双重差分（描述性）", "spatial Durbin difference-in-differences, descriptive"),
        ),
    ),
    (
        "overlap",
        "_study_estimates",
        (("overlap", "政策叠加与协同效应：1+1>2？", "overlapping policies and their synergy"),),
    ),
    (
        "synthetic",
        "_study_synthetic",
        (
            ("synthetic_control", "合成控制（对照不受外溢）", "synthetic control with clean donors"),
            ("synthetic_placebos", "合成控制的地区安慰剂与位次", "synthetic control: placebos in space, and the rank"),
            ("synthetic_dates", "合成控制的假日期检验", "synthetic control: false dates"),
            ("synthetic_leave_one_out", "合成控制：逐一去掉对照", "synthetic control: one donor left out at a time"),
            ("synthetic_did", "合成双重差分", "synthetic difference in differences"),
            ("regression_counterfactual", "面板数据法（回归反事实）", "panel data approach: regression counterfactual"),
        ),
    ),
    (
        "inference",
        "_study_inference",
        (
            ("headline", "该以哪种推断为准", "which inference owns the headline"),
            ("randomisation", "随机化推断", "randomisation inference"),
            ("wild_cluster", "野聚类自助法", "wild cluster bootstrap"),
            ("conley", "时空 Conley 标准误", "space–time Conley errors"),
            ("conley_taber", "少数受处理地区的 Conley–Taber 推断", "Conley–Taber inference for few treated"),
        ),
    ),
    (
        "sensitivity",
        "_study_inference",
        (
            ("honest_did", "诚实双重差分：平行趋势可以偏多少", "honest DID: how far parallel trends may fail"),
            ("pretrend_power", "事前趋势检验的功效", "power of the pre-trend test"),
        ),
    ),
    (
        "credibility",
        "_study_credibility",
        (
            (
                "assess",
                "整个评估：结论、推断、检查、可信度清单",
                "the whole evaluation: conclusion, inference, checks, card",
            ),
            ("credibility", "可信度清单：十盏灯与规则", "credibility card: ten lights and their rules"),
            ("specification_curve", "设定曲线：换个做法还成立吗", "specification curve"),
        ),
    ),
)

CATALOGUE = Catalogue("evaluate", FAMILIES, ROWS)
