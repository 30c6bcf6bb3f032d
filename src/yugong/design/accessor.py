"""`study.design`: the catalogue's verbs with the study already given."""

from typing import TYPE_CHECKING

from yugong.design.catalogue import CATALOGUE
from yugong.study.verbs import Verbs

if TYPE_CHECKING:
    from yugong.study.model import Study


class Design(Verbs):
    """The plans for one study."""

    def __init__(self, study: "Study") -> None:
        super().__init__(study, CATALOGUE)
