"""The kinds of failure; the class decides what happens to the message."""


class PermanentError(Exception):
    """This delivery can never succeed: the message is dead-lettered immediately, without a retry."""


class PublishError(Exception):
    """The broker did not accept a message: nacked (queue full), returned (unroutable), or not confirmed in time."""


class CallError(Exception):
    """A request got no usable reply."""


class CallTimeoutError(CallError):
    """No reply arrived within the timeout of the contract."""


def one_line(error: BaseException, limit: int = 1000) -> str:
    """An error as one line, short enough for a message header or a log field."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
