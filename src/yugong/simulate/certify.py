"""The certificate of a solution: residuals by block, accounts, stability, uniqueness, other starting points."""

from typing import Any

import jax.numpy as jnp
import numpy as np
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigs

from yugong.base.text import Text
from yugong.simulate._kernel import run
from yugong.simulate._kernel.arrays import split
from yugong.simulate._kernel.build import Model, build
from yugong.simulate._kernel.fixed_point import Settings
from yugong.simulate._kernel.newton import jacobian, push
from yugong.simulate._kernel.outcomes import flows_at
from yugong.simulate.economy import Economy
from yugong.simulate.result import Certificate, Equilibrium

SAME_SOLUTION = 1e-6  # in logs: far above the tolerance, far below any two solutions worth telling apart
DENSE = 800  # up to this many unknowns the Jacobian is formed and all its eigenvalues computed
SMALL = 5000  # up to this many unknowns other starting points are tried unasked
STARTS = 3


def certify(result: Equilibrium, starts: int | None = None, seed: int = 0, radii: bool = True) -> Certificate:
    """Check a solution independently of the iteration that found it; see Certificate for what each number says.

    Without `radii` the spectral radii, which need the sweep's derivatives, are NaN.
    """
    model = build(result.economy, result.levers)
    x = jnp.asarray(result.x)
    flows, _, _, change = flows_at(model.blocks, x, model.base, model.lever)
    blocks = split(np.abs(np.asarray(change)), model.blocks)
    by_block = {name: float(part.max()) for name, part in blocks._asdict().items() if part.size}
    radius, absolute = sweep_radii(model, result) if radii else (float("nan"), float("nan"))
    elasticity = elasticity_radius(result.economy)
    if starts is None:
        proved = elasticity is not None and elasticity <= 1
        starts = 0 if proved or len(result.x) > SMALL else STARTS
    reached, spread = _spread(model, result, starts, seed)
    return Certificate(
        residual=by_block,
        walras=float(flows.closure) - 1,
        deficits=float((model.lever.deficit + model.base.grant).sum()),
        transfers=float(flows.transfer.sum()),
        spectral_radius=radius,
        absolute_radius=absolute,
        elasticity_radius=elasticity,
        starts=starts,
        reached=reached,
        spread=spread,
        text=describe(elasticity, starts, reached, spread),
    )


def sweep_radii(model: Model, result: Equilibrium) -> tuple[float, float]:
    """Return the spectral radius of the sweep's Jacobian at the solution, and of its absolute values.

    The second, a Perron root, below one makes the sweep a contraction around the solution in some weighted maximum
    norm (Allen, Arkolakis and Li 2024 take the bound over all points); NaN where the Jacobian is too large to form.
    """
    n = len(result.x)
    x = jnp.asarray(result.x)

    if n <= DENSE:
        signed = np.asarray(jacobian(model.blocks, x, model.base, model.lever))
        radii = (float(np.abs(np.linalg.eigvals(matrix)).max()) for matrix in (signed, np.abs(signed)))
        return next(radii), next(radii)

    def times(v: np.ndarray) -> np.ndarray:
        return np.asarray(push(model.blocks, x, jnp.asarray(np.ravel(v)), model.base, model.lever))

    operator = LinearOperator((n, n), matvec=times, dtype=np.float64)
    try:
        values: Any = eigs(operator, k=1, which="LM", return_eigenvectors=False, tol=1e-6, v0=np.ones(n), maxiter=2000)
    except ArpackNoConvergence as stuck:
        values = stuck.eigenvalues
    return (float(np.abs(values).max()) if len(values) else float("nan")), float("nan")


def elasticity_radius(economy: Economy) -> float | None:
    """Return the spectral radius of Allen and Arkolakis (2014) where it applies, else None.

    It applies to one sector without inputs, land or capital where labour moves freely: with σ = 1+θ, productivity
    spillover α and amenity spillover β it is |(1+σα+β(σ−1)) / (1−α(σ−1)−βσ)|; at most one means one solution.
    """
    e = economy
    simple = len(e.sectors) == 1 and not (e.input_share.any() or e.land_share.any() or e.capital_share.any())
    plain = (
        not (e.tariff.any() or e.output_tax.any() or e.income_tax.any() or e.damage.any())
        and (e.goods_share == 1).all()
    )
    if not (simple and plain) or e.mobility != "free" or np.ptp(e.congestion) > 0:
        return None
    sigma, alpha, beta = 1 + float(e.trade_elasticity[0]), float(e.agglomeration[0]), -float(e.congestion[0])
    below = 1 - alpha * (sigma - 1) - beta * sigma
    return abs((1 + sigma * alpha + beta * (sigma - 1)) / below) if below else float("inf")


def _spread(model: Model, result: Equilibrium, starts: int, seed: int) -> tuple[int, float]:
    rng = np.random.default_rng(seed)
    apart = []
    for _ in range(starts):
        start = jnp.asarray(result.x + rng.normal(0.0, 0.5, len(result.x)))
        found, _ = run.solve(model.blocks, Settings(result.status.tolerance, 0.3, 2000), start, model.base, model.lever)
        if float(found.residual) <= result.status.tolerance:
            apart.append(float(np.abs(np.asarray(found.x) - result.x).max()))
    return len(apart), max(apart, default=float("nan"))


def describe(elasticity: float | None, starts: int, reached: int, spread: float) -> Text:
    """Say in words what is known of other solutions."""
    if elasticity is not None and elasticity <= 1:
        return Text(
            f"解唯一（弹性矩阵谱半径 {elasticity:.3f} ≤ 1）",
            f"the solution is unique (elasticity radius {elasticity:.3f} ≤ 1)",
        )
    if not starts:
        return Text(
            "没有定理保证唯一；可用 starts 从其他起点求解",
            "no theorem guarantees uniqueness here; ask for other starts to look for more solutions",
        )
    if not reached:
        return Text(f"另外 {starts} 个起点都没有收敛", f"none of {starts} other starting points converged")
    if spread < SAME_SOLUTION:
        return Text(
            f"另外 {starts} 个起点中 {reached} 个收敛，都到达同一个解",
            f"{reached} of {starts} other starting points converged, all to the same solution",
        )
    return Text("发现多于一个解，结论取决于起点", "more than one solution was found: conclusions depend on the start")
