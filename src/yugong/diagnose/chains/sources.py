"""The literature behind the methods on chains, each source written once."""

from yugong.base.cite import article, book

MILLER_BLAIR = book(
    "miller2009", (("Miller", "Ronald E."), ("Blair", "Peter D.")),
    "Input-output analysis: foundations and extensions", "Cambridge", "Cambridge University Press", 2009,
)  # fmt: skip
RASMUSSEN = book(
    "rasmussen1956", (("Rasmussen", "P. Nørregaard"),), "Studies in inter-sectoral relations", "Amsterdam",
    "North-Holland", 1956,
)  # fmt: skip
GHOSH = article(
    "ghosh1958", (("Ghosh", "Ambica"),), "Input-output approach in an allocation system", "Economica", 1958, "25(97)",
    "58-64",
)  # fmt: skip
JONES = article(
    "jones1976", (("Jones", "Leroy P."),), "The measurement of Hirschmanian linkages",
    "Quarterly Journal of Economics", 1976, "90(2)", "323-333",
)  # fmt: skip
DIETZENBACHER_1993 = article(
    "dietzenbacher1993", (("Dietzenbacher", "Erik"), ("van der Linden", "Jan A."), ("Steenge", "Albert E.")),
    "The regional extraction method: EC input-output comparisons", "Economic Systems Research", 1993, "5(2)", "185-206",
)  # fmt: skip
DIETZENBACHER_1997 = article(
    "dietzenbacher1997", (("Dietzenbacher", "Erik"), ("van der Linden", "Jan A.")),
    "Sectoral and spatial linkages in the EC production structure", "Journal of Regional Science", 1997, "37(2)",
    "235-257",
)  # fmt: skip
ANTRAS = article(
    "antras2012", (("Antràs", "Pol"), ("Chor", "Davin"), ("Fally", "Thibault"), ("Hillberry", "Russell")),
    "Measuring the upstreamness of production and trade flows", "American Economic Review", 2012, "102(3)", "412-416",
)  # fmt: skip
MILLER_TEMURSHOEV = article(
    "miller2017", (("Miller", "Ronald E."), ("Temurshoev", "Umed")),
    "Output upstreamness and input downstreamness of industries/countries in world production",
    "International Regional Science Review", 2017, "40(5)", "443-475",
)  # fmt: skip
JOHNSON_NOGUERA = article(
    "johnson2012", (("Johnson", "Robert C."), ("Noguera", "Guillermo")),
    "Accounting for intermediates: production sharing and trade in value added",
    "Journal of International Economics", 2012, "86(2)", "224-236",
)  # fmt: skip
KOOPMAN = article(
    "koopman2014", (("Koopman", "Robert"), ("Wang", "Zhi"), ("Wei", "Shang-Jin")),
    "Tracing value-added and double counting in gross exports", "American Economic Review", 2014, "104(2)", "459-494",
)  # fmt: skip
DRYSDALE = article(
    "drysdale1982", (("Drysdale", "Peter"), ("Garnaut", "Ross")),
    "Trade intensities and the analysis of bilateral trade flows in a many-country world: a survey",
    "Hitotsubashi Journal of Economics", 1982, "22(2)", "62-84",
)  # fmt: skip
ELLISON_GLAESER_KERR = article(
    "ellison2010", (("Ellison", "Glenn"), ("Glaeser", "Edward L."), ("Kerr", "William R.")),
    "What causes industry agglomeration? Evidence from coagglomeration patterns", "American Economic Review", 2010,
    "100(3)", "1195-1213",
)  # fmt: skip
FLEGG_WEBBER = article(
    "flegg1997", (("Flegg", "Anthony T."), ("Webber", "Chris D.")),
    "On the appropriate use of location quotients in generating regional input-output tables: reply",
    "Regional Studies", 1997, "31(8)", "795-805",
)  # fmt: skip
