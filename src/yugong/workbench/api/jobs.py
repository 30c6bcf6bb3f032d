"""Background work: uncertainty bands of a scenario, and the report."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from yugong.base.text import Text
from yugong.workbench import shapes
from yugong.workbench.bench import Bench, Run, tables
from yugong.workbench.errors import words
from yugong.workbench.jobs import Tell, Work
from yugong.workbench.operations import Call, Operation
from yugong.workbench.spelling import command, python

if TYPE_CHECKING:
    from yugong.report.model import Block


def start(bench: Bench, call: Call) -> dict[str, Any]:
    """Start a job and return it as it stands."""
    given = call.body.root
    work = _bands(bench, given) if isinstance(given, shapes.BandsRequest) else _report(bench, given)
    return bench.jobs.start(given.kind, work, bench.store).row()


def _bands(bench: Bench, given: shapes.BandsRequest) -> Work:
    from yugong.workbench.scenarios import scenario

    wanted = scenario(given.scenario)  # what is wrong with it is said at once
    region, groups = bench.place(given.region), given.groups or bench.groups
    drawn_with = {"draws": given.draws, "seed": given.seed, **bench.own_tables}
    spelled = {
        "python": python.simulation(bench.path, wanted, given.detail, groups, "region", drawn_with),
        "cli": command.simulation(bench.path, wanted, given.detail, groups, "region", drawn_with),
    }

    def told(blocks: "Sequence[Block]", result: Any) -> dict[str, Any]:
        from yugong.report.plain import plain

        run = bench.keep(Run(f"bands-{wanted.id}", result, {"tables": tables(blocks)}))
        return {"blocks": [plain(b) for b in blocks], "run_id": run, **spelled}

    def work(_job: str, tell: Tell) -> dict[str, Any]:
        from yugong.report import simulated
        from yugong.simulate.running import bands

        solved = bench.solver.solve(wanted, given.detail, groups)
        if solved.reading is None:
            return told(simulated.failed(solved.result).blocks, solved.result)
        c = bench.simulated_context(solved.result.calibration, region, groups)
        drawing = Text("抽取弹性并逐次求解", "drawing elasticities and solving")
        drawn = bands(
            solved.result.calibration, wanted, given.draws, given.seed,
            tell=lambda done, total: tell(done, total, drawing),
        )  # fmt: skip
        blocks = simulated.banded(c, solved.reading, drawn)
        return told(blocks, next(iter(tables(blocks).values())))

    return work


def _report(bench: Bench, given: shapes.ReportRequest) -> Work:
    region = bench.place(given.region)
    options: dict[str, Any] = {"region": region, "year": given.year, "draws": given.draws, "seed": given.seed}
    options = {k: v for k, v in options.items() if v is not None}
    if given.modules:
        options["modules"] = given.modules

    def work(job: str, tell: Tell) -> dict[str, Any]:
        from yugong.report import build
        from yugong.workbench.reports import write

        document = build(bench.study, region, given.year, tell, given.seed, given.draws, given.modules)
        made = list(write(document, bench.store, job, given.lang, tell))
        spelled = {"python": python.report(bench.path, options), "cli": command.report(bench.path, options, made)}
        return {"formats": made, "title": words(document.title), **spelled}

    return work


def find(bench: Bench, call: Call) -> dict[str, Any]:
    """Return a job as it stands."""
    return bench.jobs.find(call.path["job"], bench.store)


def cancel(bench: Bench, call: Call) -> dict[str, Any]:
    """Ask a job to stop."""
    return bench.jobs.cancel(call.path["job"])


OPERATIONS = (
    Operation(
        "POST", "/api/jobs", Text("开始一个后台任务", "start a job"), start, shapes.JobRow, body=shapes.JobRequest
    ),
    Operation("GET", "/api/jobs/{job}", Text("任务的进度与结果", "a job's progress and result"), find, shapes.JobRow),
    Operation("DELETE", "/api/jobs/{job}", Text("取消任务", "cancel a job"), cancel, shapes.JobRow),
)
