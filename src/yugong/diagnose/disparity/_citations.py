"""The sources of the disparity and convergence methods, in GB/T 7714 form and as BibTeX."""

from yugong.base.cards import Citation
from yugong.base.cite import article, book

GINI_1921 = article(
    "gini1921", (("Gini", "Corrado"),), "Measurement of inequality of incomes", "The Economic Journal", 1921,
    "31(121)", "124-126",
)  # fmt: skip
THEIL_1967 = book(
    "theil1967", (("Theil", "Henri"),), "Economics and information theory", "Amsterdam", "North-Holland", 1967
)
BOURGUIGNON_1979 = article(
    "bourguignon1979", (("Bourguignon", "Francois"),), "Decomposable income inequality measures", "Econometrica",
    1979, "47(4)", "901-920",
)  # fmt: skip
SHORROCKS_1980 = article(
    "shorrocks1980", (("Shorrocks", "Anthony F."),), "The class of additively decomposable inequality measures",
    "Econometrica", 1980, "48(3)", "613-625",
)  # fmt: skip
SHORROCKS_1984 = article(
    "shorrocks1984", (("Shorrocks", "Anthony F."),), "Inequality decomposition by population subgroups",
    "Econometrica", 1984, "52(6)", "1369-1385",
)  # fmt: skip
ATKINSON_1970 = article(
    "atkinson1970", (("Atkinson", "Anthony B."),), "On the measurement of inequality", "Journal of Economic Theory",
    1970, "2(3)", "244-263",
)  # fmt: skip
WILLIAMSON_1965 = article(
    "williamson1965", (("Williamson", "Jeffrey G."),),
    "Regional inequality and the process of national development: a description of the patterns",
    "Economic Development and Cultural Change", 1965, "13(4)", "1-84",
)  # fmt: skip
HOOVER_1936 = article(
    "hoover1936", (("Hoover", "Edgar M."),), "The measurement of industrial localization",
    "The Review of Economics and Statistics", 1936, "18(4)", "162-171",
)  # fmt: skip
DAGUM_1997 = article(
    "dagum1997", (("Dagum", "Camilo"),), "A new approach to the decomposition of the Gini income inequality ratio",
    "Empirical Economics", 1997, "22(4)", "515-531",
)  # fmt: skip
AKITA_2003 = article(
    "akita2003", (("Akita", "Takahiro"),),
    "Decomposing regional income inequality in China and Indonesia using two-stage nested Theil decomposition method",
    "The Annals of Regional Science", 2003, "37(1)", "55-77",
)  # fmt: skip
OECD_2020 = Citation(
    "oecd2020",
    "OECD. OECD Regions and Cities at a Glance 2020[R]. Paris: OECD Publishing, 2020.",
    "@book{oecd2020, author={{OECD}}, title={OECD Regions and Cities at a Glance 2020}, "
    "publisher={OECD Publishing}, address={Paris}, year={2020}}",
)
BARRO_SALA_1992 = article(
    "barrosala1992", (("Barro", "Robert J."), ("Sala-i-Martin", "Xavier")), "Convergence",
    "Journal of Political Economy", 1992, "100(2)", "223-251",
)  # fmt: skip
REY_MONTOURI_1999 = article(
    "reymontouri1999", (("Rey", "Sergio J."), ("Montouri", "Brett D.")),
    "US regional income convergence: a spatial econometric perspective", "Regional Studies", 1999, "33(2)", "143-156",
)  # fmt: skip
NICKELL_1981 = article(
    "nickell1981", (("Nickell", "Stephen"),), "Biases in dynamic models with fixed effects", "Econometrica", 1981,
    "49(6)", "1417-1426",
)  # fmt: skip
WHITE_1980 = article(
    "white1980", (("White", "Halbert"),),
    "A heteroskedasticity-consistent covariance matrix estimator and a direct test for heteroskedasticity",
    "Econometrica", 1980, "48(4)", "817-838",
)  # fmt: skip
MACKINNON_WHITE_1985 = article(
    "mackinnonwhite1985", (("MacKinnon", "James G."), ("White", "Halbert")),
    "Some heteroskedasticity-consistent covariance matrix estimators with improved finite sample properties",
    "Journal of Econometrics", 1985, "29(3)", "305-325",
)  # fmt: skip
NEWEY_WEST_1987 = article(
    "neweywest1987", (("Newey", "Whitney K."), ("West", "Kenneth D.")),
    "A simple, positive semi-definite, heteroskedasticity and autocorrelation consistent covariance matrix",
    "Econometrica", 1987, "55(3)", "703-708",
)  # fmt: skip
CAMERON_2008 = article(
    "cameron2008", (("Cameron", "A. Colin"), ("Gelbach", "Jonah B."), ("Miller", "Douglas L.")),
    "Bootstrap-based improvements for inference with clustered errors", "The Review of Economics and Statistics", 2008,
    "90(3)", "414-427",
)  # fmt: skip
FIELD_WELSH_2007 = article(
    "fieldwelsh2007", (("Field", "Christopher A."), ("Welsh", "Alan H.")), "Bootstrapping clustered data",
    "Journal of the Royal Statistical Society: Series B", 2007, "69(3)", "369-390",
)  # fmt: skip
