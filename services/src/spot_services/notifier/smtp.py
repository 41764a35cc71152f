"""Notifications through a mail server."""

import re

import aiosmtplib

from spot_messaging import PermanentError
from spot_services.notifier.channel import OPERATOR_PAUSE, TIMEOUT, TransientError
from spot_services.notifier.letter import compose
from spot_services.notifier.network import network_failure
from spot_services.payload import Notification

# The enhanced status code of RFC 3463 at the beginning of a reply, such as "5.3.4".
_ENHANCED = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})\b")

# Before a word about the letter: the server takes no mail now, or not from this client.
_CLOSED = frozenset({421, 521})
_NEEDS_LOGIN = frozenset({530, 534, 535, 538})
# 4.2.2 and 5.2.2: the mailbox is full. 4.3.1 and 5.3.1: the disk of the server is full. 5.3.2: it takes no mail now.
_MAILBOX_FULL = ("2", "2")
_SYSTEM_DOWN = frozenset({("3", "0"), ("3", "1"), ("3", "2"), ("3", "5")})
_TOO_LARGE = ("3", "4")

_WORD = re.compile(r"[^\W_]+(?:[._-][^\W_]+)*")
# Shorter words are in every text.
_CONTENT_LENGTH = 5


class SmtpChannel:
    def __init__(self, host: str, port: int, sender: str, recipient: str) -> None:
        self._host = host
        self._port = port
        self._sender = sender
        self._recipient = recipient

    async def send(self, notification: Notification, message_id: str) -> None:
        letter = compose(notification, message_id, sender=self._sender, recipient=self._recipient)
        place = f"mail server {self._host}:{self._port}"
        try:
            await aiosmtplib.send(letter, hostname=self._host, port=self._port, timeout=TIMEOUT)
        except (aiosmtplib.SMTPConnectResponseError, aiosmtplib.SMTPHeloError) as error:
            # With any code, it is an answer to the connection, not to the letter.
            raise _closed(place, error.code, error.message) from None
        except aiosmtplib.SMTPRecipientsRefused as error:
            # One recipient, so one answer.
            refused = error.recipients[0]
            raise smtp_failure(place, refused.code, refused.message, notification, at_recipient=True) from None
        except aiosmtplib.SMTPResponseException as error:
            raise smtp_failure(place, error.code, error.message, notification) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            # After the connection, the end of the letter can have arrived although its answer did not.
            lost = not isinstance(error, aiosmtplib.SMTPConnectError | ConnectionRefusedError)
            raise network_failure(place, error, answer_lost=lost) from None


def smtp_failure(
    place: str, code: int, message: str, notification: Notification, *, at_recipient: bool = False
) -> Exception:
    """The failure for a reply to a letter. The enhanced code says more than the code, where both are there."""
    text = _reply(place, code, _without_content(message, notification))
    if code in _CLOSED:
        return TransientError(text, certain=True)
    if code in _NEEDS_LOGIN:
        return TransientError(text, certain=True, retry_after=OPERATOR_PAUSE)
    enhanced = _ENHANCED.match(message)
    subject = None if enhanced is None else (enhanced[2], enhanced[3])
    if subject in _SYSTEM_DOWN:
        return TransientError(text, certain=True)
    if subject == _TOO_LARGE:
        return PermanentError(text)
    if subject == _MAILBOX_FULL:
        return TransientError(text)
    if code == 552 and subject is None and at_recipient:
        # RFC 5321, 4.5.3.1.10: at a recipient, it means "too many", and the client treats it as 452.
        return TransientError(text)
    return PermanentError(text) if 500 <= code < 600 else TransientError(text)


def _closed(place: str, code: int, message: str) -> TransientError:
    return TransientError(_reply(place, code, message), certain=True)


def _without_content(message: str, notification: Notification) -> str:
    """The reply, which goes into logs, without words of the letter: filters quote the link or subject they refuse."""
    content = " ".join(filter(None, [notification.subject, notification.filename, *notification.reasons])).lower()
    words = {word for word in _WORD.findall(content) if len(word) >= _CONTENT_LENGTH}

    def shown(found: re.Match[str]) -> str:
        said = found[0].lower()
        is_content = any(word in said or (len(said) >= _CONTENT_LENGTH and said in word) for word in words)
        return "…" if is_content else found[0]

    return _WORD.sub(shown, " ".join(message.split())[:1000])


def _reply(place: str, code: int, message: str) -> str:
    return f"{place} answered {code}: {' '.join(message.split())[:200]}"
