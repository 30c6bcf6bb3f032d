import xml.etree.ElementTree as ET

import pytest

from yugong.report.formula import mathml


@pytest.mark.parametrize(
    "latex", [r"G=\frac{\sum_i |y_i-\bar y|}{2n^2\mu}", r"\beta=-\ln(1+bT)/T", r"\text{覆盖率}\ge 80\%"]
)
def test_a_formula_becomes_mathml(latex: str) -> None:
    drawn = mathml(latex)
    assert drawn is not None
    assert ET.fromstring(drawn).tag.endswith("}math")
    assert "style=" not in drawn


@pytest.mark.parametrize(
    "latex", [r"\begin{aligned} a &= b \end{aligned} <", r"\frac{", r"\href{javascript:x}{y}", r"\color{red}{x}"]
)
def test_a_formula_that_cannot_be_drawn_safely_stays_latex(latex: str) -> None:
    drawn = mathml(latex)
    assert drawn is None or ("href" not in drawn and "style" not in drawn)
