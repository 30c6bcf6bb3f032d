"""What the transfer rules and measures are taken from."""

from yugong.base.cards import Citation
from yugong.base.text import Text

RULE = Citation(
    "mof2022equalisation",
    "财政部. 中央对地方均衡性转移支付办法: 财预〔2022〕58号[A]. 2022-04-13.",
    "@misc{mof2022equalisation, author={{财政部}}, title={中央对地方均衡性转移支付办法}, year={2022}, "
    "note={财预〔2022〕58号}}",
)
ECOLOGICAL = Citation(
    "mof2022ecological",
    "财政部. 中央对地方重点生态功能区转移支付办法: 财预〔2022〕59号[A]. 2022-04-13.",
    "@misc{mof2022ecological, author={{财政部}}, title={中央对地方重点生态功能区转移支付办法}, year={2022}, "
    "note={财预〔2022〕59号}}",
)
BRADBURY = Citation(
    "bradbury1984aid",
    "BRADBURY K L, LADD H F, PERRAULT M, et al. State aid to offset fiscal disparities across communities[J]. "
    "National Tax Journal, 1984, 37(2): 151-170.",
    "@article{bradbury1984aid, author={Bradbury, Katharine L. and Ladd, Helen F. and Perrault, Mark and Reschovsky, "
    "Andrew and Yinger, John}, title={State Aid to Offset Fiscal Disparities Across Communities}, "
    "journal={National Tax Journal}, volume={37}, number={2}, pages={151--170}, year={1984}}",
)
BOEX = Citation(
    "boex2007designing",
    "BOEX J, MARTINEZ-VAZQUEZ J. Designing intergovernmental equalization transfers with imperfect data: concepts, "
    "practices, and lessons[M]//Fiscal equalization. New York: Springer, 2007: 291-343.",
    "@incollection{boex2007designing, author={Boex, Jameson and Martinez-Vazquez, Jorge}, title={Designing "
    "Intergovernmental Equalization Transfers with Imperfect Data}, booktitle={Fiscal Equalization}, "
    "publisher={Springer}, pages={291--343}, year={2007}}",
)
REYNOLDS = Citation(
    "reynolds1977public",
    "REYNOLDS M, SMOLENSKY E. Public expenditures, taxes, and the distribution of income: the United States, 1950, "
    "1961, 1970[M]. New York: Academic Press, 1977.",
    "@book{reynolds1977public, author={Reynolds, Morgan and Smolensky, Eugene}, title={Public Expenditures, Taxes, and "
    "the Distribution of Income}, publisher={Academic Press}, year={1977}}",
)
ATKINSON = Citation(
    "atkinson1980horizontal",
    "ATKINSON A B. Horizontal equity and the distribution of the tax burden[M]//The economics of taxation. Washington: "
    "Brookings Institution, 1980: 3-18.",
    "@incollection{atkinson1980horizontal, author={Atkinson, Anthony B.}, title={Horizontal Equity and the Distribution "
    "of the Tax Burden}, booktitle={The Economics of Taxation}, publisher={Brookings Institution}, pages={3--18}, "
    "year={1980}}",
)
DANTZIG = Citation(
    "dantzig1957discrete",
    "DANTZIG G B. Discrete-variable extremum problems[J]. Operations Research, 1957, 5(2): 266-288.",
    "@article{dantzig1957discrete, author={Dantzig, George B.}, title={Discrete-Variable Extremum Problems}, "
    "journal={Operations Research}, volume={5}, number={2}, pages={266--288}, year={1957}}",
)
ATKINSON_INEQUALITY = Citation(
    "atkinson1970measurement",
    "ATKINSON A B. On the measurement of inequality[J]. Journal of Economic Theory, 1970, 2(3): 244-263.",
    "@article{atkinson1970measurement, author={Atkinson, Anthony B.}, title={On the Measurement of Inequality}, "
    "journal={Journal of Economic Theory}, volume={2}, number={3}, pages={244--263}, year={1970}}",
)


def article(number: str) -> Text:
    """Return the words for an article of the equalisation rule of 2022."""
    return Text(f"财预〔2022〕58号第{number}条", f"Cai Yu [2022] No. 58, article {_LATIN[number]}")


_LATIN = {"三": "3", "四": "4", "五": "5", "六": "6", "七": "7", "十": "10"}
