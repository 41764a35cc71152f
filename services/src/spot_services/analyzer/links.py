"""The links of a mail, and whether their text matches their target."""

import ipaddress
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from spot_services.analyzer.budget import Budget
from spot_services.analyzer.html.page import Link
from spot_services.analyzer.html.tree import read_page
from spot_services.analyzer.mail.address import registrable, same_owner
from spot_services.analyzer.mail.structure import ParsedMail
from spot_services.analyzer.report import MAX_LISTED, Report, clip
from spot_services.analyzer.text.brands import imitation
from spot_services.analyzer.text.script import mixes_scripts

MAX_LINKS = 1_000
USUAL_PORTS = frozenset({None, 80, 443})

SHORTENERS = frozenset(
    [
        "bit.ly",
        "buff.ly",
        "cutt.ly",
        "goo.gl",
        "is.gd",
        "lnkd.in",
        "ow.ly",
        "rb.gy",
        "rebrand.ly",
        "s.id",
        "shorturl.at",
        "t.co",
        "t.ly",
        "tiny.cc",
        "tinyurl.com",
    ]
)

_URL = re.compile(
    r"\b(?:https?|ftp)://[^\s<>\"'\u3000-\u303f\uff00-\uff0f]{1,2000}|\bwww\.[^\s<>\"']{3,2000}", re.IGNORECASE
)
_SHOWN = re.compile(r"(?:https?://)?((?:[\w-]{1,63}\.){1,10}[a-z]{2,24})(?=[/:?#\s]|$)", re.IGNORECASE)
_TRAILING = ".,;:!?)]}>'\"*_"
# Browsers drop control characters and spaces inside a scheme, so "java\nscript:" runs.
_CONTROL = re.compile(r"[\x00-\x20]+")
_WEB = re.compile(r"(https?|ftp|wss?):[/\\]*", re.IGNORECASE)
# Other full stops that browsers read as dots.
_DOTS = str.maketrans("\u3002\uff0e\uff61", "...")


class Target(NamedTuple):
    scheme: str
    host: str
    port: int | None
    userinfo: bool


def analyze(mail: ParsedMail, report: Report, budget: Budget) -> None:
    count = 0
    hosts: dict[str, None] = {}
    for link in _links(mail, budget):
        count += 1
        if count > MAX_LINKS or budget.spent:
            report.add("many-links", "low", f"more than {MAX_LINKS} links")
            break
        target = _check(link, report)
        if target is not None and target.host:
            hosts[target.host] = None
    report.facts["links"] = min(count, MAX_LINKS)
    report.facts["hosts"] = [clip(host, 100) for host in list(hosts)[:MAX_LISTED]]
    report.facts["domains"] = [*sorted({clip(registrable(host), 100) for host in list(hosts)[:MAX_LISTED]})]


def _links(mail: ParsedMail, budget: Budget) -> Iterator[Link]:
    for part, text, _ in mail.texts(budget):
        if part.content_type == "text/html":
            page = read_page(text, budget)
            yield from page.links
            text = page.text
        for match in _URL.finditer(text):
            yield Link("text", match[0].rstrip(_TRAILING))


def _check(link: Link, report: Report) -> Target | None:
    target = parse(link.url)
    if target is None:
        report.add("malformed-link", "low", clip(link.url, 100))
        return None
    if target.scheme in {"javascript", "vbscript"}:
        report.add("script-link", "high", f"{link.tag} runs {target.scheme}")
    elif target.scheme == "data" and link.tag != "img":
        # Inline pictures are common, but a page inside a link exists only in this mail and cannot be blocked.
        report.add("data-link", "high", f"{link.tag} holds its page in itself")
    elif target.scheme == "file" or link.url.startswith("\\\\"):
        report.add("file-link", "medium", clip(link.url, 100))
    if not target.host or target.scheme not in {"http", "https", "ftp"}:
        return target
    _check_host(target, report)
    if link.tag == "form":
        report.add("form", "medium", f"sends input to {target.host}")
    if link.tag in {"a", "area", "button"}:
        _check_text(link, target, report)
    return target


def _check_host(target: Target, report: Report) -> None:
    host = target.host
    if target.userinfo:
        report.add("userinfo-link", "high", f"looks like another site before the @, leads to {host}")
    if target.port not in USUAL_PORTS:
        report.add("unusual-port", "medium", f"{host}:{target.port}")
    if _is_address(host):
        report.add("ip-link", "high", f"leads to the address {host}")
        return
    if registrable(host) in SHORTENERS or host in SHORTENERS:
        report.add("shortener", "low", f"{host} hides its target")
    if any(mixes_scripts(label) for label in host.split(".")):
        report.add("mixed-script-host", "high", host)
    found = imitation(host)
    if found is not None:
        report.add("look-alike", "high", f"{host} imitates {found.brand}: {found.how}")


def _check_text(link: Link, target: Target, report: Report) -> None:
    shown = _SHOWN.search(" ".join(link.text.split()))
    if shown is None:
        return
    host = _unicode(shown[1].lower())
    # An address in the text ("mail us at info@...") does not claim to be the link's target.
    if link.text[: shown.start(1)].endswith("@") or same_owner(host, target.host):
        return
    # File names look like hosts: the text "report.pdf" does not name a site.
    if registrable(host).rpartition(".")[2] in {
        "pdf",
        "doc",
        "docx",
        "xls",
        "xlsx",
        "zip",
        "html",
        "htm",
        "txt",
        "png",
        "jpg",
    }:
        return
    report.add("text-mismatch", "high", f"shows {host}, leads to {target.host}")


def parse(url: str) -> Target | None:
    """The relevant parts of a URL as browsers read it (WHATWG); None if no browser would open it."""
    plain = _CONTROL.sub("", url)
    if plain.lower().startswith("www."):
        plain = f"http://{plain}"
    elif plain.startswith("//"):
        plain = f"https:{plain}"
    web = _WEB.match(plain)
    if web is not None:
        # Any number of slashes and backslashes, or none, is two slashes; a backslash ends the host.
        rest = plain[web.end() :]
        end = next((at for at, character in enumerate(rest) if character in "?#"), len(rest))
        plain = f"{web[1]}://{rest[:end].replace(chr(92), '/')}{rest[end:]}"
    try:
        parts = urlsplit(plain)
        host = unquote(parts.hostname or "").translate(_DOTS).rstrip(".")
        return Target(parts.scheme.lower(), _unicode(_compatible(host)), parts.port, parts.username is not None)
    except ValueError:
        return None


def _compatible(host: str) -> str:
    """Full-width and circled characters as the plain ones that a browser reads them as."""
    return host if host.isascii() else unicodedata.normalize("NFKC", host).lower()


def _unicode(host: str) -> str:
    """Punycode labels as the reader's program shows them."""
    labels = []
    for label in host.lower().split("."):
        if label.startswith("xn--"):
            try:
                labels.append(label[4:].encode("ascii").decode("punycode"))
                continue
            except (UnicodeError, ValueError, OverflowError):
                pass
        labels.append(label)
    return ".".join(labels)


def _is_address(host: str) -> bool:
    return internet_address(host) is not None


def internet_address(host: str) -> str | None:
    """The address that a host is, also in the unreadable forms that browsers accept: 0x7f000001, 2130706433, 127.1."""
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        pass
    numbers = [_number(part) for part in host.split(".")]
    if len(numbers) > 4 or any(number is None for number in numbers):
        return None
    *leading, last = [number or 0 for number in numbers]
    if any(number > 255 for number in leading) or last >= 256 ** (4 - len(leading)):
        return None
    value = last + sum(number << (24 - 8 * position) for position, number in enumerate(leading))
    return str(ipaddress.IPv4Address(value))


_NUMBER = re.compile(r"0x([0-9a-f]{0,12})|0([0-7]{0,12})|([1-9]\d{0,12})", re.IGNORECASE)


def _number(text: str) -> int | None:
    """One part of an address: hexadecimal, octal or decimal."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    for digits, base in zip(match.groups(), (16, 8, 10), strict=True):
        if digits is not None:
            return int(digits or "0", base)
    return None
