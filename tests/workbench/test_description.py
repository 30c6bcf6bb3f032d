"""The interface is what its description says: requests made from the description never give a 500."""

import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from serving import TOKEN, Client

from yugong.workbench.api import OPERATIONS
from yugong.workbench.openapi import whole

schemathesis = pytest.importorskip("schemathesis")
EXAMPLES = 12  # a request each; the whole stays well under a minute
JUNK = ({"x": 1}, [[1]], "../x", -1e300, [None], "\u202e")


def test_every_operation_is_described_once() -> None:
    paths = whole()["paths"]
    described = {(method.upper(), path) for path, ways in paths.items() for method in ways}
    assert described == {(o.method, o.path) for o in OPERATIONS}
    assert len(OPERATIONS) == len(described)
    ids = [way["operationId"] for ways in paths.values() for way in ways.values()]
    assert len(ids) == len(set(ids))
    for ways in paths.values():
        for way in ways.values():
            assert way["summary"]
            assert any("\u4e00" <= c <= "\u9fff" for c in way["description"])


def _schema() -> Any:
    return schemathesis.openapi.from_dict(whole())


@pytest.mark.slow
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: f"{o.method} {o.path}")
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_no_request_gives_a_500(client: Client, operation: Any) -> None:
    described = _schema()[operation.path][operation.method]
    from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

    checks = [schemathesis.checks.not_a_server_error, status_code_conformance, response_schema_conformance]

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def ask(case: Any) -> None:
        reply = case.call(base_url=f"http://{client.host}", headers={"X-Yugong-Token": TOKEN}, timeout=60)
        case.validate_response(reply, checks=checks)

    schemathesis_given(described, ask)
    client.bench.jobs.stop()


def test_no_option_of_any_verb_gives_a_500(client: Client) -> None:
    for room in client.bench.rooms:
        for verb in client.get(f"/api/verbs/{room}").json["verbs"]:
            for junk in JUNK:
                options = {f["id"]: junk for f in verb["fields"]}
                if options:
                    reply = client.post(f"/api/run/{room}/{verb['id']}", {"options": options})
                    assert reply.status in (404, 422), (room, verb["id"], junk, reply.body[:200])


def schemathesis_given(described: Any, ask: Any) -> None:
    """Run `ask` over requests made from one operation."""
    from hypothesis import given

    given(case=described.as_strategy())(ask)()


@pytest.mark.slow
def test_requests_at_once_do_not_disturb_each_other(client: Client) -> None:
    wanted = [{"variable": v, "region": r} for v in ("population", "grp_per_head") for r in ("510000", None)] * 3
    out: dict[int, Any] = {}

    def ask(i: int) -> None:
        out[i] = client.post("/api/view", wanted[i]).json

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(len(wanted))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for i, body in enumerate(wanted):
        assert out[i]["region"] == body["region"]
        assert out[i]["blocks"] == out[i % 4]["blocks"]
