"""A notification as an e-mail."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from spot_services.payload import Notification

FALLBACK_SENDER = "spot@localhost.localdomain"


def compose(notification: Notification, message_id: str, *, sender: str, recipient: str) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    letter["From"] = _mailbox(sender)
    letter["To"] = _mailbox(recipient)
    letter["Date"] = format_datetime(notification.at)
    # Receivers drop a second copy with the same id.
    letter["Message-ID"] = f"<{_token(message_id)}@{_mailbox(sender).domain}>"
    letter["Subject"] = _subject(notification)
    # Prevents automatic replies.
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(_body(notification))
    return letter


def is_about(letter: EmailMessage, analysis: str) -> bool:
    """Whether a composed letter is about an analysis."""
    text: str = letter.get_content()
    return text.replace("\r\n", "\n").startswith(f"Analysis: {analysis}\n")


def _mailbox(text: str) -> Address:
    return Address(addr_spec=text)


def _token(text: str) -> str:
    return "".join(character if character.isalnum() or character in "-." else "-" for character in text)


def _subject(notification: Notification) -> str:
    what = _plain(notification.subject or notification.filename or notification.analysis)
    match notification.kind:
        case "completed":
            return f"[spot] {notification.verdict} ({notification.score}): {what}"
        case "failed":
            return f"[spot] analysis failed: {what}"
        case "alert":
            return f"[spot] alert: {what}"


def _body(notification: Notification) -> str:
    lines = [
        f"Analysis: {notification.analysis}",
        f"Subject:  {_plain(notification.subject or '-')}",
        f"File:     {_plain(notification.filename or '-')}",
        f"Verdict:  {notification.verdict or '-'}",
        f"Score:    {'-' if notification.score is None else notification.score}",
        f"Time:     {_time(notification.at)}",
    ]
    if notification.missing:
        lines.append(f"Missing:  {', '.join(notification.missing)}")
    if notification.reasons:
        lines += ["", "Reasons:", *(f"- {_plain(reason)}" for reason in notification.reasons)]
    return "\n".join(lines) + "\n"


def _time(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _plain(text: str) -> str:
    """Text of the analysed mail is hostile input: removes line breaks and lone surrogates, and limits the length."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return printable.encode("utf-8", "replace").decode("utf-8")[:200]
