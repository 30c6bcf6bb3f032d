"""JAX is imported when a simulation starts, not before (architecture, dependencies)."""

import subprocess
import sys


def loaded(code: str) -> set[str]:
    script = f"{code}\nimport sys\nprint(','.join(m for m in ('jax', 'pandas') if m in sys.modules))"
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(filter(None, out.stdout.strip().split(",")))


def test_the_room_opens_without_jax_or_pandas() -> None:
    assert loaded("import yugong.simulate") == set()
    assert loaded("from yugong.simulate import Economy, Levers, Welfare, Disparity") == set()


def test_solving_brings_jax() -> None:
    assert "jax" in loaded("from yugong.simulate import solve")
