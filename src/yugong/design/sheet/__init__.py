"""A calculation sheet: formulas that compute, explain themselves, and stay alive in a spreadsheet."""

from yugong.design.sheet.expression import Expression as Expression
from yugong.design.sheet.expression import col as col
from yugong.design.sheet.expression import largest as largest
from yugong.design.sheet.expression import maximum as maximum
from yugong.design.sheet.expression import mean as mean
from yugong.design.sheet.expression import minimum as minimum
from yugong.design.sheet.expression import par as par
from yugong.design.sheet.expression import sd as sd
from yugong.design.sheet.expression import smallest as smallest
from yugong.design.sheet.expression import total as total
from yugong.design.sheet.expression import where as where
from yugong.design.sheet.sheet import CERTAINTY as CERTAINTY
from yugong.design.sheet.sheet import Balance as Balance
from yugong.design.sheet.sheet import Column as Column
from yugong.design.sheet.sheet import Parameter as Parameter
from yugong.design.sheet.sheet import Sheet as Sheet
from yugong.design.sheet.sheet import Step as Step
from yugong.design.sheet.sheet import calculate as calculate
from yugong.design.sheet.sheet import figure as figure
