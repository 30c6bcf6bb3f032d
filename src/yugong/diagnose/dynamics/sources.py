"""The literature behind the dynamic methods, each source written once."""

from yugong.diagnose.space.sources import article, book

QUAH = article(
    "quah1993",
    "Quah D",
    "Empirical cross-section dynamics in economic growth",
    "European Economic Review",
    1993,
    "37(2-3)",
    "426--434",
)
QUAH_TWIN = article(
    "quah1997",
    "Quah D T",
    "Empirics for growth and distribution: stratification, polarization, and convergence clubs",
    "Journal of Economic Growth",
    1997,
    "2(1)",
    "27--59",
)
REY = article(
    "rey2001",
    "Rey S J",
    "Spatial empirics for economic growth and convergence",
    "Geographical Analysis",
    2001,
    "33(3)",
    "195--214",
)
BICKENBACH = article(
    "bickenbach2003",
    "Bickenbach F; Bode E",
    "Evaluating the Markov property in studies of economic convergence",
    "International Regional Science Review",
    2003,
    "26(3)",
    "363--392",
)
FORMBY = article(
    "formby2004",
    "Formby J P; Smith W J; Zheng B",
    "Mobility measurement, transition matrices and statistical inference",
    "Journal of Econometrics",
    2004,
    "120(1)",
    "181--205",
)
KEMENY = book("kemeny1976", "Kemeny J G; Snell J L", "Finite Markov chains", "New York", "Springer", 1976)
SILVERMAN = book(
    "silverman1986",
    "Silverman B W",
    "Density estimation for statistics and data analysis",
    "London",
    "Chapman and Hall",
    1986,
)
SHEATHER = article(
    "sheather1991",
    "Sheather S J; Jones M C",
    "A reliable data-based bandwidth selection method for kernel density estimation",
    "Journal of the Royal Statistical Society: Series B",
    1991,
    "53(3)",
    "683--690",
)
SCOTT = book(
    "scott1992",
    "Scott D W",
    "Multivariate density estimation: theory, practice, and visualization",
    "New York",
    "Wiley",
    1992,
)
PHILLIPS_SUL_2007 = article(
    "phillips2007",
    "Phillips P C B; Sul D",
    "Transition modeling and econometric convergence tests",
    "Econometrica",
    2007,
    "75(6)",
    "1771--1855",
)
PHILLIPS_SUL_2009 = article(
    "phillips2009",
    "Phillips P C B; Sul D",
    "Economic transition and growth",
    "Journal of Applied Econometrics",
    2009,
    "24(7)",
    "1153--1185",
)
SCHNURBUS = article(
    "schnurbus2017",
    "Schnurbus J; Haupt H; Meier V",
    "Economic transition and growth: a replication",
    "Journal of Applied Econometrics",
    2017,
    "32(5)",
    "1039--1042",
)
ANDREWS = article(
    "andrews1991",
    "Andrews D W K",
    "Heteroskedasticity and autocorrelation consistent covariance matrix estimation",
    "Econometrica",
    1991,
    "59(3)",
    "817--858",
)
HODRICK = article(
    "hodrick1997",
    "Hodrick R J; Prescott E C",
    "Postwar U.S. business cycles: an empirical investigation",
    "Journal of Money, Credit and Banking",
    1997,
    "29(1)",
    "1--16",
)
DENG = article(
    "deng1982", "Deng J L", "Control problems of grey systems", "Systems & Control Letters", 1982, "1(5)", "288--294"
)
