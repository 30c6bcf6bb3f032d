"""`yugong design STUDY VERB …`: plans that a desk can defend line by line."""

from typing import TYPE_CHECKING

import typer

from yugong.base.text import Text
from yugong.cli import verbs

if TYPE_CHECKING:
    from yugong.study.verbs import Catalogue


def add(app: typer.Typer) -> None:
    """Attach the verb to the command."""
    verbs.add(
        app,
        "design",
        Text(
            "设计：转移支付、生态补偿、利益分享、结对、分区、协同、基础设施；不写方法则列出全部",
            "what should be done: transfers, compensation, sharing, pairing, zones, synergy, links; "
            "without a verb, all are listed",
        ),
        _catalogue,
    )


def _catalogue() -> "Catalogue":
    from yugong.design.catalogue import CATALOGUE

    return CATALOGUE
