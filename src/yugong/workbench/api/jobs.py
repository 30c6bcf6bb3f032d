"""Background work: uncertainty bands of a scenario, and the report."""

from typing import Any

from yugong.base.text import Text
from yugong.workbench import shapes
from yugong.workbench.bench import Bench
from yugong.workbench.jobs import Tell, Work
from yugong.workbench.operations import Call, Operation


def start(bench: Bench, call: Call) -> dict[str, Any]:
    """Start a job and return it as it stands."""
    given = call.body.root
    work = _bands(bench, given) if isinstance(given, shapes.BandsRequest) else _report(bench, given)
    return bench.jobs.start(given.kind, work, bench.store).row()


def _bands(bench: Bench, given: shapes.BandsRequest) -> Work:
    from yugong.workbench.scenarios import scenario

    wanted = scenario(given.scenario)  # what is wrong with it is said at once
    region, groups = bench.place(given.region), given.groups or bench.groups

    def work(_job: str, tell: Tell) -> dict[str, Any]:
        from yugong.report import simulated
        from yugong.report.plain import plain
        from yugong.simulate.running import bands

        solved = bench.solver.solve(wanted, given.detail, groups)
        if solved.reading is None:
            return {"blocks": [plain(b) for b in simulated.failed(solved.result).blocks]}
        r = solved.result.results[0]
        drawing = Text("抽取弹性并逐次求解", "drawing elasticities and solving")
        drawn = bands(
            solved.result.calibration, r.levers, given.draws, given.seed,
            tell=lambda done, total: tell(done, total, drawing),
        )  # fmt: skip
        return {"blocks": [plain(b) for b in simulated.banded(bench.context(region, groups), solved.reading, drawn)]}

    return work


def _report(bench: Bench, given: shapes.ReportRequest) -> Work:
    region = bench.place(given.region)

    def work(job: str, tell: Tell) -> dict[str, Any]:
        from yugong.report import build
        from yugong.workbench.reports import write

        document = build(bench.study, region, given.year, tell, given.seed, given.draws, given.modules)
        return {"formats": list(write(document, bench.store, job, given.lang, tell)), "title": _title(document)}

    return work


def _title(document: Any) -> dict[str, str]:
    return {"zh": document.title.zh, "en": document.title.en}


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
