"""The synthetic document as a fixture."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from sample import sample as make_sample

from yugong.report.model import Document


@pytest.fixture(scope="session")
def document() -> Document:
    return make_sample()
