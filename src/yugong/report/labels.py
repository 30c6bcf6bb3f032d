"""The words behind the ids in text columns of a study's results."""

from typing import TYPE_CHECKING

from yugong.base.text import Text

if TYPE_CHECKING:
    from yugong.base.provenance import Provenance
    from yugong.study import Study


def labels(study: "Study", provenance: "Provenance | None" = None) -> dict[str, Text]:
    """Return the words behind ids: places, groups, indicators, variables, flows, and rows of the study's tables.

    Two tables may use one id for different things (transport: an industry, a category of goods). With the provenance
    of a result, the words are those of the tables it used; without, those on which all tables agree.
    """
    from yugong.registry import dimensions, groups, headlines, indicators

    used = set() if provenance is None else {s.id for s in provenance.sources} & set(study.tables)
    found: dict[str, set[Text]] = {}
    for name in used or study.tables:
        for (_, id_), text in study.tables[name].labels.items():
            found.setdefault(id_, set()).add(text)
    words = {id_: texts.pop() for id_, texts in found.items() if len(texts) == 1}
    words |= {i.code: i.title for i in indicators()} | {d.id: d.title for d in (*dimensions(), *headlines())}
    words |= {alias: study.variables[id_].title for alias, id_ in study.headline.items() if id_ in study.variables}
    words |= {g.id: g.name for g in groups()} | {v.id: v.title for v in study.variables.values()}
    return words | {id_: flow.variable.title for id_, flow in study.flows.items()} | dict(study.names)
