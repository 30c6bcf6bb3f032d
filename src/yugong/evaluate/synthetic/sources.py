"""The literature behind the synthetic comparisons, each source written once."""

from yugong.base.cite import article

ABADIE_2003 = article(
    "abadie2003",
    (("Abadie", "Alberto"), ("Gardeazabal", "Javier")),
    "The economic costs of conflict: a case study of the Basque Country",
    "American Economic Review",
    2003,
    "93(1)",
    "113-132",
)
ABADIE_2010 = article(
    "abadie2010",
    (("Abadie", "Alberto"), ("Diamond", "Alexis"), ("Hainmueller", "Jens")),
    "Synthetic control methods for comparative case studies: estimating the effect of California's tobacco control "
    "program",
    "Journal of the American Statistical Association",
    2010,
    "105(490)",
    "493-505",
)
ABADIE_2015 = article(
    "abadie2015",
    (("Abadie", "Alberto"), ("Diamond", "Alexis"), ("Hainmueller", "Jens")),
    "Comparative politics and the synthetic control method",
    "American Journal of Political Science",
    2015,
    "59(2)",
    "495-510",
)
BEN_MICHAEL = article(
    "benmichael2021",
    (("Ben-Michael", "Eli"), ("Feller", "Avi"), ("Rothstein", "Jesse")),
    "The augmented synthetic control method",
    "Journal of the American Statistical Association",
    2021,
    "116(536)",
    "1789-1803",
)
FERMAN_PINTO_2021 = article(
    "ferman2021",
    (("Ferman", "Bruno"), ("Pinto", "Cristine")),
    "Synthetic controls with imperfect pretreatment fit",
    "Quantitative Economics",
    2021,
    "12(4)",
    "1197-1221",
)
ARKHANGELSKY = article(
    "arkhangelsky2021",
    (
        ("Arkhangelsky", "Dmitry"),
        ("Athey", "Susan"),
        ("Hirshberg", "David A"),
        ("Imbens", "Guido W"),
        ("Wager", "Stefan"),
    ),
    "Synthetic difference-in-differences",
    "American Economic Review",
    2021,
    "111(12)",
    "4088-4118",
)
CLARKE = article(
    "clarke2024",
    (("Clarke", "Damian"), ("Pailañir", "Daniel"), ("Athey", "Susan"), ("Imbens", "Guido")),
    "On synthetic difference-in-differences and related estimation methods in Stata",
    "The Stata Journal",
    2024,
    "24(4)",
    "557-598",
)
HSIAO = article(
    "hsiao2012",
    (("Hsiao", "Cheng"), ("Ching", "H. Steve"), ("Wan", "Shui Ki")),
    "A panel data approach for program evaluation: measuring the benefits of political and economic integration of "
    "Hong Kong with mainland China",
    "Journal of Applied Econometrics",
    2012,
    "27(5)",
    "705-740",
)
