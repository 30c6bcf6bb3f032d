"""The literature behind the spatial methods, each source written once."""

from yugong.base import cite
from yugong.base.cards import Citation


def article(key: str, authors: str, title: str, journal: str, year: int, where: str, pages: str) -> Citation:
    """Return a journal article, see base.cite; `authors` as "Moran P A P; Geary R C"."""
    return cite.article(key, _people(authors), title, journal, year, where, pages.replace("--", "-"))


def book(key: str, authors: str, title: str, place: str, publisher: str, year: int) -> Citation:
    """Return a book, see base.cite; `authors` as for `article`."""
    return cite.book(key, _people(authors), title, place, publisher, year)


def _people(authors: str) -> cite.Authors:
    people = []
    for name in authors.split(";"):
        words = name.split()
        initials = [w for w in words if len(w) == 1]
        people.append((" ".join(words[: len(words) - len(initials)]), " ".join(initials)))
    return tuple(people)


MORAN = article(
    "moran1950", "Moran P A P", "Notes on continuous stochastic phenomena", "Biometrika", 1950, "37", "17--23"
)
GEARY = article(
    "geary1954",
    "Geary R C",
    "The contiguity ratio and statistical mapping",
    "The Incorporated Statistician",
    1954,
    "5(3)",
    "115--145",
)
CLIFF_ORD = book(
    "cliff1981", "Cliff A D; Ord J K", "Spatial processes: models and applications", "London", "Pion", 1981
)
GETIS_ORD = article(
    "getis1992",
    "Getis A; Ord J K",
    "The analysis of spatial association by use of distance statistics",
    "Geographical Analysis",
    1992,
    "24(3)",
    "189--206",
)
ORD_GETIS = article(
    "ord1995",
    "Ord J K; Getis A",
    "Local spatial autocorrelation statistics: distributional issues and an application",
    "Geographical Analysis",
    1995,
    "27(4)",
    "286--306",
)
LISA = article(
    "anselin1995",
    "Anselin L",
    "Local indicators of spatial association: LISA",
    "Geographical Analysis",
    1995,
    "27(2)",
    "93--115",
)
SOKAL = article(
    "sokal1998",
    "Sokal R R; Oden N L; Thomson B A",
    "Local spatial autocorrelation in a biological model",
    "Geographical Analysis",
    1998,
    "30(4)",
    "331--354",
)
WARTENBERG = article(
    "wartenberg1985",
    "Wartenberg D",
    "Multivariate spatial correlation: a method for exploratory geographical analysis",
    "Geographical Analysis",
    1985,
    "17(4)",
    "263--283",
)
FDR = article(
    "benjamini1995",
    "Benjamini Y; Hochberg Y",
    "Controlling the false discovery rate: a practical and powerful approach to multiple testing",
    "Journal of the Royal Statistical Society: Series B",
    1995,
    "57(1)",
    "289--300",
)
CALDAS = article(
    "decastro2006",
    "Caldas de Castro M; Singer B H",
    "Controlling the false discovery rate: a new application to account for multiple and dependent tests in local "
    "statistics of spatial association",
    "Geographical Analysis",
    2006,
    "38(2)",
    "180--208",
)
ORD = article(
    "ord1975",
    "Ord K",
    "Estimation methods for models of spatial interaction",
    "Journal of the American Statistical Association",
    1975,
    "70(349)",
    "120--126",
)
ANSELIN = book("anselin1988", "Anselin L", "Spatial econometrics: methods and models", "Dordrecht", "Kluwer", 1988)
LM_TESTS = article(
    "anselin1996",
    "Anselin L; Bera A K; Florax R; Yoon M J",
    "Simple diagnostic tests for spatial dependence",
    "Regional Science and Urban Economics",
    1996,
    "26(1)",
    "77--104",
)
LESAGE_PACE = book(
    "lesage2009", "LeSage J; Pace R K", "Introduction to spatial econometrics", "Boca Raton", "CRC Press", 2009
)
ELHORST = book(
    "elhorst2014",
    "Elhorst J P",
    "Spatial econometrics: from cross-sectional data to spatial panels",
    "Heidelberg",
    "Springer",
    2014,
)
LEE_YU = article(
    "lee2010",
    "Lee L; Yu J",
    "Estimation of spatial autoregressive panel data models with fixed effects",
    "Journal of Econometrics",
    2010,
    "154(2)",
    "165--185",
)
HAUSMAN = article(
    "hausman1978", "Hausman J A", "Specification tests in econometrics", "Econometrica", 1978, "46(6)", "1251--1271"
)
HIRSCHMAN = article(
    "hirschman1964", "Hirschman A O", "The paternity of an index", "The American Economic Review", 1964, "54(5)",
    "761--762",
)  # fmt: skip
ZIPF_1946 = article(
    "zipf1946", "Zipf G K", "The P1 P2/D hypothesis: on the intercity movement of persons",
    "American Sociological Review", 1946, "11(6)", "677--686",
)  # fmt: skip
WANG_2010 = article(
    "wang2010",
    "Wang J F; Li X H; Christakos G; Liao Y L; Zhang T; Gu X; Zheng X Y",
    "Geographical detectors-based health risk assessment and its application in the neural tube defects study of the "
    "Heshun region, China",
    "International Journal of Geographical Information Science",
    2010,
    "24(1)",
    "107--127",
)
WANG_2016 = article(
    "wang2016",
    "Wang J F; Zhang T L; Fu B J",
    "A measure of spatial stratified heterogeneity",
    "Ecological Indicators",
    2016,
    "67",
    "250--256",
)
LEFEVER = article(
    "lefever1926",
    "Lefever D W",
    "Measuring geographic concentration by means of the standard deviational ellipse",
    "American Journal of Sociology",
    1926,
    "32(1)",
    "88--94",
)
YUILL = article(
    "yuill1971",
    "Yuill R S",
    "The standard deviational ellipse: an updated tool for spatial description",
    "Geografiska Annaler: Series B",
    1971,
    "53(1)",
    "28--39",
)
GWR_BOOK = book(
    "fotheringham2002",
    "Fotheringham A S; Brunsdon C; Charlton M",
    "Geographically weighted regression: the analysis of spatially varying relationships",
    "Chichester",
    "Wiley",
    2002,
)
MGWR = article(
    "fotheringham2017",
    "Fotheringham A S; Yang W; Kang W",
    "Multiscale geographically weighted regression (MGWR)",
    "Annals of the American Association of Geographers",
    2017,
    "107(6)",
    "1247--1265",
)
GTWR = article(
    "huang2010",
    "Huang B; Wu B; Barry M",
    "Geographically and temporally weighted regression for modeling spatio-temporal variation in house prices",
    "International Journal of Geographical Information Science",
    2010,
    "24(3)",
    "383--401",
)
KRUGMAN = book("krugman1991", "Krugman P", "Geography and trade", "Cambridge, MA", "MIT Press", 1991)
HOOVER = article(
    "hoover1936",
    "Hoover E M",
    "The measurement of industrial localization",
    "Review of Economics and Statistics",
    1936,
    "18(4)",
    "162--171",
)
BALASSA = article(
    "balassa1965",
    "Balassa B",
    "Trade liberalisation and revealed comparative advantage",
    "The Manchester School",
    1965,
    "33(2)",
    "99--123",
)
ELLISON_GLAESER = article(
    "ellison1997",
    "Ellison G; Glaeser E L",
    "Geographic concentration in U.S. manufacturing industries: a dartboard approach",
    "Journal of Political Economy",
    1997,
    "105(5)",
    "889--927",
)
DUNN = article(
    "dunn1960",
    "Dunn E S",
    "A statistical and analytical technique for regional analysis",
    "Papers in Regional Science",
    1960,
    "6(1)",
    "97--112",
)
ESTEBAN = article(
    "esteban1972",
    "Esteban-Marquillas J M",
    "A reinterpretation of shift-share analysis",
    "Regional and Urban Economics",
    1972,
    "2(3)",
    "249--255",
)
HIDALGO = article(
    "hidalgo2009",
    "Hidalgo C A; Hausmann R",
    "The building blocks of economic complexity",
    "Proceedings of the National Academy of Sciences",
    2009,
    "106(26)",
    "10570--10575",
)
PRODUCT_SPACE = article(
    "hidalgo2007",
    "Hidalgo C A; Klinger B; Barabasi A L; Hausmann R",
    "The product space conditions the development of nations",
    "Science",
    2007,
    "317(5837)",
    "482--487",
)
FRENKEN = article(
    "frenken2007",
    "Frenken K; Van Oort F; Verburg T",
    "Related variety, unrelated variety and regional economic growth",
    "Regional Studies",
    2007,
    "41(5)",
    "685--697",
)
KRACKHARDT = Citation(
    "krackhardt1994",
    "Krackhardt D. Graph theoretical dimensions of informal organizations[M]//Carley K, Prietula M. Computational "
    "organization theory. Hillsdale: Lawrence Erlbaum, 1994: 89-111.",
    "@incollection{krackhardt1994, author={Krackhardt, D}, title={Graph theoretical dimensions of informal "
    "organizations}, booktitle={Computational organization theory}, editor={Carley, K and Prietula, M}, "
    "publisher={Lawrence Erlbaum}, address={Hillsdale}, year={1994}, pages={89--111}}",
)
DEKKER = article(
    "dekker2007",
    "Dekker D; Krackhardt D; Snijders T A B",
    "Sensitivity of MRQAP tests to collinearity and autocorrelation conditions",
    "Psychometrika",
    2007,
    "72(4)",
    "563--581",
)
BREIGER = article(
    "breiger1975",
    "Breiger R L; Boorman S A; Arabie P",
    "An algorithm for clustering relational data with applications to social network analysis and comparison with "
    "multidimensional scaling",
    "Journal of Mathematical Psychology",
    1975,
    "12(3)",
    "328--383",
)
