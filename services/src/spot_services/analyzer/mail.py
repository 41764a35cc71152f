"""A parsed mail for the analyzers: parsed once, within limits, without exceptions for malformed input."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from typing import TypeAlias, TypeVar

from spot_services.analyzer.budget import Budget

MAX_PARTS = 200
MAX_DEPTH = 20
MAX_HEADERS = 2_000
MAX_HEADER_LENGTH = 65_536
# Python's structured header parser takes quadratic time on long values; the plain decoder is linear.
MAX_STRUCTURED_LENGTH = 4_096
MAX_TEXT = 512 * 1024

EIGHT_BIT = "8-bit characters in headers"

Value = TypeVar("Value")
# Generic for the type checker only; at run time the class takes no parameters.
Parsed: TypeAlias = "Message[str, str]"


@dataclass(frozen=True)
class Part:
    """A leaf of the MIME tree, or an attached message, whose own leaves follow it."""

    content_type: str
    charset: str | None
    filename: str | None
    disposition: str | None
    data: bytes
    depth: int

    @property
    def is_attachment(self) -> bool:
        return self.disposition == "attachment" or self.filename is not None

    @property
    def is_text(self) -> bool:
        return self.content_type in {"text/plain", "text/html"} and not self.is_attachment

    def text(self) -> tuple[str, bool]:
        """The text, and whether the declared charset was right."""
        data = self.data[:MAX_TEXT]
        for charset in (self.charset or "us-ascii", "utf-8"):
            try:
                return data.decode(charset), charset == (self.charset or "us-ascii")
            except (UnicodeDecodeError, LookupError, ValueError):
                continue
        # The truncation can cut a character in half; any other error means that the text is not utf-8.
        text = data.decode("utf-8", "replace")
        if text.count("\N{REPLACEMENT CHARACTER}") <= 1 + len(text) // 1000:
            return text, False
        return data.decode("cp1252", "replace"), False


@dataclass
class ParsedMail:
    size: int
    headers: list[tuple[str, str]]
    parts: list[Part]
    defects: list[str] = field(default_factory=list)

    def all(self, name: str) -> list[str]:
        """All values of a header, unfolded, not decoded, in the mail's order."""
        wanted = name.lower()
        return [value for key, value in self.headers if key == wanted]

    def first(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)

    def decoded(self, name: str) -> str | None:
        """The first value of a header as people read it."""
        value = self.first(name)
        return None if value is None else decode(name, value)


def parse_mail(raw: bytes, budget: Budget) -> ParsedMail:
    """Parses a mail; unparsable parts become defects."""
    defects: list[str] = []
    message: Parsed
    try:
        message = message_from_bytes(raw, policy=policy.default)
    except Exception as error:  # the parser raises all kinds of errors on hostile input, including RecursionError
        defects.append(f"unparsable body ({type(error).__name__})")
        message = BytesHeaderParser(policy=policy.compat32).parsebytes(raw)
    headers = [
        (name.lower(), _unfold(str(value))[:MAX_HEADER_LENGTH])
        for name, value in list(message.raw_items())[:MAX_HEADERS]
    ]
    if any("\udc80" <= character <= "\udcff" for _, value in message.raw_items() for character in str(value)[:1000]):
        defects.append(EIGHT_BIT)
    parts: list[Part] = []
    for found, depth in _walk(message, defects):
        if len(parts) >= MAX_PARTS or budget.spent:
            defects.append(f"more than {MAX_PARTS} parts")
            break
        parts.append(_part(found, depth, defects))
    return ParsedMail(size=len(raw), headers=headers, parts=parts, defects=sorted(set(defects)))


def decode(name: str, value: str) -> str:
    """Decodes encoded words with the modern parser, or with the old one if the modern one raises."""
    if len(value) <= MAX_STRUCTURED_LENGTH:
        try:
            return str(policy.default.header_factory(name, value))
        except Exception:  # noqa: S110 - any error means: not this parser
            pass
    return decode_words(value)


def decode_words(value: str) -> str:
    """Decodes encoded words without any structure."""
    try:
        return str(make_header(decode_header(value)))
    except Exception:
        return value


def _walk(root: Parsed, defects: list[str]) -> Iterator[tuple[Parsed, int]]:
    """Leaves and attached messages in document order, without recursion."""
    stack: list[tuple[Parsed, int]] = [(root, 0)]
    while stack:
        message, depth = stack.pop()
        defects.extend(type(defect).__name__ for defect in message.defects[:20])
        payload = message.get_payload()
        if not isinstance(payload, list):
            yield message, depth
            continue
        if _read(message, lambda part: part.get_content_type(), "") == "message/rfc822":
            yield message, depth
        if depth >= MAX_DEPTH:
            defects.append(f"nested deeper than {MAX_DEPTH}")
            continue
        children = [child for child in payload if isinstance(child, Message)]
        stack.extend((child, depth + 1) for child in reversed(children[: MAX_PARTS + 1]))


def _part(message: Parsed, depth: int, defects: list[str]) -> Part:
    def payload(part: Parsed) -> bytes:
        data = part.get_payload(decode=True)
        return data if isinstance(data, bytes) else b""

    before = len(message.defects)
    content_type = _read(message, lambda part: part.get_content_type(), "text/plain")
    part = Part(
        # A multipart without parts has no valid boundary; its content is text, and lenient programs show it.
        content_type="text/plain" if content_type.startswith("multipart/") else content_type,
        charset=_read(message, lambda part: part.get_content_charset(), None),
        filename=_filename(message),
        disposition=_read(message, lambda part: part.get_content_disposition(), None),
        data=_read(message, payload, b""),
        depth=depth,
    )
    # Decoding finds more defects, such as broken base64.
    defects.extend(type(defect).__name__ for defect in message.defects[before : before + 20])
    return part


def _filename(message: Parsed) -> str | None:
    name = _read(message, lambda part: part.get_filename(), None)
    # RFC 2231 is decoded by the parser. RFC 2047 inside a parameter is forbidden, common, and decoded by every client.
    return None if name is None else _repair(decode_words(name) if "=?" in name else name)


def _read(message: Parsed, read: Callable[[Parsed], Value], otherwise: Value) -> Value:
    """Reads a header with the modern policy, or with the lenient old one if the modern one raises."""
    for chosen in (message.policy, policy.compat32):
        original = message.policy
        # Headers are stored raw and parsed on access, so the policy at that moment applies.
        message.policy = chosen
        try:
            return read(message)
        except Exception:  # noqa: S112 - the second policy, then the default, are the answer
            continue
        finally:
            message.policy = original
    return otherwise


_FOLD = re.compile(r"[\r\n]+[ \t]*")


def _unfold(value: str) -> str:
    return _repair(_FOLD.sub(" ", value)).strip()


def _repair(value: str) -> str:
    """Decodes bytes that the parser kept as surrogates with the most likely charset."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raw = value.encode("utf-8", "surrogateescape")
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return raw.decode("cp1252", "replace")
    return value
