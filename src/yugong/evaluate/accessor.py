"""`study.evaluate`: the catalogue's methods with the study already given."""

from typing import TYPE_CHECKING

from yugong.evaluate.catalogue import CATALOGUE
from yugong.study.verbs import Verbs

if TYPE_CHECKING:
    from yugong.study.model import Study


class Evaluate(Verbs):
    """The evaluations of one study."""

    def __init__(self, study: "Study") -> None:
        super().__init__(study, CATALOGUE)
