"""A time budget: an analysis that runs out of time reports that instead of being cancelled."""

import time
from collections.abc import Callable

# The rest of a job's limit is for reading the mail and publishing the finding.
SHARE_OF_LIMIT = 0.8


class Budget:
    """Checked in every loop over hostile input. A thread cannot be cancelled, so it must check the clock itself."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._end = clock() + seconds
        self.exceeded = False

    @property
    def spent(self) -> bool:
        if self._clock() >= self._end:
            self.exceeded = True
        return self.exceeded
