"""The sources of forecasting and of control charts, in GB/T 7714 form and as BibTeX."""

from yugong.base.cite import article, book

GARDNER_MCKENZIE_1985 = article(
    "gardner1985", (("Gardner", "Everette S."), ("McKenzie", "Eddie")), "Forecasting trends in time series",
    "Management Science", 1985, "31(10)", "1237-1246",
)  # fmt: skip
HYNDMAN_2008 = book(
    "hyndman2008", (("Hyndman", "Rob J."), ("Koehler", "Anne B."), ("Ord", "J. Keith"), ("Snyder", "Ralph D.")),
    "Forecasting with exponential smoothing: the state space approach", "Berlin", "Springer", 2008,
)  # fmt: skip
HARVEY_1989 = book(
    "harvey1989", (("Harvey", "Andrew C."),),
    "Forecasting, structural time series models and the Kalman filter", "Cambridge", "Cambridge University Press", 1989,
)  # fmt: skip
ROBERTS_1959 = article(
    "roberts1959", (("Roberts", "S. W."),), "Control chart tests based on geometric moving averages", "Technometrics",
    1959, "1(3)", "239-250",
)  # fmt: skip
LUCAS_SACCUCCI_1990 = article(
    "lucas1990", (("Lucas", "James M."), ("Saccucci", "Michael S.")),
    "Exponentially weighted moving average control schemes: properties and enhancements", "Technometrics", 1990,
    "32(1)", "1-12",
)  # fmt: skip
PAGE_1954 = article(
    "page1954", (("Page", "E. S."),), "Continuous inspection schemes", "Biometrika", 1954, "41(1/2)", "100-115"
)
LUCAS_CROSIER_1982 = article(
    "lucas1982", (("Lucas", "James M."), ("Crosier", "Ronald B.")),
    "Fast initial response for CUSUM quality-control schemes: give your CUSUM a head start", "Technometrics", 1982,
    "24(3)", "199-205",
)  # fmt: skip
HAWKINS_OLWELL_1998 = book(
    "hawkins1998", (("Hawkins", "Douglas M."), ("Olwell", "David H.")),
    "Cumulative sum charts and charting for quality improvement", "New York", "Springer", 1998,
)  # fmt: skip
JONES_2001 = article(
    "jones2001", (("Jones", "L. Allison"), ("Champ", "Charles W."), ("Rigdon", "Steven E.")),
    "The performance of exponentially weighted moving average charts with estimated parameters", "Technometrics", 2001,
    "43(2)", "156-167",
)  # fmt: skip
DIEMER_2022 = article(
    "diemer2022", (("Diemer", "Andreas"), ("Iammarino", "Simona"), ("Rodríguez-Pose", "Andrés"), ("Storper", "Michael")),
    "The regional development trap in Europe", "Economic Geography", 2022, "98(5)", "487-509",
)  # fmt: skip
