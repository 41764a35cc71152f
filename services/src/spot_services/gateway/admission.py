"""Refuses a mail whose verdict would come too late, before it is received.

The orchestrator reports how many analyses it has and how many it concludes in a second. By Little's law, a new one
waits for `running / concludedPerSecond`. Urgent mails go first, so normal ones have only the rate that the urgent ones
leave. The rate is that of the system's capacity only while analyses wait, so the gateway refuses only then: an idle
system concludes little, because little arrives.
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
# An older report does not show whether analyses wait. The gateway goes on with the capacity that it has seen: a restart
# of the orchestrator does not refuse them, and one that is too busy to answer does not accept too many.
# Without a known capacity every mail is accepted; the bound of the request queue limits their number.
STALE_SECONDS = 10.0
# The share of the deadline that a mail may wait for its turn; the rest is for its own analysis and for bad estimates.
WAIT_SHARE = 0.6
# Below this share of the deadline, the oldest analysis shows that nothing waits.
IDLE_SHARE = 0.25
# Fewer analyses are not a backlog, even when they are old: one that is stuck is not overload.
SMALL = 10
MAX_RETRY_SECONDS = 60


class Load(BaseModel):
    """What the orchestrator reports.

    `urgent` are those of the running analyses that are urgent, `intake_seconds` the time that normal requests wait in
    their queue before they are running.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel, validate_by_name=True)

    running: Annotated[int, Field(ge=0)]
    urgent: Annotated[int, Field(ge=0)] = 0
    concluded_per_second: Annotated[float, Field(ge=0)]
    urgent_concluded_per_second: Annotated[float, Field(ge=0)] = 0
    intake_seconds: Annotated[float, Field(ge=0)] = 0
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
        if load is None:
            return None
        # Only the urgent ones are ahead of an urgent mail.
        is_urgent = urgency == "urgent"
        ahead = load.urgent + self._since["urgent"] if is_urgent else load.running + sum(self._since.values())
        if ahead < SMALL:
            return 0.0
        is_stale = self._clock() - self._reported_at > STALE_SECONDS
        is_waiting = load.oldest_seconds > IDLE_SHARE * load.deadline_seconds
        rate, before = self._capacity, 0.0
        if is_waiting and not is_stale:
            rate = max(load.concluded_per_second, rate)
        elif rate == 0:
            # Only a capacity that was measured before can show that a burst is too large.
            return None
        if not is_urgent:
            rate -= load.urgent_concluded_per_second
            before = load.intake_seconds
        return math.inf if rate <= 0 else before + ahead / rate

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
