"""Every word has one row, in both languages."""

from collections import Counter

from yugong.base.rows import read_rows


def test_terms_are_named_once_in_both_languages() -> None:
    rows = list(read_rows("yugong.registry", "data/terms.csv"))
    assert [k for k, n in Counter(r["id"] for r in rows).items() if n > 1] == []
    assert [r["id"] for r in rows if not (r["zh"] and r["en"])] == []
    assert [r["id"] for r in rows if bool(r["unit_zh"]) != bool(r["unit_en"])] == []
