"""Admission: refuses when a mail would wait too long, and never when the system is idle or its load unknown."""

import math
import random
from collections import deque

import pytest

from spot_services.gateway.admission import Admission, Load
from spot_services.gateway.answers import HttpError
from support.gateway import Bench


def admission(running: int, urgent: int, rate: float, oldest: float, deadline: float = 60) -> Admission:
    given = Admission(lambda: 0.0)
    given.report(
        Load(
            running=running,
            urgent=urgent,
            concluded_per_second=rate,
            deadline_seconds=deadline,
            oldest_seconds=oldest,
        )
    )
    return given


@pytest.mark.parametrize(
    ("running", "urgent", "rate", "oldest", "normal_refused", "urgent_refused"),
    [
        (0, 0, 0, 0, False, False),
        (1, 0, 0.01, 59, False, False),
        (9, 9, 0, 59, False, False),
        (50, 0, 10, 5, False, False),
        (5000, 0, 10, 5, True, False),
        (300, 0, 10, 30, False, False),
        (400, 0, 10, 30, True, False),
        (400, 400, 10, 30, True, True),
        (400, 100, 10, 30, True, False),
        (50, 0, 0, 30, True, False),
    ],
)
def test_compares_the_wait_with_the_deadline(
    running: int, urgent: int, rate: float, oldest: float, normal_refused: bool, urgent_refused: bool
) -> None:
    given = admission(running, urgent, rate, oldest)
    if running == 5000:
        # Known from a time when analyses waited.
        given = admission(400, 0, rate, 30)
        given.report(
            Load(running=5000, urgent=0, concluded_per_second=rate, deadline_seconds=60, oldest_seconds=oldest)
        )
    for urgency, refused in (("normal", normal_refused), ("urgent", urgent_refused)):
        if refused:
            with pytest.raises(HttpError) as error:
                given.check(urgency)  # type: ignore[arg-type]
            assert error.value.status == 503
            assert 1 <= int(error.value.headers["Retry-After"]) <= 60
        else:
            given.check(urgency)  # type: ignore[arg-type]


def test_counts_what_it_accepted_since_the_report() -> None:
    given = admission(350, 0, 10, 30)
    given.check("normal")
    for _ in range(20):
        given.admitted("normal")
    with pytest.raises(HttpError):
        given.check("normal")
    given.check("urgent")


def test_accepts_when_the_report_is_old() -> None:
    now = 0.0
    given = Admission(lambda: now)
    given.check("normal")
    given.report(Load(running=9999, urgent=9999, concluded_per_second=1, deadline_seconds=60, oldest_seconds=50))
    with pytest.raises(HttpError):
        given.check("normal")
    now = 11.0
    given.check("normal")


@pytest.mark.parametrize("overload", [0.5, 0.9, 1.5, 3, 10])
def test_keeps_the_system_near_its_capacity_and_the_wait_below_the_deadline(overload: float) -> None:
    """A simulated system: capacity 20 a second, deadline 60 s, first in first out, ten minutes."""
    capacity, deadline, chance = 20, 60.0, random.Random(1)  # noqa: S311 - reproducible
    now = 0.0
    given = Admission(lambda: now)
    waiting: deque[float] = deque()
    done: deque[float] = deque()
    offered = accepted = useful = late = 0
    for second in range(600):
        now = float(second)
        arrivals = math.floor(capacity * overload + chance.random())
        for _ in range(arrivals):
            offered += 1
            try:
                given.check("normal")
            except HttpError:
                continue
            given.admitted("normal")
            accepted += 1
            waiting.append(now)
        free = capacity
        while waiting and (free or now - waiting[0] > deadline):
            if now - waiting.popleft() > deadline:
                late += 1
            else:
                free -= 1
                useful += 1
                done.append(now)
        while done and done[0] <= now - 60:
            done.popleft()
        given.report(
            Load(
                running=len(waiting),
                concluded_per_second=len(done) / min(60, second + 1),
                deadline_seconds=deadline,
                oldest_seconds=now - waiting[0] if waiting else 0,
            )
        )
    if overload < 1:
        assert accepted == offered
        assert late == 0
    else:
        assert useful >= 0.9 * 600 * capacity
        assert late <= (0.01 if overload <= 3 else 0.1) * useful


async def test_a_refused_mail_is_neither_received_nor_stored(bench: Bench) -> None:
    bench.admission.report(Load(running=900, concluded_per_second=1, deadline_seconds=60, oldest_seconds=50))
    answer = await bench.post(b"x")
    assert (answer.status_code, answer.json()["outcome"]) == (503, "not accepted")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert bench.store.mails == {}
    # The repetition of an accepted mail passes.
    bench.admission.report(Load(running=0, concluded_per_second=1, deadline_seconds=60))
    key = {"Idempotency-Key": "k"}
    accepted = await bench.post(b"x", headers=key)
    bench.admission.report(Load(running=900, concluded_per_second=1, deadline_seconds=60, oldest_seconds=50))
    again = await bench.post(b"x", headers=key)
    assert (again.status_code, again.json()) == (202, accepted.json())
