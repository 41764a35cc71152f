"""The kinds of failure; the class decides what happens to the message."""

import traceback
from pathlib import Path


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


# Errors of these modules repeat the value that they complain about: parts of a mail, or a row of a database.
_REPEATING = frozenset(
    {"asyncpg", "binascii", "builtins", "codecs", "email", "json", "pydantic_core", "sqlalchemy", "sqlite3"}
)
# Of the built-in ones, these do not.
_SILENT = (OSError, RuntimeError, BaseExceptionGroup)


def one_line(error: BaseException, limit: int = 1000) -> str:
    """An error as one line, short enough for a message header or a log field, and without content of mails."""
    repeats = type(error).__module__.partition(".")[0] in _REPEATING and not isinstance(error, _SILENT)
    shown = _place(error) if repeats else str(error)
    text = " ".join(shown.split()) or type(error).__name__
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _place(error: BaseException) -> str:
    """Where an error comes from, instead of its text."""
    frames = traceback.extract_tb(error.__traceback__)
    name = type(error).__name__
    return f"unexpected {name} at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else name
