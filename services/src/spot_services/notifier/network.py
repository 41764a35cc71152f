"""What a failed connection means. None of it is about a notification, so none is dead-lettered for it."""

import socket
import ssl
from collections.abc import Iterator

from spot_services.notifier.channel import OPERATOR_PAUSE, TransientError

# The name does not exist, in contrast to a name server that does not answer.
_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})


def network_failure(place: str, error: BaseException, *, answer_lost: bool) -> TransientError:
    """The channel does not work: its queue pauses. What only an operator can fix is probed once a minute."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = cause.verify_message or "verification failed"
            text = f"{place}: its certificate is not valid ({reason}); renew it, or correct the host"
            return TransientError(text, certain=True, retry_after=OPERATOR_PAUSE)
        if isinstance(cause, socket.gaierror):
            if cause.errno in _NO_SUCH_NAME:
                text = f"{place}: the name does not exist; correct the host"
                return TransientError(text, certain=True, retry_after=OPERATOR_PAUSE)
            return TransientError(f"{place}: the name server does not answer", certain=True)
    text = " ".join(str(error).split())[:200] or type(error).__name__
    return TransientError(f"{place}: {text}", certain=True, answer_lost=answer_lost)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was raised from. Clients wrap the error of the socket, some twice."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
