import json
from pathlib import Path

import pytest

from yugong.base.errors import InputError
from yugong.base.files import sha256
from yugong.base.text import Text
from yugong.report.model import Document
from yugong.report.write import write_report


def test_a_report_is_three_files_with_a_manifest_of_hashes(document: Document, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []

    def progress(done: int, total: int, text: Text) -> None:
        assert text.zh
        steps.append((done, total))

    made = write_report(document, tmp_path / "out", "zh", progress)
    assert sorted(p.name for p in made.folder.iterdir()) == ["index.html", "manifest.json", "tables.xlsx"]
    content = json.loads(made.manifest.read_text(encoding="utf-8"))
    assert {o["file"]: o["sha256"] for o in content["outputs"]} == {
        "index.html": sha256(made.html),
        "tables.xlsx": sha256(made.xlsx),
    }
    assert content["inputs"] == [{"file": "panel.csv", "sha256": "0" * 64}]
    assert content["seeds"] == {"bootstrap": 1}
    assert steps[0] == (0, 3)
    assert steps[-1] == (3, 3)
    assert steps == sorted(steps)


def test_an_earlier_report_is_replaced_and_anything_else_is_left_alone(document: Document, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_report(document, folder)
    write_report(document, folder)
    (folder / "thesis.docx").write_text("precious", encoding="utf-8")
    with pytest.raises(InputError, match=r"replace|替换"):
        write_report(document, folder)
    assert (folder / "thesis.docx").read_text(encoding="utf-8") == "precious"
    strange = tmp_path / "strange"
    strange.mkdir()
    (strange / "manifest.json").write_text("[]", encoding="utf-8")
    with pytest.raises(InputError):
        write_report(document, strange)
    with pytest.raises(InputError):
        write_report(document, strange / "manifest.json")


def test_a_failure_leaves_the_earlier_report(document: Document, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    before = sha256(write_report(document, folder).html)

    def fail(done: int, _total: int, _text: Text) -> None:
        if done == 2:
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        write_report(document, folder, progress=fail)
    assert sha256(folder / "index.html") == before
    assert list(tmp_path.iterdir()) == [folder]
