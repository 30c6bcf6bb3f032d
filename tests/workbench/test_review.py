"""A draft sent to the workbench is reviewed as from Python; what it may weigh is told and kept to."""

from pathlib import Path
from urllib.parse import quote

import pytest
from serving import Client

from yugong.review.reviewing import review
from yugong.workbench.guard import BODY, UPLOAD, limit

DRAFT = """# 关于促进区域协调发展的若干措施

第一条 本市政府采购项目，投标企业应当在本市注册，外地企业须在本市设立分支机构。

第二条 到 2027 年，居民收入差距明显缩小。
"""


def test_a_draft_is_reviewed_as_from_python(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "措施.md"
    path.write_text(DRAFT, encoding="utf-8")
    here = review(path).table()
    answer = client.post("/api/review", DRAFT.encode(), {"X-Yugong-Name": quote("措施.md")})
    assert answer.status == 200
    table = next(b for b in answer.json["blocks"] if b["kind"] == "table")
    assert len(here) > 0
    assert len(table["rows"]) == len(here)
    got = client.get(f"/api/download/{answer.json['run_id']}.csv?lang=zh")
    assert got.status == 200
    assert len(got.body.decode("utf-8-sig").splitlines()) >= len(here) + 1


@pytest.mark.parametrize("path", ["/api/review", "/api/scenario/read", "/api/import", "/api/files"])
def test_what_takes_files_takes_more_than_a_request(path: str) -> None:
    assert limit(path) == UPLOAD > BODY


def test_a_long_file_is_read_and_one_of_no_known_kind_is_refused(client: Client) -> None:
    assert client.post("/api/scenario/read", b"#" * (BODY + 1), {"X-Yugong-Name": "a.toml"}).status != 413
    assert client.post("/api/review", b"MZ", {"X-Yugong-Name": "a.exe"}).status == 415
