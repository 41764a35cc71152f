"""The kinds of failure; the class decides what happens to the message."""


class PermanentError(Exception):
    """This delivery can never succeed: the message is dead-lettered immediately, without a retry."""


class ExpiredError(Exception):
    """The result of this message is no longer wanted: it is acknowledged, without a retry and without a dead letter."""


class DependencyError(Exception):
    """Something that every message of this queue needs does not work: a database, an object store, a mail server.

    It is not this message's failure, so the message is requeued and the attempt does not count. The consumption pauses
    and probes with its oldest message (see breaker.py).

    `certain` is false if the answer can also be this message's own failure (a mail server's 451, a webhook's 500): the
    consumption pauses only after several different messages failed in the same way; before, each counts as an attempt.
    """

    def __init__(self, message: str, *, retry_after: float | None = None, certain: bool = True) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.certain = certain


class PublishError(Exception):
    """The broker did not confirm a message. The subclass shows if it can have been accepted."""


class ReturnedError(PublishError):
    """The message reaches no queue. It was not accepted."""


class RefusedError(PublishError):
    """The broker refused the message: a queue is full, or the exchange is missing or closed. It was not accepted."""


class DisconnectedError(PublishError):
    """The message was never sent. It was not accepted."""


class UnconfirmedError(PublishError):
    """The message can have reached the broker, but no answer came: it may or may not be accepted."""


class CallError(Exception):
    """A request got no usable reply."""


class CallTimeoutError(CallError):
    """No reply arrived within the timeout of the contract."""


def one_line(error: BaseException, limit: int = 1000) -> str:
    """An error as one line, short enough for a message header or a log field."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
