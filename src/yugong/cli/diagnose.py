"""`yugong diagnose STUDY [METHOD …]`: list, explain and run the diagnoses of a study."""

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
        "diagnose",
        Text(
            "诊断：不写方法则列出全部；方法的选项照写，如 --variable grp_per_head --years 2012,2022",
            "diagnose: without a method, all are listed; a method's own options follow, "
            "e.g. --variable grp_per_head --years 2012,2022",
        ),
        _catalogue,
    )


def _catalogue() -> "Catalogue":
    from yugong.diagnose.catalogue import CATALOGUE

    return CATALOGUE
