"""The literature behind honest differences in differences, each source written once."""

from yugong.base.cite import article

RAMBACHAN = article(
    "rambachan2023",
    (("Rambachan", "Ashesh"), ("Roth", "Jonathan")),
    "A more credible approach to parallel trends",
    "Review of Economic Studies",
    2023,
    "90(5)",
    "2555-2591",
)
ANDREWS = article(
    "andrews2023",
    (("Andrews", "Isaiah"), ("Roth", "Jonathan"), ("Pakes", "Ariel")),
    "Inference for linear conditional moment inequalities",
    "Review of Economic Studies",
    2023,
    "90(6)",
    "2763-2791",
)
ARMSTRONG = article(
    "armstrong2018",
    (("Armstrong", "Timothy B"), ("Kolesár", "Michal")),
    "Optimal inference in a class of regression models",
    "Econometrica",
    2018,
    "86(2)",
    "655-683",
)
ROTH = article(
    "roth2022",
    (("Roth", "Jonathan"),),
    "Pretest with caution: event-study estimates after testing for parallel trends",
    "American Economic Review: Insights",
    2022,
    "4(3)",
    "305-322",
)
