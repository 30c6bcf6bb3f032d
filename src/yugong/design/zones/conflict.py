"""Why no plan exists (a minimal set of requirements that conflict), and what each requirement costs where one does."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from yugong.design.zones.plan import Plan, Problem, solve


def minimal_conflict(problem: Problem, seconds: float = 20.0) -> tuple[str, ...]:
    """Return the ids of requirements that conflict together while no part of them does.

    Ids are those of `Problem.requirements`. Empty when a plan exists. Deletion filter (Chinneck and Dravnieks 1991):
    one feasibility solve a requirement.
    """
    kept = list(problem.requirements)
    if _feasible(problem, kept, seconds):
        return ()
    for id_ in problem.requirements:
        without = [x for x in kept if x != id_]
        if not _feasible(problem, without, seconds):
            kept = without
    return tuple(kept)


def resolving(problem: Problem, conflict: Sequence[str], seconds: float = 20.0) -> tuple[str, ...]:
    """Return those of a conflict without which all other requirements of the problem can be met."""
    return tuple(x for x in conflict if _feasible(problem, [y for y in problem.requirements if y != x], seconds))


def _feasible(problem: Problem, ids: Sequence[str], seconds: float) -> bool:
    part = replace(problem.under(ids), score=problem.score * 0, boundary=0.0, last=None)
    return solve(part, seconds).status != "infeasible"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one requirement costs: the objective gained without it (NaN: unknown). `got`: what the plan has of a demand."""

    id: str
    gain: float
    got: float | None = None  # in the unit of the demand's weights


def costs(problem: Problem, plan: Plan, exact: bool = True) -> tuple[Cost, ...]:
    """Return what each requirement costs an optimal plan, by solving anew without it: one solve a requirement.

    Without `exact` nothing is solved and gains are NaN: two plans of a local search cannot be compared so finely.
    """
    demands = {d.id: d for d in problem.demands}
    found = []
    for id_ in problem.requirements:
        d = demands.get(id_)
        got = None if d is None else float(d.weight[plan.zone == d.zone].sum())
        gain = float("nan")
        if exact:
            free = solve(problem.under([x for x in problem.requirements if x != id_]))
            gain = max(0.0, free.value - plan.value)
        found.append(Cost(id_, gain, got))
    return tuple(found)
