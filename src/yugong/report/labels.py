"""The words behind the ids in text columns of a study's results."""

from typing import TYPE_CHECKING

from yugong.base.text import Text

if TYPE_CHECKING:
    from yugong.study import Study


def labels(study: "Study") -> dict[str, Text]:
    """Return the words behind ids: places, groups, variables, and the labels of the study's tables."""
    from yugong.registry import groups

    found = {key[1]: text for table in study.tables.values() for key, text in table.labels.items()}
    variables = {v.id: v.title for v in study.variables.values()}
    return found | {g.id: g.name for g in groups()} | variables | dict(study.names)
