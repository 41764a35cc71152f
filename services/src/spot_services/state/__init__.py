"""State of the services: PostgreSQL, where any number of replicas share it, or SQLite, where one process has it."""

from spot_services.state.failure import StateUnavailableError
from spot_services.state.state import State, open_state

__all__ = ["State", "StateUnavailableError", "open_state"]
