"""How bad a signal is; without imports, so that a parser process does not load the messaging."""

from typing import Literal

Severity = Literal["info", "low", "medium", "high", "critical"]
