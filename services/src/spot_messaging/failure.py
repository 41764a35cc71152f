"""The ways in which work on a message fails; the class decides what happens to the message."""


class PermanentError(Exception):
    """This delivery can never succeed: it goes to the dead-letter exchange at once, without a retry."""


class PublishError(Exception):
    """The broker did not take a message: refused (queue full), returned (no queue), or no answer in time."""


class CallError(Exception):
    """A request got no reply that can be used."""


class CallTimeoutError(CallError):
    """Nobody replied within the time that the contract gives."""


def one_line(error: BaseException, limit: int = 1000) -> str:
    """An error as text that fits a message header or a log field."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
