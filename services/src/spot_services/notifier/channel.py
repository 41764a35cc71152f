"""A channel for notifications."""

from typing import Protocol

from spot_services.payload import Notification

# Far below a delivery's time limit, so that the error names the slow receiver.
TIMEOUT = 20.0


class TransientError(Exception):
    """A failure that a later attempt can resolve.

    `answer_lost`: the receiver may have taken the notification, because the connection ended before its answer.
    """

    def __init__(self, message: str, *, answer_lost: bool = False) -> None:
        super().__init__(message)
        self.answer_lost = answer_lost


class Channel(Protocol):
    async def send(self, notification: Notification, message_id: str) -> None:
        """:raises PermanentError: if the receiver will never accept it.
        :raises TransientError: if it can accept it later.
        """
