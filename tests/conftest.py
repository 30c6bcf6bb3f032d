"""Fixtures every room's tests share."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# the same examples on every run; HYPOTHESIS_PROFILE=explore looks for new ones
settings.register_profile("house", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data and expected numbers beside the checkout; skips where it is absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("../shared (real data and reference numbers) is not beside this checkout")
    return folder
