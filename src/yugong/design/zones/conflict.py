"""Why no plan exists: a smallest set of requirements that cannot hold together."""

from dataclasses import replace

from yugong.design.zones.plan import Problem, solve


def minimal_conflict(problem: Problem, seconds: float = 20.0) -> tuple[str, ...]:
    """Return the ids of requirements that conflict: without any one of them the others can be met.

    Ids are those of the demands, "barred", and "connected_k". Empty when a plan exists. Deletion filter (Chinneck and
    Dravnieks 1991): one feasibility solve a requirement.
    """
    ids = [d.id for d in problem.demands]
    if problem.barred is not None and problem.barred.any():
        ids.append("barred")
    ids += [f"connected_{k}" for k in problem.connected]
    if _feasible(problem, ids, seconds):
        return ()
    kept = list(ids)
    for id_ in ids:
        without = [x for x in kept if x != id_]
        if not _feasible(problem, without, seconds):
            kept = without
    return tuple(kept)


def _feasible(problem: Problem, ids: list[str], seconds: float) -> bool:
    part = replace(
        problem,
        score=problem.score * 0,
        boundary=0.0,
        last=None,
        demands=tuple(d for d in problem.demands if d.id in ids),
        barred=problem.barred if "barred" in ids else None,
        connected=tuple(k for k in problem.connected if f"connected_{k}" in ids),
    )
    return solve(part, seconds).status != "infeasible"
