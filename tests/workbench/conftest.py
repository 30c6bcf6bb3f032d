"""Fixtures of the workbench's tests."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # test modules share serving.py

from serving import TOKEN, Client, running

from yugong.workbench.bench import Bench


@pytest.fixture(scope="package")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    yield from running(Bench("china", TOKEN, tmp_path_factory.mktemp("home")))


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Client]:
    yield from running(Bench("china", TOKEN, tmp_path))
