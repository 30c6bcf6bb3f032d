"""The batched permutation and bootstrap against plain loops over the one-shot functions."""

import numpy as np
import pytest

from yugong.base.errors import InputError
from yugong.diagnose.disparity import theil_decomposition, theil_permutation
from yugong.diagnose.index import entropy, entropy_bootstrap

SAME = 1e-10  # the same sums in another order


def test_permutation_equals_a_loop_over_the_decomposition() -> None:
    rng = np.random.default_rng(5)
    y, w, g = rng.lognormal(size=(40, 3)), rng.uniform(1, 9, (40, 3)), rng.integers(0, 4, 40)
    out = theil_permutation(y, g, w, draws=130, seed=3)  # more than two blocks, the last one short
    seen = theil_decomposition(y, g, w)
    np.testing.assert_allclose(out.between, seen.between, rtol=SAME)
    same = np.random.default_rng(3)
    code = np.unique(g, return_inverse=True)[1]
    drawn = np.array([theil_decomposition(y, same.permutation(code), w).between for _ in range(130)])
    np.testing.assert_allclose(out.expected, drawn.mean(axis=0), rtol=SAME)
    np.testing.assert_allclose(out.p, (1 + (drawn >= seen.between).sum(axis=0)) / 131, rtol=SAME)


def test_permutation_finds_a_planted_gap_and_keeps_its_size() -> None:
    rng = np.random.default_rng(8)
    g = np.repeat(range(4), 10)
    assert theil_permutation(rng.lognormal(0, 0.1, 40) * (1 + g), g, draws=199).p[0] == pytest.approx(1 / 200)
    p = [theil_permutation(rng.lognormal(size=40), g, draws=99, seed=i).p[0] for i in range(300)]
    # 300 draws of a uniform p: three standard errors of a share of 0.1 are 0.052
    assert abs(np.mean(np.array(p) <= 0.1) - 0.1) < 0.052


def test_bootstrap_equals_refitting_on_repeated_places() -> None:
    rng = np.random.default_rng(2)
    z = rng.random((12, 4, 5))
    z[0, 0, 0] = 0.0
    out = entropy_bootstrap(z, draws=20, seed=9)
    times = np.random.default_rng(9).multinomial(12, np.full(12, 1 / 12), size=20)
    refit = np.array([entropy(np.repeat(z, k, axis=0)) for k in times])
    np.testing.assert_allclose(out.draws, refit, rtol=SAME)
    np.testing.assert_allclose(out.weights, entropy(z), rtol=SAME)
    assert (out.low <= out.high).all()


def test_resampling_refuses_what_it_cannot_use() -> None:
    with pytest.raises(InputError):
        entropy_bootstrap(np.full((3, 2, 2), np.nan))
    with pytest.raises(InputError):
        theil_permutation([1.0, 2.0], ["a", "b"], draws=0)
