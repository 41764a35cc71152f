"""Writes the health report: what does not work, and since when."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from spot_health import Ailment, Report, incarnation, write_report
from spot_messaging import metrics
from spot_messaging.log import log

INTERVAL = 2.0


class Health:
    """Records how long each ailment lasts. `spot_health` evaluates the report."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._clock = clock
        self._run = incarnation()
        self._since: dict[tuple[str, str], float] = {}
        self._state: Literal["starting", "well", "ill"] = "starting"

    def report(
        self, *, disconnected: Sequence[str] = (), inactive: Sequence[str] = (), waiting: Sequence[str] = ()
    ) -> None:
        """`waiting` is what a restart does not change: a database, an object store, a broker that does not confirm."""
        now = self._clock()
        present = [
            *(("connection", each) for each in disconnected),
            *(("consumer", each) for each in inactive),
            *(("dependency", each) for each in waiting),
        ]
        self._since = {each: self._since.get(each, now) for each in present}
        ailments = [Ailment(kind, what, since) for (kind, what), since in self._since.items()]
        metrics.ready.set(0 if ailments else 1)
        write_report(str(self._path), Report(now, ailments), self._run)
        if not ailments and self._state != "well":
            log("info", "ready" if self._state == "starting" else "healthy again")
            self._state = "well"
        elif ailments and self._state == "well":
            self._state = "ill"
            log("warning", "unhealthy", ailments=[ailment.what for ailment in ailments])
