"""Every row that ships: codes exist, dates are ordered, certainty is stated, nothing unsettled hides."""

import csv
import re
from importlib.resources import files

import pytest

from yugong import registry
from yugong.registry.gazetteer import by_code
from yugong.registry.rows import CERTAINTIES, first_day, last_day

DATA = files("yugong.registry").joinpath("data")
CITED = (
    "places",
    "groups",
    "memberships",
    "strategies",
    "milestones",
    "pairs",
    "agreements",
    "payments",
    "settlements",
    "tasks",
    "points",
    "figures",
    "shares",
    "taxonomies",
)
CODES = {
    "memberships": ("place",),
    "pairs": ("giver", "receiver"),
    "agreements": ("downstream", "upstream"),
    "payments": ("payer", "receiver"),
    "settlements": ("place",),
    "shares": ("places",),
    "places": ("parent", "successors"),
}


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(DATA.joinpath(f"{name}.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("name", CITED)
def test_every_row_names_its_document_and_certainty(name: str) -> None:
    for row in rows(name):
        assert row["document"], row
        assert row["certainty"] in CERTAINTIES, row
        assert None not in row.values(), row
        assert None not in row, row


@pytest.mark.parametrize("name", ["groups", "memberships", "pairs"])
def test_exactly_the_rows_marked_m_are_editable(name: str) -> None:
    for row in rows(name):
        assert (row["editable"] == "1") == (row["certainty"] == "M"), row


@pytest.mark.parametrize("name", sorted(set(CITED) - {"groups", "memberships", "pairs"}))
def test_registers_without_an_editable_column_hold_no_row_marked_m(name: str) -> None:
    assert all(row["certainty"] != "M" for row in rows(name))


@pytest.mark.parametrize("name", sorted(CODES))
def test_codes_exist(name: str) -> None:
    for row in rows(name):
        for column in CODES[name]:
            for code in filter(None, row[column].split("|")):
                assert code in by_code(), row


@pytest.mark.parametrize("name", ["places", "aliases", "memberships", "strategies", "pairs", "agreements"])
def test_dates_are_iso_and_ordered(name: str) -> None:
    for row in rows(name):
        for column in ("start", "end"):
            assert re.fullmatch(r"(\d{4}(-\d\d(-\d\d)?)?)?", row[column]), row
        start, end = first_day(row["start"]), last_day(row["end"])
        assert start is None or end is None or start <= end, row


@pytest.mark.parametrize("name", ["places", "groups", "strategies", "pairs", "agreements", "tasks", "figures"])
def test_ids_are_unique(name: str) -> None:
    ids = [row.get("id") or row["code"] for row in rows(name)]
    assert len(ids) == len(set(ids))


def test_extent_is_whole_or_part() -> None:
    assert {row["extent"] for row in rows("memberships")} == {"whole", "part"}


def test_a_group_lists_a_place_once_at_a_time() -> None:
    seen = [(row["group"], row["place"]) for row in rows("memberships")]
    assert len(seen) == len(set(seen))


def test_every_membership_is_of_a_group_that_is_not_older() -> None:
    known = {g.id: g for g in registry.groups()}
    for row in rows("memberships"):
        start, founded = first_day(row["start"]), known[row["group"]].start
        assert founded is None or (start is not None and start >= founded), row


def test_money_columns_are_numbers() -> None:
    for row in rows("agreements"):
        for column in ("downstream_wan", "upstream_wan", "pool_wan", "central_wan"):
            assert not row[column] or float(row[column]) > 0


def test_every_table_column_is_a_term() -> None:
    words = registry.terms()
    for register in registry.REGISTERS:
        selection = {"group_name": "长江经济带"} if register == "members" else {}
        table = registry.table(register, **selection)
        assert len(table) > 0
        assert [c for c in table.columns if c not in words] == [], register


def test_tables_show_what_is_editable() -> None:
    pairs = registry.table("pairs", kind="old_areas")
    assert pairs["editable"].sum() == 9
    assert registry.table("groups").set_index("id").loc["cluster_liaozhongnan", "editable"]
    assert "editable=True" in repr(registry.members("辽中南")[0])
