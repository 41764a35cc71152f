"""Submitting a mail: what is stored, what is published, and what the sender learns."""

import asyncio
import base64
import hashlib
import json

import httpx
import pytest

from spot_messaging import (
    CallError,
    CallTimeoutError,
    DisconnectedError,
    PublishError,
    RefusedError,
    ReturnedError,
    UnconfirmedError,
)
from spot_services.payload import Request
from support.gateway import MIB, Bench

MAIL = b"From: a@example.com\r\nSubject: x\r\n\r\nhello\r\n"


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


async def test_accepts_a_mail_after_the_store_and_the_broker_have_it(any_bench: Bench) -> None:
    bench = any_bench
    response = await bench.post(MAIL, "/analyses?urgency=urgent&filename=C:\\x\\a.eml")
    assert response.status_code == 202
    request = bench.publisher.only("request")
    assert isinstance(request, Request)
    assert response.json() == {"id": request.analysis}
    assert response.headers["location"] == f"/analyses/{request.analysis}"
    assert request.mail.inline is None
    assert request.mail.reference is not None
    assert bench.store.mails == {request.mail.reference.sha256: MAIL}
    assert (request.urgency, request.filename) == ("urgent", "a.eml")
    assert bench.publisher.urgencies == ["urgent"]
    assert bench.publisher.ids == [request.analysis]


@pytest.mark.parametrize("size", [1, 1000, 256 * 1024, 256 * 1024 + 1, MIB, 3 * MIB + 17])
async def test_stores_a_body_of_any_size_and_leaves_no_file_behind(bench: Bench, size: int) -> None:
    body = bytes(range(256)) * (size // 256 + 1)
    body = body[:size]
    assert (await bench.post(body)).status_code == 202
    assert bench.store.mails == {digest(body): body}
    assert [path.name for path in bench.spool.folder.iterdir()] == ["lock"]


async def test_says_not_accepted_when_the_mail_cannot_be_stored(any_bench: Bench) -> None:
    any_bench.store.fails = True
    response = await any_bench.post(MAIL)
    assert response.status_code == 503
    assert response.json() == {
        "error": "not accepted: the mail cannot be stored at the moment; try again later",
        "outcome": "not accepted",
    }
    assert response.headers["retry-after"] == "5"
    assert any_bench.publisher.names == []
    assert (await any_bench.get("/submissions")).json()["submissions"] == []


async def test_says_unknown_when_the_broker_does_not_answer_and_accepts_the_repetition_once(any_bench: Bench) -> None:
    bench = any_bench
    bench.publisher.refusing, bench.publisher.failure = {"request"}, UnconfirmedError
    first = await bench.post(MAIL)
    assert first.status_code == 503
    answer = first.json()
    assert answer["outcome"] == "unknown"
    assert answer["statusUrl"] == f"/analyses/{answer['id']}"
    assert "same Idempotency-Key" in answer["error"]
    assert (await bench.get(answer["statusUrl"])).json()["state"] == "unknown"
    bench.publisher.refusing = set()
    second = await bench.post(MAIL, headers={"Idempotency-Key": first.headers["idempotency-key"]})
    assert (second.status_code, second.json()) == (202, {"id": answer["id"]})
    assert bench.publisher.ids == [answer["id"]]


@pytest.mark.parametrize("failure", [ReturnedError, RefusedError, DisconnectedError])
async def test_says_not_accepted_when_the_broker_certainly_has_nothing(
    any_bench: Bench, failure: type[PublishError]
) -> None:
    bench = any_bench
    bench.publisher.refusing, bench.publisher.failure = {"request"}, failure
    headers = {"Idempotency-Key": "k"}
    response = await bench.post(MAIL, headers=headers)
    assert (response.status_code, response.json()["outcome"]) == (503, "not accepted")
    assert "queue" not in response.text
    assert (await bench.get("/submissions")).json()["submissions"] == []
    bench.publisher.refusing = set()
    assert (await bench.post(MAIL, headers=headers)).status_code == 202


async def test_a_certain_refusal_after_an_unconfirmed_attempt_stays_unknown(any_bench: Bench) -> None:
    bench = any_bench
    headers = {"Idempotency-Key": "k"}
    bench.publisher.refusing, bench.publisher.failure = {"request"}, UnconfirmedError
    first = (await bench.post(MAIL, headers=headers)).json()
    bench.publisher.failure = RefusedError
    second = (await bench.post(MAIL, headers=headers)).json()
    assert (second["outcome"], second["id"]) == ("unknown", first["id"])


async def test_submits_by_call_on_demand(bench: Bench) -> None:
    response = await bench.post(MAIL, "/analyses?via=rpc")
    assert response.status_code == 202
    assert [request.analysis for request in bench.orchestrator.submitted] == [response.json()["id"]]
    assert bench.publisher.names == []


@pytest.mark.parametrize("error", [CallTimeoutError("no reply within 5 s"), CallError("the broker cannot be reached")])
async def test_says_unknown_when_a_call_gets_no_answer(bench: Bench, error: CallError) -> None:
    bench.orchestrator.error = error
    response = await bench.post(MAIL, "/analyses?via=rpc")
    assert (response.status_code, response.json()["outcome"]) == (503, "unknown")


@pytest.mark.parametrize("key", ["5c1e", '"8e03978e-40d5-43dd-bc93-6894a57f9324"', "a b".replace(" ", "."), "x" * 255])
async def test_a_repeated_key_never_makes_a_second_analysis(any_bench: Bench, key: str) -> None:
    bench = any_bench
    answers = [await bench.post(MAIL, headers={"Idempotency-Key": key}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202] * 3
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert [answer.headers.get("idempotency-replayed") for answer in answers] == [None, "true", "true"]
    assert bench.publisher.names == ["request"]


async def test_of_many_requests_with_one_key_together_one_is_published(any_bench: Bench) -> None:
    bench = any_bench
    bench.store.may_store.clear()
    headers = {"Idempotency-Key": "k"}
    posts = [asyncio.create_task(bench.post(MAIL, headers=headers)) for _ in range(8)]
    finished: set[asyncio.Task[httpx.Response]] = set()
    while len(finished) < 7:
        finished, _ = await asyncio.wait(posts, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.sleep(0.01)
    bench.store.may_store.set()
    answers = await asyncio.gather(*posts)
    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 7
    conflict = next(answer for answer in answers if answer.status_code == 409)
    assert conflict.headers["retry-after"] == "1"
    assert conflict.json()["id"] == next(answer for answer in answers if answer.status_code == 202).json()["id"]
    assert bench.publisher.names == ["request"]


async def test_refuses_a_key_that_was_used_for_another_mail(any_bench: Bench) -> None:
    headers = {"Idempotency-Key": "k"}
    assert (await any_bench.post(MAIL, headers=headers)).status_code == 202
    response = await any_bench.post(MAIL + b"x", headers=headers)
    assert response.status_code == 422
    assert response.json()["error"].startswith("header Idempotency-Key: was used for another mail")
    assert any_bench.publisher.names == ["request"]
    assert set(any_bench.store.mails) == {digest(MAIL)}


@pytest.mark.parametrize("key", ["", "x" * 256, "\u00e4".encode().decode("latin-1"), '"unfinished', '"a"b"', "a\tb"])
async def test_refuses_a_malformed_key(bench: Bench, key: str) -> None:
    response = await bench.post(MAIL, headers={"Idempotency-Key": key.encode("latin-1")})
    assert response.status_code == 400
    assert response.json()["error"].startswith("header Idempotency-Key: ")


async def test_a_process_that_ended_in_between_leaves_the_key_usable(any_bench: Bench) -> None:
    bench = any_bench
    bench.store.may_store.clear()
    headers = {"Idempotency-Key": "k"}
    post = asyncio.create_task(bench.post(MAIL, headers=headers))
    await bench.store.is_asked.wait()
    assert (await bench.post(MAIL, headers=headers)).status_code == 409
    # The first process does not continue: its lease ends.
    bench.clock.advance(120)
    bench.store.may_store.set()
    assert (await bench.post(MAIL, headers=headers)).status_code == 202
    await post
    assert len(set(bench.publisher.ids)) == 1


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("Repr-Digest", "sha-256=:{sha256}:", 202),
        ("Content-Digest", "sha-512=:{sha512}:, sha-256=:{sha256}:", 202),
        ("Content-Digest", "md5=:AAAA:", 202),
        ("Repr-Digest", "sha-256=:AAAA:", 400),
        ("Repr-Digest", "sha-256={sha256}", 400),
        ("Content-Digest", "sha-256=:!:", 400),
        ("Content-Digest", "sha-256=:AAAA:, sha-256=:{sha256}:", 400),
    ],
)
async def test_compares_the_body_with_its_digest(bench: Bench, name: str, value: str, status: int) -> None:
    sums = {kind: base64.b64encode(hashlib.new(kind, MAIL).digest()).decode() for kind in ("sha256", "sha512")}
    response = await bench.post(MAIL, headers={name: value.format(**sums)})
    assert response.status_code == status
    assert len(bench.publisher.names) == (1 if status == 202 else 0)


async def test_shows_an_accepted_mail_while_the_orchestrator_is_away(any_bench: Bench) -> None:
    bench = any_bench
    identity = (await bench.post(MAIL, "/analyses?filename=a.eml")).json()["id"]
    accepted = {"id": identity, "state": "accepted", "urgency": "normal", "filename": "a.eml"}
    accepted["submittedAt"] = "2026-01-05T09:00:00.000+00:00"
    assert (await bench.get(f"/analyses/{identity}")).json() == accepted
    bench.orchestrator.error = CallTimeoutError("no reply")
    assert (await bench.get(f"/analyses/{identity}")).json() == accepted
    bench.orchestrator.error = None
    bench.orchestrator.conclude(identity, findings=[{"text": "of the mail"}], subject="secret")
    assert (await bench.get(f"/analyses/{identity}")).json()["subject"] == "secret"
    bench.orchestrator.error = CallError("away")
    kept = (await bench.get(f"/analyses/{identity}")).json()
    assert (kept["state"], kept["verdict"]) == ("completed", "clean")
    assert "subject" not in kept
    assert "findings" not in kept


@pytest.mark.parametrize(
    ("refusal", "status"),
    [("unknown", 404), ("invalid", 400), ("unavailable", 503), ("timeout", 504), ("internal", 502)],
)
async def test_translates_the_orchestrators_refusals_into_its_own_words(
    bench: Bench, refusal: str, status: int
) -> None:
    bench.orchestrator.refusal = refusal
    response = await bench.get("/analyses/a")
    assert response.status_code == status
    assert set(response.json()) == {"error"}
    assert "spot.rpc" not in response.text
    assert "0x7f" not in response.text


async def test_distinguishes_a_time_out_from_an_unreachable_orchestrator(bench: Bench) -> None:
    bench.orchestrator.error = CallTimeoutError("no reply within 5 s")
    assert (await bench.get("/analyses/a")).status_code == 504
    bench.orchestrator.error = CallError("exchange spot.rpc")
    response = await bench.get("/analyses/a")
    assert response.status_code == 503
    assert "spot.rpc" not in response.text


@pytest.mark.parametrize(("query", "newest"), [("", 0), ("?list=1", 50), ("?list=true", 50), ("?list=0", 0)])
async def test_lists_the_newest_analyses_on_demand(bench: Bench, query: str, newest: int) -> None:
    assert (await bench.get(f"/analyses{query}")).status_code == 200
    assert [asked.newest for asked in bench.orchestrator.asked] == [newest]


async def test_pages_through_all_submissions_in_their_order(any_bench: Bench) -> None:
    bench = any_bench
    sent = []
    for number in range(7):
        bench.clock.advance(0 if number % 2 else 1)
        sent.append((await bench.post(MAIL + b"%d" % number)).json()["id"])
    bench.orchestrator.conclude(sent[0])
    await bench.get(f"/analyses/{sent[0]}")
    seen: list[dict[str, str]] = []
    after = ""
    while after is not None:
        page = (await bench.get(f"/submissions?limit=3&after={after}")).json()
        assert len(page["submissions"]) <= 3
        seen += page["submissions"]
        after = page["next"]
    assert sorted(each["id"] for each in seen) == sorted(sent)
    assert seen == sorted(seen, key=lambda each: (each["submittedAt"], each["id"]))
    assert {each["id"]: each["state"] for each in seen}[sent[0]] == "completed"
    assert {each["outcome"] for each in seen} == {"confirmed"}


async def test_reports_its_health(bench: Bench) -> None:
    assert (await bench.get("/healthz")).json() == {"healthy": True}
    bench.problem = "the broker cannot be reached"
    response = await bench.get("/healthz")
    assert (response.status_code, response.json()) == (503, {"error": "the broker cannot be reached"})


async def test_the_request_is_the_documented_json(bench: Bench) -> None:
    await bench.post(MAIL)
    request = json.loads(bench.publisher.only("request").model_dump_json(by_alias=True))
    assert request["mail"] == {"inline": None, "reference": {"sha256": digest(MAIL), "size": len(MAIL)}}


async def test_many_submissions_of_one_mail_are_accepted_while_others_of_it_are_erased(any_bench: Bench) -> None:
    bench = any_bench
    first = [(await bench.post(MAIL)).json()["id"] for _ in range(3)]
    erasing = asyncio.gather(*(bench.submissions.erase(identity, bench.store.delete) for identity in first))
    answers = await asyncio.gather(*(bench.post(MAIL) for _ in range(12)))
    assert await erasing == [True] * 3
    assert [answer.status_code for answer in answers] == [202] * 12
    assert set(bench.store.mails) == {digest(MAIL)}
