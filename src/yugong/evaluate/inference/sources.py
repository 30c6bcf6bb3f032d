"""The literature behind inference with few treated regions, each source written once."""

from yugong.base.cite import article, book

FISHER = book(
    "fisher1935", (("Fisher", "Ronald A"),), "The design of experiments", "Edinburgh", "Oliver and Boyd", 1935
)
CAMERON = article(
    "cameron2008",
    (("Cameron", "A. Colin"), ("Gelbach", "Jonah B"), ("Miller", "Douglas L")),
    "Bootstrap-based improvements for inference with clustered errors",
    "Review of Economics and Statistics",
    2008,
    "90(3)",
    "414-427",
)
ROODMAN = article(
    "roodman2019",
    (("Roodman", "David"), ("Nielsen", "Morten Ørregaard"), ("MacKinnon", "James G"), ("Webb", "Matthew D")),
    "Fast and wild: bootstrap inference in Stata using boottest",
    "The Stata Journal",
    2019,
    "19(1)",
    "4-60",
)
MACKINNON = article(
    "mackinnon2018",
    (("MacKinnon", "James G"), ("Webb", "Matthew D")),
    "The wild bootstrap for few (treated) clusters",
    "The Econometrics Journal",
    2018,
    "21(2)",
    "114-135",
)
CONLEY = article(
    "conley1999",
    (("Conley", "Timothy G"),),
    "GMM estimation with cross sectional dependence",
    "Journal of Econometrics",
    1999,
    "92(1)",
    "1-45",
)
CONLEY_TABER = article(
    "conley2011",
    (("Conley", "Timothy G"), ("Taber", "Christopher R")),
    "Inference with “difference in differences” with a small number of policy changes",
    "Review of Economics and Statistics",
    2011,
    "93(1)",
    "113-125",
)
FERMAN_PINTO = article(
    "ferman2019",
    (("Ferman", "Bruno"), ("Pinto", "Cristine")),
    "Inference in differences-in-differences with few treated groups and heteroskedasticity",
    "Review of Economics and Statistics",
    2019,
    "101(3)",
    "452-467",
)
BERTRAND = article(
    "bertrand2004",
    (("Bertrand", "Marianne"), ("Duflo", "Esther"), ("Mullainathan", "Sendhil")),
    "How much should we trust differences-in-differences estimates?",
    "Quarterly Journal of Economics",
    2004,
    "119(1)",
    "249-275",
)
