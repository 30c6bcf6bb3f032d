"""The literature behind efficiency and productivity, each source written once."""

from yugong.base.cards import Citation
from yugong.base.cite import article, book

CCR = article(
    "charnes1978", (("Charnes", "Abraham"), ("Cooper", "William W."), ("Rhodes", "Edwardo")),
    "Measuring the efficiency of decision making units",
    "European Journal of Operational Research", 1978, "2(6)", "429-444",
)  # fmt: skip
BCC = article(
    "banker1984", (("Banker", "Rajiv D."), ("Charnes", "Abraham"), ("Cooper", "William W.")),
    "Some models for estimating technical and scale inefficiencies in data envelopment analysis",
    "Management Science", 1984, "30(9)", "1078-1092",
)  # fmt: skip
ANDERSEN = article(
    "andersen1993", (("Andersen", "Per"), ("Petersen", "Niels Christian")),
    "A procedure for ranking efficient units in data envelopment analysis",
    "Management Science", 1993, "39(10)", "1261-1264",
)  # fmt: skip
TONE_2001 = article(
    "tone2001", (("Tone", "Kaoru"),), "A slacks-based measure of efficiency in data envelopment analysis",
    "European Journal of Operational Research", 2001, "130(3)", "498-509",
)  # fmt: skip
TONE_2002 = article(
    "tone2002", (("Tone", "Kaoru"),), "A slacks-based measure of super-efficiency in data envelopment analysis",
    "European Journal of Operational Research", 2002, "143(1)", "32-41",
)  # fmt: skip
FARE = article(
    "fare1994", (("Färe", "Rolf"), ("Grosskopf", "Shawna"), ("Norris", "Mary"), ("Zhang", "Zhongyang")),
    "Productivity growth, technical progress, and efficiency change in industrialized countries",
    "American Economic Review", 1994, "84(1)", "66-83",
)  # fmt: skip
PASTOR = article(
    "pastor2005", (("Pastor", "Jesús T."), ("Lovell", "C. A. Knox")), "A global Malmquist productivity index",
    "Economics Letters", 2005, "88(2)", "266-271",
)  # fmt: skip
CHUNG = article(
    "chung1997", (("Chung", "Yangho H."), ("Färe", "Rolf"), ("Grosskopf", "Shawna")),
    "Productivity and undesirable outputs: a directional distance function approach",
    "Journal of Environmental Management", 1997, "51(3)", "229-240",
)  # fmt: skip
OH = article(
    "oh2010", (("Oh", "Dong-hyun"),), "A global Malmquist-Luenberger productivity index",
    "Journal of Productivity Analysis", 2010, "34(3)", "183-197",
)  # fmt: skip
TONE_2003 = Citation(
    "tone2003",
    "TONE K. Dealing with undesirable outputs in DEA: a slacks-based measure (SBM) approach[R]. Tokyo: National "
    "Graduate Institute for Policy Studies, 2003.",
    "@techreport{tone2003, author={Tone, Kaoru}, title={Dealing with undesirable outputs in DEA: a slacks-based "
    "measure (SBM) approach}, institution={National Graduate Institute for Policy Studies}, address={Tokyo}, "
    "year={2003}}",
)
CHENG = book("cheng2014", (("成刚", ""),), "数据包络分析方法与MaxDEA软件", "北京", "知识产权出版社", 2014)
