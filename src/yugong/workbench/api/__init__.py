"""The resources of the interface, one file each."""

from yugong.workbench.api import levers, overview, session, simulate, verbs, views
from yugong.workbench.operations import Operation

OPERATIONS: tuple[Operation, ...] = (
    *session.OPERATIONS,
    *overview.OPERATIONS,
    *views.OPERATIONS,
    *levers.OPERATIONS,
    *simulate.OPERATIONS,
    *verbs.OPERATIONS,
)
