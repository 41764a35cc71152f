"""Admission: refuses when a mail would wait too long, and never when the system is idle or its load unknown."""

import math
import random
from collections import deque

import pytest

from spot_messaging import Urgency
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


def test_normal_mails_wait_for_the_urgent_ones_too() -> None:
    load = Load(running=300, concluded_per_second=10, deadline_seconds=60, oldest_seconds=30)
    given = Admission(lambda: 0.0)
    given.report(load)
    given.check("normal")
    given.report(load.model_copy(update={"urgent_concluded_per_second": 6}))
    with pytest.raises(HttpError):
        given.check("normal")
    given.check("urgent")


def test_counts_the_wait_before_the_orchestrator() -> None:
    load = Load(running=100, concluded_per_second=10, deadline_seconds=60, oldest_seconds=30, intake_seconds=20)
    given = Admission(lambda: 0.0)
    given.report(load)
    given.check("normal")
    given.report(load.model_copy(update={"intake_seconds": 30}))
    with pytest.raises(HttpError):
        given.check("normal")


def test_a_busy_orchestrator_that_does_not_answer_does_not_open_the_door() -> None:
    now = 0.0
    given = Admission(lambda: now)
    given.check("normal")
    given.report(Load(running=9999, urgent=9999, concluded_per_second=1, deadline_seconds=60, oldest_seconds=50))
    for seconds in (0.0, 11.0, 300.0):
        now = seconds
        with pytest.raises(HttpError):
            given.check("normal")


def test_while_the_orchestrator_is_away_mails_are_accepted_up_to_the_known_capacity() -> None:
    now = 0.0
    given = Admission(lambda: now)
    given.report(Load(running=20, concluded_per_second=10, deadline_seconds=60, oldest_seconds=20))
    now = 60.0
    accepted = 0
    while accepted < 1000:
        try:
            given.check("normal")
        except HttpError:
            break
        given.admitted("normal")
        accepted += 1
    assert 300 < accepted < 400
    unknown = Admission(lambda: now)
    unknown.report(Load(running=20, concluded_per_second=1, deadline_seconds=60, oldest_seconds=0))
    now = 120.0
    for _ in range(1000):
        unknown.check("normal")
        unknown.admitted("normal")


class System:
    """A simulated system: urgent mails first, otherwise first in first out; what is late is dropped."""

    def __init__(self, capacity: int, deadline: float) -> None:
        self.capacity, self.deadline = capacity, deadline
        # When the mails that are late were accepted.
        self.late: list[float] = []
        self.useful = 0
        self._waiting: dict[Urgency, deque[float]] = {"urgent": deque(), "normal": deque()}
        self._done: dict[Urgency, deque[float]] = {"urgent": deque(), "normal": deque()}

    def submit(self, urgency: Urgency, now: float) -> None:
        self._waiting[urgency].append(now)

    def work(self, now: float) -> None:
        """A second of it."""
        free = self.capacity
        for urgency, waiting in self._waiting.items():
            while waiting and (free or now - waiting[0] > self.deadline):
                accepted = waiting.popleft()
                if now - accepted > self.deadline:
                    self.late.append(accepted)
                else:
                    free -= 1
                    self.useful += 1
                    self._done[urgency].append(now)
            while self._done[urgency] and self._done[urgency][0] <= now - 60:
                self._done[urgency].popleft()

    def load(self, now: float) -> Load:
        seconds = min(60, now + 1)
        urgent, normal = (self._waiting[urgency] for urgency in ("urgent", "normal"))
        return Load(
            running=len(urgent) + len(normal),
            urgent=len(urgent),
            concluded_per_second=sum(map(len, self._done.values())) / seconds,
            urgent_concluded_per_second=len(self._done["urgent"]) / seconds,
            deadline_seconds=self.deadline,
            oldest_seconds=max((now - each[0] for each in (urgent, normal) if each), default=0),
        )


@pytest.mark.parametrize("urgent", [0.0, 0.15, 0.5, 1.0])
@pytest.mark.parametrize("overload", [0.5, 0.9, 1.5, 3, 10])
def test_keeps_the_system_near_its_capacity_and_the_wait_below_the_deadline(overload: float, urgent: float) -> None:
    """Capacity 20 a second, deadline 60 s, ten minutes."""
    chance = random.Random(1)  # noqa: S311 - reproducible
    system = System(20, 60.0)
    now = 0.0
    given = Admission(lambda: now)
    offered = accepted = 0
    for second in range(600):
        now = float(second)
        for _ in range(math.floor(system.capacity * overload + chance.random())):
            urgency: Urgency = "urgent" if chance.random() < urgent else "normal"
            offered += 1
            try:
                given.check(urgency)
            except HttpError:
                continue
            given.admitted(urgency)
            accepted += 1
            system.submit(urgency, now)
        system.work(now)
        given.report(system.load(now))
    # What it accepts before it has seen the capacity can be too much.
    assert max(system.late, default=0) < 20
    if overload < 1:
        assert accepted == offered
        assert system.late == []
    else:
        assert system.useful >= 0.9 * 600 * system.capacity


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
