"""The card itself: ten lights, each with its number and its rule, and the Maryland scale level."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from yugong.base.cards import Citation, MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate.credibility.rules import LIGHTS, SEVERITY, Light, opening, rules

MADALENO = Citation(
    "madaleno2016",
    "Madaleno M, Waights S. Guide to Scoring Methods Using the Maryland Scientific Methods Scale[R]. London: What Works "
    "Centre for Local Economic Growth, 2016.",
    "@techreport{madaleno2016, author={Madaleno, Margarida and Waights, Sevrin}, title={Guide to Scoring Methods Using "
    "the Maryland Scientific Methods Scale}, institution={What Works Centre for Local Economic Growth}, year={2016}}",
)


@dataclass(frozen=True, slots=True)
class Item:
    """One light: what was measured, in words and numbers, and the rule that gave the light."""

    id: str
    light: Light
    value: Text
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def title(self) -> Text:
        """What is judged."""
        return rules()[self.id].title

    @property
    def rule(self) -> Text:
        """The rule of this light in words."""
        none = Text("本评估用不到", "not used by this evaluation")
        return rules()[self.id].lights.get(self.light, none)


@dataclass(frozen=True, slots=True)
class CredibilityCard:
    """The lights in the published order; scale: level 1–5 on the Maryland Scientific Methods Scale."""

    items: tuple[Item, ...]
    scale: int
    method: MethodCard
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    @property
    def worst(self) -> Light:
        """The worst light; it caps the wording of the headline."""
        return max((i.light for i in self.items), key=SEVERITY.__getitem__)

    def item(self, id: str) -> Item:
        """Return one item by id."""
        return next(i for i in self.items if i.id == id)

    def opening(self, p: float) -> Text:
        """Return how the headline may begin when the inference that owns it gives p."""
        return opening(self.worst, p)

    def table(self) -> pd.DataFrame:
        """Return one row an item: check, light, reading, rule."""
        return pd.DataFrame(
            {
                "check": [i.title.in_() for i in self.items],
                "light": [LIGHTS[i.light].in_() for i in self.items],
                "reading": [i.value.in_() for i in self.items],
                "rule": [i.rule.in_() for i in self.items],
            }
        )


def method(options: Mapping[str, str]) -> MethodCard:
    """Return the method card of the credibility card."""
    return MethodCard(
        "credibility",
        Text("可信度清单", "Credibility card"),
        r"\text{worst}=\max_k \text{light}_k",
        Text(
            "十项固定规则，评估前公布；最差的一盏灯限定结论的措辞；不适用的项不计",
            "ten fixed rules published before any evaluation; the worst light caps the wording; items that do not apply "
            "do not count",
        ),
        None,
        (MADALENO,),
        dict(options),
    )
