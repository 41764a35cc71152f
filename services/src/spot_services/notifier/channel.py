"""A way out for notifications."""

from typing import Protocol

from spot_services.payload import Notification

# Well below a delivery's time limit, so that a slow receiver is reported as one.
TIMEOUT = 20.0


class TransientError(Exception):
    """Worth another attempt later."""


class Channel(Protocol):
    async def send(self, notification: Notification, message_id: str) -> None:
        """:raises PermanentError: when the receiver will never take it.
        :raises TransientError: when it may later.
        """
