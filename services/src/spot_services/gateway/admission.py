"""Refuses a mail whose verdict would come too late, before it is received.

The orchestrator reports how many analyses it has and how many it concludes in a second. By Little's law, a new one
waits for `running / concludedPerSecond`. The rate is that of the system's capacity only while analyses wait, so the
gateway refuses only then: an idle system concludes little, because little arrives.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError
from pydantic.alias_generators import to_camel

from spot_messaging import CallError, Urgency, log, one_line
from spot_services.gateway.answers import HttpError

POLL_SECONDS = 1.0
# An older report does not describe the present. Without one, every mail is accepted: the gateway has stored it, it
# reaches a terminal state when the orchestrator returns, and the request queue's bound limits their number. To refuse
# would turn a restart of the orchestrator into an outage for every sender.
STALE_SECONDS = 10.0
# The share of the deadline that a mail may wait for its turn; the rest is for its own analysis and for bad estimates.
WAIT_SHARE = 0.6
# Below this share of the deadline, the oldest analysis shows that nothing waits.
IDLE_SHARE = 0.25
# Fewer analyses are not a backlog, even when they are old: one that is stuck is not overload.
SMALL = 10
MAX_RETRY_SECONDS = 60


class Load(BaseModel):
    """What the orchestrator reports. `urgent` are those of the running ones that are urgent."""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel, validate_by_name=True)

    running: Annotated[int, Field(ge=0)]
    urgent: Annotated[int, Field(ge=0)] = 0
    concluded_per_second: Annotated[float, Field(ge=0)]
    deadline_seconds: Annotated[float, Field(gt=0)]
    oldest_seconds: Annotated[float, Field(ge=0)] = 0


class Admission:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._load: Load | None = None
        self._reported_at = -math.inf
        # Accepted since the report: they are not in it.
        self._since: dict[Urgency, int] = {"normal": 0, "urgent": 0}
        # The rate while analyses waited: the system's capacity.
        self._capacity = 0.0

    @property
    def deadline_seconds(self) -> float | None:
        return None if self._load is None else self._load.deadline_seconds

    def report(self, load: Load) -> None:
        self._load = load
        self._reported_at = self._clock()
        self._since = {"normal": 0, "urgent": 0}
        if load.oldest_seconds > IDLE_SHARE / 2 * load.deadline_seconds and load.running >= SMALL:
            # It follows a rising rate immediately and a falling one slowly: a short pause does not reduce the capacity.
            self._capacity = max(load.concluded_per_second, 0.95 * self._capacity)

    def check(self, urgency: Urgency) -> None:
        """:raises HttpError: if a mail of this urgency would wait too long."""
        wait = self.estimate(urgency)
        load = self._load
        if wait is None or load is None or wait <= WAIT_SHARE * load.deadline_seconds:
            return
        excess = wait - WAIT_SHARE * load.deadline_seconds
        # At least a second; at most a minute, because the estimate can be wrong.
        retry = min(MAX_RETRY_SECONDS, max(1, math.ceil(min(excess, MAX_RETRY_SECONDS))))
        raise HttpError(
            503,
            f"not accepted: an analysis would begin too late for its deadline; try again in {retry} s",
            {"Retry-After": str(retry)},
            outcome="not accepted",
        )

    def admitted(self, urgency: Urgency) -> None:
        self._since[urgency] += 1

    def estimate(self, urgency: Urgency) -> float | None:
        """The seconds that a mail would wait for its turn; None if that is not known."""
        load = self._load
        if load is None or self._clock() - self._reported_at > STALE_SECONDS:
            return None
        # Urgent mails go first, so only the urgent ones are ahead of them.
        is_urgent = urgency == "urgent"
        ahead = load.urgent + self._since["urgent"] if is_urgent else load.running + sum(self._since.values())
        if ahead < SMALL:
            return 0.0
        is_waiting = load.oldest_seconds > IDLE_SHARE * load.deadline_seconds
        if is_waiting:
            rate = max(load.concluded_per_second, self._capacity)
            return math.inf if rate == 0 else ahead / rate
        # Nothing waits yet: only a capacity that was measured before can show that a burst is too large.
        return ahead / self._capacity if self._capacity > 0 else None

    async def poll(self, ask: Callable[[], Awaitable[JsonValue]]) -> None:
        """Asks for the load every second."""
        is_known = True
        while True:
            try:
                answer = await ask()
                if isinstance(answer, dict) and answer.get("load") is not None:
                    self.report(Load.model_validate(answer["load"]))
                is_known = True
            except (CallError, ValidationError) as error:
                if is_known:
                    log("warning", "load not known", reason=one_line(error, 200))
                is_known = False
            await asyncio.sleep(POLL_SECONDS)
