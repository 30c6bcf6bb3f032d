"""`study.monitor`: the catalogue's verbs with the study already given."""

from typing import TYPE_CHECKING

from yugong.monitor.catalogue import CATALOGUE
from yugong.study.verbs import Verbs

if TYPE_CHECKING:
    from yugong.study.model import Study


class Monitor(Verbs):
    """What watches one study."""

    def __init__(self, study: "Study") -> None:
        super().__init__(study, CATALOGUE)
