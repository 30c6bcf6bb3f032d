"""Let the simulate tests share one helper module of economies."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="module", autouse=True)
def compiled_code_is_dropped() -> Iterator[None]:
    """Each compiled shape holds memory maps, and a process may have some 65 000: hundreds of shapes in one would crash."""
    yield
    import jax

    jax.clear_caches()
