"""What each answer of a mail server, a webhook and the network means for a notification: one table each."""

import socket
import ssl
from datetime import UTC, datetime
from typing import Any

import aiosmtplib
import httpx
import pytest

from fakes import NOW
from spot_messaging import PermanentError
from spot_services.notifier.channel import TransientError
from spot_services.notifier.network import network_failure
from spot_services.notifier.smtp import smtp_failure
from spot_services.notifier.webhook import WebhookChannel, http_failure, retry_after
from spot_services.payload import Notification

# The notification is dead-lettered immediately.
NEVER = "never"
# The attempt counts, until different notifications fail in the same way.
POSSIBLY_OWN = "possibly own"
# The queue pauses, and no attempt counts.
OUTAGE = "outage"


NOTIFICATION = Notification(kind="completed", analysis="a-1", at=NOW)


def kind(error: Exception | None) -> str | None:
    match error:
        case None:
            return None
        case PermanentError():
            return NEVER
        case TransientError():
            return OUTAGE if error.certain else POSSIBLY_OWN
    raise AssertionError(error)


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("5.7.1 Message blocked: http://evil.example/login is listed", "5.7.1 Message blocked: http://…/… is listed"),
        ("5.7.1 URL www.evil.example/LOGIN on list", "5.7.1 URL …/… on list"),
        ("5.7.1 subject 'Überweisung für Jürgen' refused", "5.7.1 subject '… für …' refused"),
        ("attachment invoice.pdf.exe refused", "attachment … refused"),
        ("5.1.1 no such user here", "5.1.1 no such user here"),
        (
            "4.7.1 Greylisted, see http://postgrey.schweikert.ch/",
            "4.7.1 Greylisted, see http://postgrey.schweikert.ch/",
        ),
    ],
)
def test_what_a_mail_server_quotes_of_a_letter_is_not_repeated(message: str, shown: str) -> None:
    letter = NOTIFICATION.model_copy(
        update={
            "subject": "Überweisung für Jürgen",
            "filename": "invoice.pdf.exe",
            "reasons": ["links: ip-link: leads to https://www.evil.example/login"],
        }
    )
    for code in (451, 550, 421):
        failure = smtp_failure("mx", code, message, letter)
        assert str(failure) == f"mx answered {code}: {shown}"


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        (421, "4.3.2 shutting down", OUTAGE),
        (421, "too many connections", OUTAGE),
        (450, "4.2.1 mailbox busy", POSSIBLY_OWN),
        (450, "greylisted, try again in 300 s", POSSIBLY_OWN),
        (451, "local error", POSSIBLY_OWN),
        (451, "4.7.1 greylisted", POSSIBLY_OWN),
        (451, "4.3.0 mail server temporarily rejected message", OUTAGE),
        (451, "4.3.5 server configuration error", OUTAGE),
        (452, "4.2.2 mailbox full", POSSIBLY_OWN),
        (452, "4.3.1 insufficient system storage", OUTAGE),
        (452, "too many recipients", POSSIBLY_OWN),
        (454, "4.7.0 TLS not available", POSSIBLY_OWN),
        (500, "unrecognized command", NEVER),
        (501, "5.1.3 bad address syntax", NEVER),
        (521, "host does not accept mail", OUTAGE),
        (530, "5.7.0 authentication required", OUTAGE),
        (535, "5.7.8 bad credentials", OUTAGE),
        (550, "5.1.1 no such user", NEVER),
        (550, "no such user", NEVER),
        (550, "5.2.2 mailbox full", POSSIBLY_OWN),
        (550, "5.7.1 relaying denied", NEVER),
        (551, "user not local", NEVER),
        (552, "5.2.2 over quota", POSSIBLY_OWN),
        (552, "5.3.1 mail system full", OUTAGE),
        (552, "5.3.4 message too big for system", NEVER),
        (552, "message exceeds fixed maximum message size", NEVER),
        (553, "5.1.3 mailbox name not allowed", NEVER),
        (554, "5.6.0 content rejected", NEVER),
        (554, "5.3.2 system not accepting network messages", OUTAGE),
        (554, "transaction failed", NEVER),
        (555, "parameters not recognized", NEVER),
        # An address with digits and dots is not an enhanced code.
        (550, "blocked: 5.3.1.7 is listed", NEVER),
    ],
)
def test_sorts_the_replies_of_a_mail_server(code: int, message: str, expected: str) -> None:
    failure = smtp_failure("mail server mx:25", code, message, NOTIFICATION)
    assert kind(failure) == expected
    assert str(failure) == f"mail server mx:25 answered {code}: {message}"


def test_a_552_without_more_is_temporary_only_at_a_recipient() -> None:
    assert kind(smtp_failure("mx", 552, "too many", NOTIFICATION, at_recipient=True)) == POSSIBLY_OWN
    assert kind(smtp_failure("mx", 552, "5.3.4 too big", NOTIFICATION, at_recipient=True)) == NEVER


@pytest.mark.parametrize(
    ("expected", "statuses"),
    [
        (None, [200, 201, 202, 204, 226]),
        # Redirects are not followed: a webhook must not send notifications elsewhere.
        (NEVER, [300, 301, 302, 303, 304, 307, 308]),
        (NEVER, [400, 401, 402, 403, 404, 405, 406, 407, 409, 410, 411, 412, 413, 414, 415, 417, 418, 421, 422, 423]),
        (NEVER, [424, 426, 428, 431, 451, 499, 501, 505]),
        (POSSIBLY_OWN, [408, 425, 500, 506, 508, 510, 520, 527, 599]),
        (OUTAGE, [429, 502, 503, 504, 507, 511, 521, 522, 523, 524, 525, 526, 529, 530]),
    ],
)
def test_sorts_the_statuses_of_a_webhook(expected: str | None, statuses: list[int]) -> None:
    assert {status: kind(http_failure(status, {})) for status in statuses} == dict.fromkeys(statuses, expected)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Mon, 05 Jan 2026 09:02:00 GMT", 120),
        ("Monday, 05-Jan-26 09:02:00 GMT", 120),
        ("Mon, 05 Jan 2026 08:00:00 GMT", 0),
        ("Mon, 05 Jan 2026 10:02:00 +0100", 120),
        ("9" * 400, 999999999),
        ("-5", None),
        ("1.5", None),
        ("١٢", None),
        ("soon", None),
        ("", None),
    ],
)
def test_reads_retry_after_as_seconds_and_as_a_date(text: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": text}, NOW) == seconds
    failure = http_failure(429, {"retry-after": text}, NOW)
    assert isinstance(failure, TransientError)
    assert failure.retry_after == seconds


def chained(outer: Exception, inner: Exception) -> Exception:
    outer.__cause__ = inner
    return outer


def certificate(reason: str) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = reason
    return error


@pytest.mark.parametrize(
    ("error", "text", "pause"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "[Errno 111] Connection refused", None),
        (ConnectionResetError(104, "reset by peer"), "reset by peer", None),
        (TimeoutError(), "TimeoutError", None),
        (OSError(113, "No route to host"), "No route to host", None),
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "the name does not exist; correct", 60),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), "the name server does not answer", None),
        (certificate("certificate has expired"), "not valid (certificate has expired); renew", 60),
        (certificate("Hostname mismatch"), "not valid (Hostname mismatch)", 60),
        (ssl.SSLError(1, "wrong version number"), "wrong version number", None),
        # As the clients wrap them.
        (
            chained(aiosmtplib.SMTPConnectError("x"), socket.gaierror(socket.EAI_NONAME, "x")),
            "the name does not exist",
            60,
        ),
        (chained(httpx.ConnectError("x"), certificate("self-signed certificate")), "self-signed certificate", 60),
        (chained(httpx.ConnectError("x"), chained(OSError("y"), certificate("expired"))), "(expired)", 60),
        (httpx.ReadTimeout(""), "ReadTimeout", None),
        (aiosmtplib.SMTPServerDisconnected("Connection lost"), "Connection lost", None),
    ],
)
def test_blames_no_notification_for_the_network(error: Exception, text: str, pause: float | None) -> None:
    failure = network_failure("webhook", error, answer_lost=False)
    assert kind(failure) == OUTAGE
    assert text in str(failure)
    assert failure.retry_after == pause


@pytest.mark.parametrize(
    ("error", "lost"),
    [
        (httpx.ConnectError, False),
        (httpx.ConnectTimeout, False),
        (httpx.PoolTimeout, False),
        (httpx.WriteError, True),
        (httpx.ReadTimeout, True),
        (httpx.ReadError, True),
        (httpx.RemoteProtocolError, True),
    ],
)
async def test_knows_when_the_answer_of_a_webhook_was_lost(error: Any, lost: bool) -> None:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise error("x")

    channel = WebhookChannel("https://hook.example.com/", httpx.MockTransport(fail))
    with pytest.raises(TransientError) as raised:
        await channel.send(Notification(kind="alert", analysis="a-1", at=datetime.now(UTC)), "m-1")
    await channel.close()
    assert raised.value.answer_lost is lost
