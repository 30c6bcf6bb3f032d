"""The rules of the house: directions of import, file sizes, what may never be called."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import yugong

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "yugong"
SIX = {"diagnose", "simulate", "design", "evaluate", "review", "monitor"}
# what each room may import, besides itself
ALLOWED = {
    "base": set(),
    "registry": {"base"},
    "study": {"base", "registry"},
    **{verb: {"base", "registry", "study"} for verb in SIX},
    "report": {"base", "registry", "study"} | SIX,
    "workbench": {"base", "registry", "study", "report"} | SIX,
    "cli": {"base", "registry", "study", "report", "workbench"} | SIX,
}
ALLOWED["design"] |= {"diagnose", "simulate"}
MOST_LINES = 600
LONGER_FILES: set[str] = set()  # may only shrink
BANNED_CALLS = {"eval", "exec", "__import__"}
BANNED_MODULES = {"pickle", "shelve", "marshal", "cPickle", "dill"}

MODULES = sorted(PACKAGE.rglob("*.py"))


def imported_modules(tree: ast.AST) -> list[str]:
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def room_of(path: Path) -> str | None:
    inside = path.relative_to(PACKAGE)
    return inside.parts[0] if len(inside.parts) > 1 else None


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_module_keeps_the_house_rules(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    room = room_of(path)
    for name in imported_modules(tree):
        parts = name.split(".")
        assert parts[0] not in BANNED_MODULES, f"{name} may not be imported"
        if parts[0] == "jax":
            assert room == "simulate", "JAX is imported in simulate alone"
        if parts[0] == "yugong" and len(parts) > 1 and room is not None and parts[1] != "__version__":
            assert parts[1] == room or parts[1] in ALLOWED[room], f"{room} may not import {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in BANNED_CALLS, f"{node.func.id} at line {node.lineno}"
    name = str(path.relative_to(PACKAGE))
    if name not in LONGER_FILES:
        assert len(source.splitlines()) <= MOST_LINES, f"{name} is over {MOST_LINES} lines"


def test_list_of_longer_files_only_names_longer_files() -> None:
    for name in LONGER_FILES:
        assert len((PACKAGE / name).read_text(encoding="utf-8").splitlines()) > MOST_LINES


def modules_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    return {line.split(".")[0] for line in done.stdout.splitlines()}


HEAVY = {"pandas", "numpy", "scipy", "jax", "duckdb", "xlsxwriter", "pydantic"}


@pytest.mark.parametrize(
    "code",
    [
        "import yugong",
        "import yugong.registry; yugong.registry.place('四川')",
        "import yugong.cli.app as a\ntry:\n a.run(['--help'])\nexcept SystemExit: pass",
    ],
)
def test_start_up_loads_nothing_heavy(code: str) -> None:
    assert not modules_after(code) & HEAVY


@pytest.mark.parametrize("room", sorted(set(ALLOWED) - {"base", "cli", "workbench"}))
def test_every_room_opens_from_the_package(room: str) -> None:
    assert room in dir(yugong)
    done = subprocess.run(
        [sys.executable, "-c", f"import yugong; print(yugong.{room}.__name__)"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.strip() == f"yugong.{room}"


def test_no_machine_path_is_named() -> None:
    absolute = re.compile(
        r"""["'](/(?!api/|static/|proc/)[a-z]+/[\w./-]+|[A-Z]:\\\\)"""
    )  # routes of the workbench and the system's own tables are no paths
    for path in MODULES:
        found = absolute.search(path.read_text(encoding="utf-8"))
        assert found is None, f"{path.name}: {found and found.group(1)}"
