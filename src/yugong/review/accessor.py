"""`study.review`: the catalogue's checks with the study already given."""

from typing import TYPE_CHECKING

from yugong.review.catalogue import CATALOGUE
from yugong.study.verbs import Verbs

if TYPE_CHECKING:
    from yugong.study.model import Study


class Review(Verbs):
    """The checks of plans on one study."""

    def __init__(self, study: "Study") -> None:
        super().__init__(study, CATALOGUE)
