"""Notifications through a mail server."""

import aiosmtplib

from spot_messaging import PermanentError
from spot_services.notifier.channel import TIMEOUT, TransientError
from spot_services.notifier.letter import compose
from spot_services.payload import Notification


class SmtpChannel:
    def __init__(self, host: str, port: int, sender: str, recipient: str) -> None:
        self._host = host
        self._port = port
        self._sender = sender
        self._recipient = recipient

    async def send(self, notification: Notification, message_id: str) -> None:
        letter = compose(notification, message_id, sender=self._sender, recipient=self._recipient)
        try:
            await aiosmtplib.send(letter, hostname=self._host, port=self._port, timeout=TIMEOUT)
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [refused.code for refused in error.recipients]
            raise _smtp_error(max(codes, default=550), "recipient refused") from None
        except aiosmtplib.SMTPResponseException as error:
            raise _smtp_error(error.code, error.message) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            # After the connection, the end of the letter can have arrived although its answer did not.
            lost = not isinstance(error, aiosmtplib.SMTPConnectError | ConnectionRefusedError)
            raise TransientError(f"mail server {self._host}:{self._port}: {error}", answer_lost=lost) from None


def _smtp_error(code: int, message: str) -> Exception:
    text = f"mail server answered {code}: {message[:200]}"
    return PermanentError(text) if 500 <= code < 600 else TransientError(text)
