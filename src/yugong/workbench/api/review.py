"""A draft in: reviewed against a rule pack, each finding with its grounds."""

from typing import Any

from yugong.base.text import Text
from yugong.workbench import shapes
from yugong.workbench.bench import Bench, Run
from yugong.workbench.errors import words
from yugong.workbench.operations import Call, Operation
from yugong.workbench.preflight import survives
from yugong.workbench.spelling import command, python


def review(bench: Bench, call: Call) -> dict[str, Any]:
    """Return the findings of a draft as a table, the questions put to its reviewer, and what was not looked at."""
    from yugong.report.model import Block, Card, Finding
    from yugong.report.plain import plain
    from yugong.report.tables_out.build import result_table
    from yugong.review.result import DISCLAIMER
    from yugong.review.reviewing import review as reviewed

    bench.room("review")
    id_ = bench.uploads.keep(call.name, call.body)
    path = bench.uploads.path(id_)
    survives(path)
    result = reviewed(path)
    table = result_table(result, "review", Text(f"审查：{path.name}", f"Review of {path.name}"))
    asked = [Finding(q.ask, tone="caution") for q in result.questions]
    blocks: list[Block] = [Finding(DISCLAIMER, tone="caution"), table, *asked, Card(result.method)]
    return {
        "blocks": [plain(b) for b in blocks],
        "notes": [words(n) for n in result.notes],
        "provenance": None,
        "python": python.review(path.name),
        "cli": command.review(path.name),
        "run_id": bench.keep(Run("review", result, {"tables": {"review": table}})),
        "formats": ["csv", "xlsx", "parquet", "json"],
    }


OPERATIONS = (
    Operation("POST", "/api/review", Text("审查一份草案", "review a draft"), review, shapes.RunAnswer, raw=True),
)
