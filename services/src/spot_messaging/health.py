"""The health file: as young as the last moment at which everything that should work was seen working."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from spot_messaging.log import log

INTERVAL = 2.0


class Health:
    """Touches the file while nothing ails. A container's health check looks at the file's age."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state: Literal["starting", "well", "ill"] = "starting"

    def report(self, ailments: Sequence[str]) -> None:
        if ailments:
            if self._state == "well":
                self._state = "ill"
                log("warning", "unhealthy", ailments=list(ailments))
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch()
        if self._state != "well":
            log("info", "ready" if self._state == "starting" else "healthy again")
            self._state = "well"
