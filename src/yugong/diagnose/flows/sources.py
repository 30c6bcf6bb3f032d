"""The literature behind the methods on flows, each source written once."""

from yugong.base.cards import Citation
from yugong.base.cite import article

SANTOS_SILVA = article(
    "santossilva2006", (("Santos Silva", "João M. C."), ("Tenreyro", "Silvana")), "The log of gravity",
    "Review of Economics and Statistics", 2006, "88(4)", "641-658",
)  # fmt: skip
CORREIA = article(
    "correia2020", (("Correia", "Sergio"), ("Guimarães", "Paulo"), ("Zylkin", "Tom")),
    "Fast Poisson estimation with high-dimensional fixed effects", "Stata Journal", 2020, "20(1)", "95-115",
)  # fmt: skip
CAMERON = article(
    "cameron2011", (("Cameron", "A. Colin"), ("Gelbach", "Jonah B."), ("Miller", "Douglas L.")),
    "Robust inference with multiway clustering", "Journal of Business & Economic Statistics", 2011, "29(2)", "238-249",
)  # fmt: skip
HEAD_RIES = article(
    "head2001", (("Head", "Keith"), ("Ries", "John")),
    "Increasing returns versus national product differentiation as an explanation for the pattern of US–Canada trade",
    "American Economic Review", 2001, "91(4)", "858-876",
)  # fmt: skip
HEAD_MAYER = Citation(
    "head2014",
    "HEAD K, MAYER T. Gravity equations: workhorse, toolkit, and cookbook[M]//GOPINATH G, HELPMAN E, ROGOFF K. "
    "Handbook of International Economics: Vol. 4. Amsterdam: Elsevier, 2014: 131-195.",
    "@incollection{head2014, author={Head, Keith and Mayer, Thierry}, title={Gravity equations: workhorse, toolkit, "
    "and cookbook}, booktitle={Handbook of International Economics}, volume={4}, editor={Gopinath, Gita and Helpman, "
    "Elhanan and Rogoff, Kenneth}, publisher={Elsevier}, address={Amsterdam}, year={2014}, pages={131--195}}",
)
MCCALLUM = article(
    "mccallum1995", (("McCallum", "John"),), "National borders matter: Canada-US regional trade patterns",
    "American Economic Review", 1995, "85(3)", "615-623",
)  # fmt: skip
ANDERSON_VAN_WINCOOP = article(
    "anderson2003", (("Anderson", "James E."), ("van Wincoop", "Eric")),
    "Gravity with gravitas: a solution to the border puzzle", "American Economic Review", 2003, "93(1)", "170-192",
)  # fmt: skip
BELL = article(
    "bell2002",
    (("Bell", "Martin"), ("Blake", "Marcus"), ("Boyle", "Paul"), ("Duke-Williams", "Oliver"), ("Rees", "Philip"),
     ("Stillwell", "John"), ("Hugo", "Graeme")),
    "Cross-national comparison of internal migration: issues and measures",
    "Journal of the Royal Statistical Society: Series A", 2002, "165(3)", "435-464",
)  # fmt: skip
ARRIBAS = article(
    "arribas2009", (("Arribas", "Iván"), ("Pérez", "Francisco"), ("Tortosa-Ausina", "Emili")),
    "Measuring globalization of international trade: theory and evidence", "World Development", 2009, "37(1)",
    "127-145",
)  # fmt: skip
