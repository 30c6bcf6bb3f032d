"""The spatial weights matrix: labels, sparse values, log-determinants and traces that every model shares."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd
import scipy.linalg
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import breadth_first_order, connected_components

from yugong.base.cards import MethodCard
from yugong.base.errors import AlignmentError, InputError, Problem
from yugong.base.text import Text
from yugong.diagnose.space import sources

Floats = NDArray[np.float64]
Islands = Literal["error", "keep"]


@dataclass(frozen=True, eq=False)
class Weights:
    """A frozen n × n weights matrix W whose rows and columns carry labels; the diagonal is zero.

    `matrix` is a sparse CSR array, `kind` says how it was built, `row_standardised` whether rows sum to 1
    (an island's row sums to 0). Values align by label: a pandas Series is re-ordered to `labels`, and
    labels that differ raise AlignmentError; a bare array must already be in the order of `labels`.
    """

    labels: tuple[Hashable, ...]
    matrix: sp.csr_array
    kind: Text
    row_standardised: bool = False
    options: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problems = _problems(self.labels, self.matrix)
        if problems:
            raise InputError(problems)

    @property
    def n(self) -> int:
        """Number of places."""
        return len(self.labels)

    @property
    def method(self) -> MethodCard:
        """How the matrix was built, and the places without neighbours."""
        alone = ", ".join(map(str, self.islands)) or "–"
        scaled = Text("行标准化", "row-standardised") if self.row_standardised else Text("未标准化", "not standardised")
        convention = Text(f"{self.kind.zh}；{scaled.zh}；无自环", f"{self.kind.en}; {scaled.en}; no self-links")
        zero = Text(f"没有邻居的地区：{alone}", f"places without neighbours: {alone}")
        formula = r"w_{ij}\ge 0,\ w_{ii}=0,\ \sum_j w_{ij}=1" if self.row_standardised else r"w_{ij}\ge 0,\ w_{ii}=0"
        title = Text("空间权重矩阵", "Spatial weights matrix")
        return MethodCard("weights_matrix", title, formula, convention, zero, (sources.CLIFF_ORD,), dict(self.options))

    @cached_property
    def cardinalities(self) -> NDArray[np.int64]:
        """Number of neighbours of each place, shape (n,)."""
        return np.diff(self.matrix.indptr).astype(np.int64)

    @property
    def islands(self) -> tuple[Hashable, ...]:
        """Labels of the places that have no neighbour."""
        return tuple(label for label, k in zip(self.labels, self.cardinalities, strict=True) if k == 0)

    @cached_property
    def n_components(self) -> int:
        """Number of connected parts (weakly)."""
        return int(connected_components(self.matrix, directed=False)[0])

    @cached_property
    def sums(self) -> tuple[float, float, float]:
        """S0 = Σw_ij, S1 = ½Σ(w_ij + w_ji)² and S2 = Σ(w_i. + w_.i)² (Cliff & Ord 1981)."""
        w = self.matrix
        both = w + w.T
        margins = w.sum(axis=1) + w.sum(axis=0)
        return float(w.sum()), float((both.data**2).sum() / 2), float((margins**2).sum())

    def lag(self, values: Any) -> Floats:
        """Return W·values for an array (n,) or (n, m) or a labelled Series or DataFrame."""
        return np.asarray(self.matrix @ self.align(values))

    def align(self, values: Any) -> Floats:
        """Return `values` as floats in the order of `labels`; a place that is missing on either side raises."""
        if isinstance(values, pd.Series | pd.DataFrame):
            index = values.index
            if set(index) != set(self.labels) or not index.is_unique:
                raise AlignmentError(
                    Text("数据", "the data"),
                    Text("权重矩阵", "the weights matrix"),
                    [x for x in index if x not in set(self.labels)] or index[index.duplicated()],
                    [x for x in self.labels if x not in set(index)],
                )
            return np.asarray(values.reindex(list(self.labels)), dtype=float)
        array = np.asarray(values, dtype=float)
        if array.shape[0] != self.n:
            what = Text(
                f"数据有 {array.shape[0]} 行，权重矩阵有 {self.n} 个地区",
                f"the data have {array.shape[0]} rows, the weights matrix {self.n} places",
            )
            raise InputError([Problem(what, Text("请用带标签的 Series", "pass a labelled Series"))])
        return array

    def complete(self, values: Any) -> Floats:
        """Return aligned values; missing or infinite ones raise, naming the places."""
        array = self.align(values)
        bad = ~np.isfinite(array if array.ndim == 1 else array.sum(axis=1))
        if bad.any():
            names = [str(label) for label, b in zip(self.labels, bad, strict=True) if b]
            what = Text(
                f"{len(names)} 个地区缺值：{'、'.join(names[:8])}",
                f"{len(names)} place(s) have no value: {', '.join(names[:8])}",
            )
            do = Text(
                "先补值，或用 weights.subset(...) 去掉这些地区", "fill them, or drop them with weights.subset(...)"
            )
            raise InputError([Problem(what, do)])
        return array

    def row_standardise(self) -> "Weights":
        """Return W with every non-empty row divided by its sum."""
        total = self.matrix.sum(axis=1)
        inverse = np.divide(1.0, total, out=np.zeros_like(total), where=total != 0)
        return replace(self, matrix=sp.csr_array(sp.diags_array(inverse) @ self.matrix), row_standardised=True)

    def subset(self, labels: Iterable[Hashable], islands: Islands = "error") -> "Weights":
        """Return W on some of the places, in the order given; a row-standardised W is standardised again."""
        wanted = tuple(labels)
        position = {label: i for i, label in enumerate(self.labels)}
        if not set(wanted) <= set(position):
            raise AlignmentError(
                Text("所选地区", "the selection"),
                Text("权重矩阵", "the weights matrix"),
                [x for x in wanted if x not in position],
                [],
            )
        keep = [position[x] for x in wanted]
        part = check_islands(replace(self, labels=wanted, matrix=sp.csr_array(self.matrix[keep, :][:, keep])), islands)
        return part.row_standardise() if self.row_standardised else part

    @cached_property
    def symmetriser(self) -> Floats | None:
        """Positive d, shape (n,), such that diag(d)·W is symmetric, or None when there is none."""
        return _symmetriser(self.matrix)

    @cached_property
    def eigenvalues(self) -> NDArray[Any]:
        """Eigenvalues of W, shape (n,): real when diag(d)·W is symmetric for some d > 0, else complex."""
        d = self.symmetriser
        if d is None:
            return np.asarray(np.linalg.eigvals(self.matrix.toarray()))
        root = np.sqrt(d)
        similar = self.matrix.toarray() * root[:, None] / root[None, :]
        return np.asarray(scipy.linalg.eigvalsh((similar + similar.T) / 2, check_finite=False))

    @cached_property
    def bounds(self) -> tuple[float, float]:
        """The interval of ρ around 0 on which I − ρW is non-singular: 1/min and 1/max real eigenvalue."""
        values = self.eigenvalues
        real = np.real(values[np.abs(np.imag(values)) < 1e-9])  # rounding noise of a real eigenvalue
        low, high = float(real.min(initial=0.0)), float(real.max(initial=0.0))
        return 1 / low if low < 0 else -1.0, 1 / high if high > 0 else 1.0

    def log_det(self, rho: float) -> float:
        """Return ln|I − ρW| from the cached eigenvalues (Ord 1975)."""
        return float(np.log(np.abs(1 - rho * self.eigenvalues)).sum())

    def traces(self, rho: float, most: int = 2) -> list[float]:
        """Return tr(Gᵏ) for k = 1 … most, with G = W(I − ρW)⁻¹."""
        g = self.eigenvalues / (1 - rho * self.eigenvalues)
        return [float(np.real((g**k).sum())) for k in range(1, most + 1)]

    def table(self) -> pd.DataFrame:
        """Return one row a link: place, neighbour, weight."""
        coo = self.matrix.tocoo()
        labels = np.array(self.labels, dtype=object)
        return pd.DataFrame({"place": labels[coo.row], "neighbour": labels[coo.col], "weight": coo.data})


def from_matrix(
    matrix: Any, labels: Sequence[Hashable] | None = None, kind: Text | None = None, islands: Islands = "error"
) -> Weights:
    """Return Weights from a square array, sparse matrix or labelled DataFrame (n, n); the diagonal must be zero.

    Rows that all sum to 1 are recognised as standardised. With `islands="error"` a place without neighbours raises.
    """
    if isinstance(matrix, pd.DataFrame):
        if set(matrix.index) != set(matrix.columns):
            raise AlignmentError(
                Text("行", "rows"),
                Text("列", "columns"),
                set(matrix.index) - set(matrix.columns),
                set(matrix.columns) - set(matrix.index),
            )
        labels = tuple(matrix.index)
        matrix = matrix.loc[list(labels), list(labels)].to_numpy(dtype=float)
    csr = sp.csr_array(matrix, dtype=float)
    csr.eliminate_zeros()
    csr.sort_indices()
    names = tuple(labels) if labels is not None else tuple(range(csr.shape[0]))
    total = csr.sum(axis=1)
    standard = bool(np.allclose(total[total != 0], 1.0, rtol=1e-8)) and bool((total != 0).any())
    w = Weights(names, csr, kind or Text("给定矩阵", "given matrix"), standard)
    return check_islands(w, islands)


def check_islands(w: Weights, islands: Islands) -> Weights:
    """Return `w`, or raise InputError naming the places without neighbours when `islands="error"`."""
    if islands == "error" and w.islands:
        names = [str(x) for x in w.islands]
        what = Text(
            f"{len(names)} 个地区没有邻居：{'、'.join(names[:8])}",
            f"{len(names)} place(s) have no neighbour: {', '.join(names[:8])}",
        )
        do = Text(
            '用 links= 添加联系（如海南—广东），或用 islands="keep" 保留为零行',
            'add a link with links= (such as Hainan–Guangdong), or keep zero rows with islands="keep"',
        )
        raise InputError([Problem(what, do)])
    return w


def _problems(labels: Sequence[Hashable], matrix: sp.csr_array) -> list[Problem]:
    problems = []
    if matrix.shape != (len(labels), len(labels)):
        problems.append(
            Problem(
                Text(f"矩阵为 {matrix.shape}，标签 {len(labels)} 个", f"matrix {matrix.shape}, {len(labels)} labels")
            )
        )
        return problems
    if len(set(labels)) != len(labels):
        problems.append(Problem(Text("权重矩阵的标签重复", "labels of the weights matrix repeat")))
    if not np.isfinite(matrix.data).all() or (matrix.data < 0).any():
        problems.append(
            Problem(
                Text("权重须为有限的非负数", "weights must be finite and not negative"),
                Text("检查重合的坐标", "look for coinciding coordinates"),
            )
        )
    if matrix.diagonal().any():
        problems.append(Problem(Text("权重矩阵的对角线须为零", "the diagonal of a weights matrix must be zero")))
    return problems


def _symmetriser(w: sp.csr_array) -> Floats | None:
    pattern = sp.csr_array((np.ones(w.nnz), w.indices, w.indptr), shape=w.shape)
    if abs(pattern - pattern.T).sum() > 0:
        return None
    n = w.shape[0]
    d = np.ones(n)
    _, part = connected_components(w, directed=False)
    transposed = sp.csr_array(w.T)
    for root in np.unique(part, return_index=True)[1]:
        order, parent = breadth_first_order(w, root, directed=False)
        children = order[1:]
        if len(children) == 0:
            continue
        down = np.asarray(w[parent[children], children]).ravel()
        up = np.asarray(transposed[parent[children], children]).ravel()
        for child, a, b in zip(children, down, up, strict=True):
            d[child] = d[parent[child]] * a / b
    scaled = sp.csr_array(sp.diags_array(d) @ w)
    gap = abs(scaled - scaled.T)
    return d if gap.max() <= 1e-10 * scaled.max() else None  # products along the tree round
