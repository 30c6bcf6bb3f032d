"""Forms made from signatures: every verb of every room has one, and a filled one becomes the verb's options."""

import inspect
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import pytest
from serving import Client

from yugong.base.errors import InputError
from yugong.base.text import Text
from yugong.registry import levers
from yugong.workbench import shapes
from yugong.workbench.errors import on_page
from yugong.workbench.forms import fields, filled


def sample(
    study: object,
    variable: str,
    year: int,
    share: float = 0.5,
    years: Sequence[int] | None = None,
    w: str | Path = "contiguity",
    kind: Literal["a", "b"] = "a",
    kinds: Sequence[Literal["x", "y"]] = (),
    names: str | Sequence[str] = "all",
    file: str | None = None,
    deep: dict[str, int] | None = None,
    draws: int = 100,
    flag: bool = False,
) -> None:
    """Do nothing."""


def read(**given: Any) -> dict[str, Any]:
    return filled(fields(sample), given, lambda id_: Path("/tmp") / id_, lambda name: name)


def test_kinds_come_from_annotations() -> None:
    kinds = {f.id: f.kind for f in fields(sample)}
    assert kinds == {
        "variable": "text", "year": "integer", "share": "number", "years": "integers", "w": "text", "kind": "choice",
        "kinds": "choices", "names": "texts", "file": "file", "draws": "integer", "flag": "bool",
    }  # fmt: skip
    assert [f.id for f in fields(sample) if f.required] == ["variable", "year"]
    assert next(f for f in fields(sample) if f.id == "kinds").choices == ("x", "y")


def test_a_filled_form_becomes_options() -> None:
    out = read(variable="grp", year=2020.0, share=1, years=[2020, 2021], kind="b", names="四川", file="abc", flag=True)
    assert out == {
        "variable": "grp", "year": 2020, "share": 1.0, "years": [2020, 2021], "kind": "b", "names": "四川",
        "file": Path("/tmp/abc"), "flag": True,
    }  # fmt: skip
    assert isinstance(out["year"], int)
    assert isinstance(out["share"], float)


@pytest.mark.parametrize(
    "given",
    [
        {}, {"variable": "", "year": 1}, {"variable": "x", "year": 1.5}, {"variable": "x", "year": True},
        {"variable": "x", "year": 1, "share": "a"}, {"variable": "x", "year": 1, "kind": "c"},
        {"variable": "x", "year": 1, "kinds": ["z"]}, {"variable": "x", "year": 1, "years": 2020},
        {"variable": "../x", "year": 1}, {"variable": "a\x00", "year": 1}, {"variable": "x", "year": 1, "none": 1},
        {"variable": "x", "year": 1, "draws": 10**9}, {"variable": "x", "year": 1e300}, {"variable": ["x"], "year": 1},
        {"variable": "x" * 1000, "year": 1}, {"variable": "x", "year": None},
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_field(given: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        read(**given)
    assert all(p.column and p.what.zh and p.what.en for p in caught.value.problems)


def test_every_verb_has_a_form_that_covers_what_it_requires(client: Client) -> None:
    for room in client.get("/api/session").json["rooms"]:
        answer = client.get(f"/api/verbs/{room['id']}").json
        shapes.VerbList.model_validate(answer)
        catalogue = client.bench.rooms[room["id"]]
        for verb in answer["verbs"]:
            listed = {f["id"]: f for f in verb["fields"]}
            signature = list(inspect.signature(catalogue.find(verb["id"]).function()).parameters.values())[1:]
            for p in signature:
                if p.default is p.empty and p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL):
                    assert listed[p.name]["required"], (room["id"], verb["id"], p.name)
            assert verb["summary"]["zh"]
            assert verb["summary"]["en"]


def test_levers_are_the_registry_rows(client: Client) -> None:
    answer = client.get("/api/levers").json
    shapes.Levers.model_validate(answer)
    served = {x["id"]: x for family in answer["families"] for x in family["levers"]}
    assert list(served) == [x.id for x in levers()]
    for row in levers():
        one = served[row.id]
        assert (one["low"], one["high"], one["neutral"], one["by"]) == (row.low, row.high, row.neutral, list(row.by))
        assert one["payer"] == {"zh": row.payer.zh, "en": row.payer.en}
        assert one["unit"]["zh"]
    for preset in answer["presets"]:
        shapes.ScenarioRow.model_validate(
            {"id": preset["id"], "settings": preset["settings"], "payers": preset["payers"]}
        )


def test_the_first_page_is_finished(client: Client) -> None:
    session = client.get("/api/session").json
    shapes.Session.model_validate(session)
    shapes.Places.model_validate(client.get("/api/places").json)
    for region in ("", "?region=510000"):
        page = client.get(f"/api/overview{region}").json
        shapes.Overview.model_validate(page)
        kinds = [b["kind"] for b in page["blocks"]]
        assert kinds[:2] == ["key_figures", "figure"]
        assert len(page["blocks"][0]["items"]) == 4
        assert page["blocks"][1]["chart"]["kind"] == "map"
        there = {b["id"] for b in [*page["blocks"], *page["behind"]] if "id" in b}
        there |= {b["table"]["id"] for b in [*page["blocks"], *page["behind"]] if b["kind"] == "figure"}
        assert {b["see"] for b in page["blocks"] if b["kind"] == "finding" and b["see"]} <= there


def test_options_that_give_nothing_are_refused_not_a_fault(client: Client) -> None:
    for options in (
        {"variable": "grp_per_head", "year": 2022, "k": -3},
        {"variable": "none", "year": 2022},
        {"year": 2022},
    ):
        reply = client.post("/api/run/diagnose/moran", {"options": options})
        assert reply.status == 422
    assert client.post("/api/run/diagnose/nothing", {"options": {}}).status == 422
    assert client.post("/api/run/nowhere/dagum", {"options": {}}).status == 404


CODES = {"AIC", "BIC", "AICc", "HC1", "HC3", "T", "L"}


def test_every_choice_of_every_verb_has_words_in_both_languages(client: Client) -> None:
    for room in client.bench.rooms:
        for verb in client.get(f"/api/verbs/{room}").json["verbs"]:
            for field in verb["fields"]:
                assert "--" not in field["title"]["zh"] + field["title"]["en"], (verb["id"], field["id"])
                for choice in field["choices"]:
                    zh, en = choice["title"]["zh"], choice["title"]["en"]
                    assert zh in CODES or any("\u4e00" <= c <= "\u9fff" for c in zh), (verb["id"], field["id"], zh)
                    assert not any("\u4e00" <= c <= "\u9fff" for c in en), (verb["id"], field["id"], en)


def test_summaries_are_sentences_without_pointers_into_the_code(client: Client) -> None:
    for room in client.bench.rooms:
        for verb in client.get(f"/api/verbs/{room}").json["verbs"]:
            said = verb["summary"]["en"]
            assert said
            assert "`" not in said
            assert not said.lower().startswith("see ")
            assert not re.search(r"[Ss]ee \w+[._]\w+", said), said


def test_advice_for_the_command_line_is_told_in_the_words_of_the_page() -> None:
    told = on_page(
        Text("先用 --template 文件.xlsx 取模板，填好后用 --file 读入", "take --template FILE.xlsx, then --file")
    )
    assert told == Text("先用“下载模板”取模板，填好后用“用户表文件”读入", "take “Template”, then “a filled-in table”")
