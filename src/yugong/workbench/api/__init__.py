"""The resources of the interface, one file each."""

from yugong.workbench.api import (
    description,
    downloads,
    economy,
    files,
    imports,
    jobs,
    levers,
    overview,
    project,
    review,
    scenarios,
    session,
    simulate,
    verbs,
    views,
)
from yugong.workbench.operations import Operation

OPERATIONS: tuple[Operation, ...] = (
    *session.OPERATIONS,
    *overview.OPERATIONS,
    *views.OPERATIONS,
    *levers.OPERATIONS,
    *economy.OPERATIONS,
    *simulate.OPERATIONS,
    *verbs.OPERATIONS,
    *files.OPERATIONS,
    *scenarios.OPERATIONS,
    *project.OPERATIONS,
    *downloads.OPERATIONS,
    *jobs.OPERATIONS,
    *imports.OPERATIONS,
    *review.OPERATIONS,
    *description.OPERATIONS,
)
