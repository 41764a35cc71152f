"""The claimed sender of a mail, and whether its headers are consistent."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from spot_services.analyzer.budget import Budget
from spot_services.analyzer.mail.address import addresses_in, mailboxes, same_owner
from spot_services.analyzer.mail.fields import EIGHT_BIT
from spot_services.analyzer.mail.structure import ParsedMail
from spot_services.analyzer.report import Fact, Report, clip
from spot_services.severity import Severity

# RFC 5322, section 3.6: at most one of each.
SINGLETONS = (
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "message-id",
    "in-reply-to",
    "references",
    "subject",
    "date",
)

MAX_HOPS = 25
MAX_RESULT = 8_000
# Clocks of mail servers differ, but by less than this.
CLOCK_DRIFT = timedelta(minutes=10)

_MESSAGE_ID = re.compile(r"<[^<>@\s]{1,1000}@[^<>@\s]{1,1000}>")
_AUTH_RESULT = re.compile(r"\b(spf|dkim|dmarc|arc)\s*=\s*([a-z]+)", re.IGNORECASE)
_SPF_RESULT = re.compile(r"\s*([a-z]+)", re.IGNORECASE)

_AUTH_SEVERITY: dict[tuple[str, str], Severity] = {
    ("spf", "fail"): "medium",
    ("spf", "softfail"): "low",
    ("spf", "permerror"): "low",
    ("dkim", "fail"): "medium",
    ("dkim", "permerror"): "low",
    ("dmarc", "fail"): "high",
    ("arc", "fail"): "low",
}


def analyze(mail: ParsedMail, report: Report, _budget: Budget) -> None:
    report.facts["subject"] = clip(mail.decoded("subject") or "", 200) or None
    report.facts["size"] = mail.size
    if not mail.headers:
        report.add("no-headers", "medium", "the message has no header at all")
        return
    _senders(mail, report)
    _authentication(mail, report)
    _identity(mail, report)
    _route(mail, report)
    for name in SINGLETONS:
        count = len(mail.all(name))
        if count > 1:
            report.add("duplicate-header", "medium", f"{name} occurs {count} times")
    for defect in mail.defects:
        # The attachments analyzer reports broken encodings of attachments.
        if defect == EIGHT_BIT:
            report.add("header-8bit", "low", defect)
        elif "Base64" not in defect:
            report.add("malformed-mime", "low", defect)


def _senders(mail: ParsedMail, report: Report) -> None:
    senders = mailboxes(mail.first("from") or "")
    report.facts["from"] = [clip(sender.address, 200) for sender in senders[:5]]
    if not senders:
        report.add("from-missing", "medium", "no address in the From header")
        return
    if len(senders) > 1:
        report.add("from-multiple", "medium", f"{len(senders)} addresses in the From header")
    author = senders[0]
    for shown in addresses_in(author.name):
        if not same_owner(shown.rpartition("@")[2], author.domain):
            report.add("display-name-spoofing", "high", f"shows {shown}, is {author.address}")
    for header, severity in (("reply-to", "medium"), ("sender", "low"), ("return-path", "low")):
        for mailbox in mailboxes(mail.first(header) or "")[:5]:
            if not same_owner(mailbox.domain, author.domain):
                # Mailing services usually differ in the envelope; a different reply address is rarer.
                level: Severity = "medium" if severity == "medium" else "low"
                report.add(f"{header}-differs", level, f"{header} is {mailbox.address}, From is {author.address}")


def _authentication(mail: ParsedMail, report: Report) -> None:
    results: dict[str, Fact] = {}
    for value in [*mail.all("authentication-results"), *mail.all("arc-authentication-results")][:10]:
        for method, result in _AUTH_RESULT.findall(value[:MAX_RESULT]):
            # The topmost header is the newest, from the nearest server.
            results.setdefault(method.lower(), result.lower())
    received_spf = mail.first("received-spf")
    if received_spf is not None and (match := _SPF_RESULT.match(received_spf)):
        results.setdefault("spf", match[1].lower())
    report.facts["authentication"] = results
    report.facts["signed"] = bool(mail.all("dkim-signature"))
    for method, result in results.items():
        severity = _AUTH_SEVERITY.get((method, str(result)))
        if severity is not None:
            report.add(f"{method}-{result}", severity, f"{method} result is {result}")


def _identity(mail: ParsedMail, report: Report) -> None:
    message_id = mail.first("message-id")
    if message_id is None:
        report.add("message-id-missing", "low", "no Message-ID header")
    elif not _MESSAGE_ID.fullmatch(message_id):
        report.add("message-id-malformed", "low", message_id)
    date = mail.first("date")
    if date is None:
        report.add("date-missing", "low", "no Date header")
    elif (moment := _moment(date)) is None:
        report.add("date-malformed", "low", date)
    else:
        report.facts["date"] = moment.isoformat()


def _route(mail: ParsedMail, report: Report) -> None:
    hops = mail.all("received")
    report.facts["hops"] = len(hops)
    if len(hops) > MAX_HOPS:
        report.add("received-many", "low", f"{len(hops)} hops")
    # Each server adds its header on top, so the times increase from bottom to top.
    previous: datetime | None = None
    for hop in reversed(hops[:100]):
        moment = _moment(hop.rpartition(";")[2])
        if moment is None:
            continue
        if previous is not None and moment < previous - CLOCK_DRIFT:
            report.add("received-time-travel", "low", f"{moment.isoformat()} comes after {previous.isoformat()}")
        previous = moment if previous is None else max(previous, moment)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text.strip()[:200])
        # "-0000" means that the zone is unknown; without a zone two times could not be compared.
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
