"""Every submission reaches an end that its sender can read, also after long outages of other services."""

import asyncio

from spot_messaging import CallError, UnconfirmedError
from support.gateway import Bench

MAIL = b"From: a\r\n\r\nb"


async def end_of(bench: Bench, identity: str) -> str | None:
    submission = await bench.submissions.get(identity)
    return None if submission is None else submission.state


async def test_learns_the_end_of_a_submission_after_its_deadline(any_bench: Bench) -> None:
    bench = any_bench
    identity = (await bench.post(MAIL)).json()["id"]
    bench.orchestrator.conclude(identity, state="failed")
    assert await bench.reconciliation.round() == 0
    bench.clock.advance(60 + 15)
    assert await bench.reconciliation.round() == 1
    assert await end_of(bench, identity) == "failed"
    bench.clock.advance(100_000)
    assert await bench.reconciliation.round() == 0


async def test_submits_again_what_the_orchestrator_does_not_know(any_bench: Bench) -> None:
    bench = any_bench
    identity = (await bench.post(MAIL, "/analyses?urgency=urgent&filename=a.eml")).json()["id"]
    bench.clock.advance(75)
    await bench.reconciliation.round()
    assert bench.orchestrator.submitted == [bench.publisher.only("request")]
    assert await end_of(bench, identity) is None
    bench.orchestrator.conclude(identity)
    bench.clock.advance(75)
    await bench.reconciliation.round()
    assert await end_of(bench, identity) == "completed"


async def test_settles_an_unconfirmed_submission_without_its_sender(any_bench: Bench) -> None:
    bench = any_bench
    bench.publisher.refusing, bench.publisher.failure = {"request"}, UnconfirmedError
    answer = await bench.post(MAIL)
    bench.clock.advance(5)
    await bench.reconciliation.round()
    assert [request.analysis for request in bench.orchestrator.submitted] == [answer.json()["id"]]
    # The repetition finds it accepted.
    again = await bench.post(MAIL, headers={"Idempotency-Key": answer.headers["idempotency-key"]})
    assert (again.status_code, again.json()["id"]) == (202, answer.json()["id"])
    assert bench.publisher.names == []


async def test_goes_on_when_the_orchestrator_returns_after_hours(any_bench: Bench) -> None:
    bench = any_bench
    sent = [(await bench.post(MAIL + b"%d" % number)).json()["id"] for number in range(20)]
    bench.orchestrator.error = CallError("away")
    for _ in range(30):
        bench.clock.advance(600)
        await bench.reconciliation.round()
    assert bench.orchestrator.submitted == []
    bench.orchestrator.error = None
    bench.clock.advance(61)
    await bench.reconciliation.round()
    assert sorted(request.analysis for request in bench.orchestrator.submitted) == sorted(sent)


async def test_asks_less_and_less_often_about_a_running_analysis(any_bench: Bench) -> None:
    bench = any_bench
    identity = (await bench.post(MAIL)).json()["id"]
    bench.orchestrator.analyses[identity] = {"id": identity, "state": "running"}
    rounds = 0
    for _ in range(3600):
        bench.clock.advance(1)
        rounds += await bench.reconciliation.round()
    assert 5 <= rounds <= 15


async def test_forgets_what_was_never_stored_because_its_process_ended(any_bench: Bench) -> None:
    bench = any_bench
    bench.store.may_store.clear()
    post = asyncio.create_task(bench.post(MAIL, headers={"Idempotency-Key": "k"}))
    await bench.store.is_asked.wait()
    bench.clock.advance(100)
    await bench.reconciliation.round()
    assert await bench.submissions.find("", "k") is None
    assert bench.orchestrator.submitted == []
    bench.store.may_store.set()
    await post


async def test_two_replicas_do_not_check_the_same_submission(any_bench: Bench) -> None:
    bench = any_bench
    for number in range(10):
        await bench.post(MAIL + b"%d" % number)
    bench.clock.advance(75)
    batches = await asyncio.gather(*(bench.submissions.claim_due(bench.clock.now, 5) for _ in range(4)))
    claimed = [submission.id for batch in batches for submission in batch]
    assert len(claimed) == len(set(claimed))


async def test_erases_a_mail_only_with_its_last_submission(any_bench: Bench) -> None:
    bench = any_bench
    first, second = [(await bench.post(MAIL)).json()["id"] for _ in range(2)]
    assert await bench.submissions.erase(first, bench.store.delete)
    assert len(bench.store.mails) == 1
    assert await bench.submissions.erase(second, bench.store.delete)
    assert bench.store.mails == {}
    assert not await bench.submissions.erase(second, bench.store.delete)
    assert (await bench.get(f"/analyses/{first}")).status_code == 404
