"""The verbs a study offers, named once for Python, the command line and the documentation."""

from yugong.base.text import Text
from yugong.study.verbs import Catalogue, Rows

FAMILIES: dict[str, Text] = {
    "index": Text("指数", "Index"),
    "disparity": Text("差距", "Disparity"),
    "convergence": Text("收敛", "Convergence"),
    "dynamics": Text("动态", "Dynamics"),
    "space": Text("空间", "Space"),
    "structure": Text("结构", "Structure"),
    "market": Text("市场与流动", "Markets and flows"),
    "growth": Text("增长与排放", "Growth and emissions"),
    "efficiency": Text("效率", "Efficiency"),
    "services": Text("承载、服务与城市", "Capacity, services, cities"),
    "robustness": Text("稳健性", "Robustness"),
}

ROWS: Rows = (
    (
        "index",
        "_study_index",
        (
            ("index", "区域发展水平指数与排名区间", "level index with rank intervals"),
            ("rank_intervals", "排名及其区间", "ranks and their intervals"),
            ("coordination", "区域协调指数", "coordination index"),
            ("peers", "相似地区", "similar regions"),
        ),
    ),
    (
        "index",
        "_study_coupling",
        (
            ("coupling_coordination", "耦合协调度", "coupling coordination of dimensions or variables"),
            ("lint_coupling", "耦合度公式检查（用户表）", "check of the coupling formula in a paper"),
            ("obstacle", "障碍度", "obstacle degrees"),
        ),
    ),
    (
        "index",
        "_study_composites",
        (
            ("standardised", "指标标准化", "standardised indicators"),
            ("entropy_intervals", "熵权的自助法区间", "bootstrap intervals of entropy weights"),
            ("indicator_weights", "指标权重：熵、CRITIC、变异系数、主成分与组合", "weights by every rule and combined"),
            ("entropy_drift", "熵权随年份的漂移", "drift of entropy weights over years"),
            ("topsis", "优劣解距离法 TOPSIS", "TOPSIS closeness"),
            ("benefit_of_doubt", "最有利权重合成（BoD）", "benefit-of-the-doubt composite"),
            ("ahp", "层次分析法（用户表）", "AHP from a table of comparisons"),
        ),
    ),
    (
        "disparity",
        "_study_disparity",
        (
            ("plate_table", "板块表：总量、人均、份额、比值", "plates: totals, per head, shares, ratios"),
            ("group_table", "任意分组的总量、人均、份额、比值", "any grouping: totals, per head, shares"),
            ("disparity", "差距指标：基尼、泰尔、变异系数等", "disparity measures: Gini, Theil, CV …"),
            ("disparity_intervals", "差距指标的自助法区间", "bootstrap intervals of disparity measures"),
            ("dagum", "Dagum 基尼系数分解", "Dagum decomposition of the Gini"),
            ("theil_decomposition", "泰尔指数的组间与组内", "Theil between and within groups"),
            ("theil_permutation", "泰尔组间部分的置换检验", "permutation test of Theil's between part"),
            ("nested_theil", "两级嵌套泰尔分解", "two-stage nested Theil"),
        ),
    ),
    (
        "disparity",
        "_study_cities",
        (("three_gaps", "三大差距：城乡、区域、收入", "three gaps: urban–rural, regional, income"),),
    ),
    (
        "convergence",
        "_study_disparity",
        (
            ("sigma", "σ 收敛", "σ-convergence"),
            ("beta", "β 收敛（绝对与条件）", "β-convergence, unconditional and conditional"),
            ("panel_beta", "面板 β 收敛", "panel β-convergence"),
        ),
    ),
    (
        "convergence",
        "_study_dynamics",
        (
            ("log_t", "log t 收敛检验", "log t convergence test"),
            ("convergence_clubs", "收敛俱乐部（Phillips–Sul）", "convergence clubs (Phillips–Sul)"),
        ),
    ),
    (
        "convergence",
        "_study_regression",
        (("spatial_beta", "空间 β 收敛（截面与面板）", "spatial β-convergence, one span or a panel"),),
    ),
    ("convergence", "_study_growth", (("development_trap", "发展陷阱识别", "development-trap detector"),)),
    (
        "dynamics",
        "_study_dynamics",
        (
            ("kernel_density", "核密度估计", "kernel densities over time"),
            ("stochastic_kernel", "随机核", "stochastic kernel"),
            ("markov", "马尔可夫链", "Markov chain"),
            ("spatial_markov", "空间马尔可夫链", "spatial Markov chain"),
            ("mobility", "流动性指数、遍历分布与检验", "mobility indices, ergodic shares, tests"),
            ("lisa_markov", "LISA 马尔可夫链", "LISA Markov chain"),
            ("gm11", "灰色预测 GM(1,1)", "grey forecast GM(1,1)"),
        ),
    ),
    (
        "space",
        "_study_space",
        (
            ("moran", "全局莫兰指数", "Moran's I"),
            ("bivariate_moran", "双变量莫兰指数", "bivariate Moran's I"),
            ("geary", "吉尔里系数", "Geary's C"),
            ("getis_ord", "全局 G 系数", "general G"),
            ("lisa", "局部莫兰指数 LISA", "local Moran's I (LISA)"),
            ("bivariate_lisa", "双变量局部莫兰指数", "bivariate local Moran's I"),
            ("local_geary", "局部吉尔里系数", "local Geary's c"),
            ("hot_spots", "热点分析 Gi*", "hot spots Gi*"),
            ("ellipse", "标准差椭圆与重心迁移", "standard deviational ellipse and its migration"),
            ("geodetector", "地理探测器", "geographical detector"),
            ("optimal_discretisation", "地理探测器的最优离散化", "optimal discretisation for the detector"),
        ),
    ),
    ("space", "_study_weights", (("weights_matrix", "空间权重矩阵", "spatial weights matrix"),)),
    (
        "space",
        "_study_regression",
        (
            ("lm_tests", "空间相关的 LM 检验", "LM tests for spatial dependence"),
            (
                "spatial_regression",
                "截面空间回归：SAR、SEM、SDM、SDEM、SAC",
                "spatial regression: SAR, SEM, SDM, SDEM, SAC",
            ),
            ("spatial_panel", "空间面板回归（Lee–Yu 校正）", "spatial panel regression (Lee–Yu)"),
            ("spatial_effects", "直接、间接与总效应", "direct, indirect and total effects"),
            ("spatial_tests", "模型选择：LR、Wald、豪斯曼", "model choice: LR, Wald, Hausman"),
            ("gtwr", "时空地理加权回归", "geographically and temporally weighted regression"),
            ("mgwr", "多尺度地理加权回归（mgwr）", "multiscale GWR (by mgwr)"),
            ("gwr", "地理加权回归", "geographically weighted regression"),
        ),
    ),
    (
        "structure",
        "_study_structure",
        (
            ("location_quotient", "区位商", "location quotients"),
            ("krugman", "克鲁格曼专业化指数", "Krugman specialisation"),
            ("herfindahl", "赫芬达尔指数", "Herfindahl–Hirschman index"),
            ("localisation", "胡佛地方化系数", "Hoover localisation"),
            ("dissimilarity", "结构相似系数（重复建设）", "similarity of structures"),
            ("shift_share", "偏离—份额分析", "shift-share"),
            ("variety", "相关与无关多样性", "related and unrelated variety"),
            ("ellison_glaeser", "EG 集聚指数（用户表）", "Ellison–Glaeser index from a table of plants"),
            ("complexity", "经济复杂度", "economic complexity"),
            ("product_space", "产品空间：关联密度", "product space: relatedness density"),
        ),
    ),
    (
        "structure",
        "_study_chains",
        (
            ("industrial_transfer", "产业转移识别", "industrial transfer"),
            ("linkages", "投入产出关联与上游度", "input–output linkages and upstreamness"),
            ("hypothetical_extraction", "假设抽取法", "hypothetical extraction"),
            ("regional_extraction", "地区的假设抽取", "hypothetical extraction in one place"),
            ("chain_gaps", "产业链缺口（补链）", "chain gaps"),
            ("chain_partners", "补链伙伴", "partners that could fill a chain gap"),
            ("complementarity", "地区间显性互补", "revealed complementarity between places"),
            ("coagglomeration", "产业共同集聚", "co-agglomeration of industries"),
        ),
    ),
    (
        "market",
        "_study_index",
        (
            ("market_segmentation", "商品市场分割指数", "goods-market segmentation"),
            ("wage_segmentation", "劳动力市场分割指数", "labour-market segmentation"),
        ),
    ),
    (
        "market",
        "_study_flows",
        (
            ("migration_table", "人口迁移表", "migration table"),
            ("gravity", "引力方程（PPML）", "gravity by PPML"),
            ("border_effect", "边界效应", "border effect"),
            ("head_ries", "Head–Ries 贸易成本", "Head–Ries trade costs"),
            ("flow_integration", "流量的开放与一体化", "openness and integration from flows"),
            ("mobility_gap", "要素价格差距（流动障碍）", "factor-price gaps"),
            ("network", "网络分析：密度、等级度、中心性", "network: density, hierarchy, centralities"),
            ("gravity_network", "修正引力网络", "modified gravity links"),
            ("concor", "CONCOR 板块", "CONCOR blocks"),
            ("qap", "QAP 相关", "QAP correlation"),
            ("mrqap", "MRQAP 回归", "MRQAP regression"),
        ),
    ),
    (
        "growth",
        "_study_growth",
        (
            ("capital_stock", "资本存量（永续盘存）", "capital stock by perpetual inventory"),
            ("growth_accounting", "增长核算与内涵度", "growth accounting, intensive share"),
            ("lmdi", "LMDI 分解", "LMDI decomposition"),
            ("tapio", "Tapio 脱钩", "Tapio decoupling"),
        ),
    ),
    (
        "efficiency",
        "_study_efficiency",
        (
            ("dea", "DEA：CCR 与 BCC", "DEA: CCR and BCC"),
            ("scale_efficiency", "规模效率与规模报酬", "scale efficiency and returns to scale"),
            ("sbm", "SBM（含非期望产出）", "SBM, undesirable outputs included"),
            ("super_sbm", "超效率 SBM", "super-SBM"),
            ("efficiency_panel", "逐年效率（共同前沿或当年前沿）", "efficiency by year, pooled or yearly frontier"),
            ("malmquist", "Malmquist 指数", "Malmquist index"),
            ("malmquist_luenberger", "Malmquist–Luenberger 指数", "Malmquist–Luenberger index"),
        ),
    ),
    (
        "services",
        "_study_cities",
        (
            ("service_gap", "公共服务缺口（对标）", "service gap to a standard"),
            ("carrying_capacity", "承载力（最小限制因素）", "carrying capacity, scarcest factor"),
            ("rank_size", "位序—规模与首位度", "rank-size and primacy"),
        ),
    ),
    (
        "services",
        "_study_urban",
        (
            ("floating_catchment", "两步移动搜索法（2SFCA）", "two-step floating catchment"),
            ("field_strength", "核心城市场强", "field strength of core cities"),
            ("breakpoints", "核心城市断裂点", "breakpoints between core cities"),
            ("flow_clusters", "按流量划分城市群", "city clusters from flows"),
            ("isochrone_clusters", "按等时圈划分城市群", "city clusters from isochrones"),
            ("polycentricity", "多中心度", "polycentricity"),
            ("functional_specialisation", "功能专业化", "functional specialisation"),
        ),
    ),
    (
        "robustness",
        "robustness",
        (
            ("robustness", "指数排名的稳健性面板", "robustness of the index's ranks"),
            ("moran_robustness", "莫兰指数在各权重矩阵下", "Moran's I under several matrices"),
        ),
    ),
)

CATALOGUE = Catalogue("diagnose", FAMILIES, ROWS)
