"""A channel for notifications."""

from typing import Protocol

from prometheus_client import Gauge

from spot_messaging import DependencyError
from spot_services.payload import Notification

CHANNEL_PAUSED = Gauge("spot_channel_paused", "1 while an outage of the channel pauses its queue", ["channel"])
# Far below a delivery's time limit, so that the error names the slow receiver.
TIMEOUT = 20.0
# A typo or an expired certificate needs an operator, so a probe each minute is enough.
OPERATOR_PAUSE = 60.0


class TransientError(DependencyError):
    """A failure that a later attempt can resolve: it is the channel's, and an outage of hours costs no notification.

    `certain`: false if it can also be this notification's own; then it counts until others fail in the same way.
    `answer_lost`: the receiver may have taken the notification, because the connection ended before its answer.
    """

    def __init__(
        self, message: str, *, answer_lost: bool = False, certain: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(message, certain=certain, retry_after=retry_after)
        self.answer_lost = answer_lost


class Channel(Protocol):
    async def send(self, notification: Notification, message_id: str) -> None:
        """:raises PermanentError: if the receiver will never accept it.
        :raises TransientError: if it can accept it later.
        """
