"""The header block of an entity: its fields, read in linear time and within limits."""

import re
from typing import NamedTuple

from spot_services.analyzer.budget import Budget

MAX_BLOCK = 1024 * 1024
MAX_NAME = 200

_LINE = re.compile(rb"([^\r\n]*)(\r\n|\r|\n)?")
# RFC 5322, with the obsolete white space before the colon that mail programs accept.
_FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]{1,200})[ \t]*:")
_SPACE = re.compile(r"\s+")

EIGHT_BIT = "8-bit characters in headers"
NO_SEPARATOR = "no empty line between headers and body"
LONE_CONTINUATION = "the first header line is a continuation"


class Field(NamedTuple):
    name: str
    # Unfolded, not decoded; bytes above 127 are kept as surrogates.
    raw: str

    @property
    def value(self) -> str:
        return repair(self.raw)


class Block(NamedTuple):
    fields: list[Field]
    # Where the body begins.
    body: int
    defects: list[str]

    def first(self, name: str) -> str | None:
        return next((field.raw for field in self.fields if field.name == name), None)


def read_fields(raw: bytes | bytearray, start: int, end: int, budget: Budget) -> Block:
    """Reads the fields from `start` to the empty line, at most to `end`."""
    fields: list[tuple[bytes, list[bytes]]] = []
    defects: list[str] = []
    length = 0
    at = start
    while at < end:
        line = _LINE.match(raw, at, end)
        if line is None or line.end() == at:
            break
        begin, stop = line.span(1)
        if begin == stop:
            at = line.end()
            break
        if at - start > MAX_BLOCK or (budget.used["headers"] % 256 == 0 and budget.spent):
            budget.meet("headers", f"more than {MAX_BLOCK:,} bytes of headers; the rest was not read")
            at = _after_blank(raw, at, end)
            break
        if raw[begin] in b" \t":
            # Folded: belongs to the field above.
            if fields:
                length = _extend(
                    fields[-1][1], bytes(raw[begin : min(stop, begin + budget.limits.header_length)]), length, budget
                )
            else:
                defects.append(LONE_CONTINUATION)
        elif (field := _FIELD.match(raw, begin, stop)) is not None:
            if not budget.take("headers", "headers"):
                at = _after_blank(raw, at, end)
                break
            value = bytes(raw[field.end() : min(stop, field.end() + budget.limits.header_length + 1)])
            pieces: list[bytes] = []
            length = _extend(pieces, value, 0, budget)
            fields.append((field[1], pieces))
        elif not (at == start and raw[begin : begin + 5] == b"From "):
            # Neither a field nor the separator line of an mbox file: the body begins without an empty line.
            defects.append(NO_SEPARATOR)
            break
        at = line.end()
    found = [Field(bytes(name).decode("ascii").lower(), _text(pieces)) for name, pieces in fields]
    if any(not field.raw.isascii() for field in found):
        defects.append(EIGHT_BIT)
    return Block(found, at, defects)


def repair(value: str) -> str:
    """Decodes bytes that were kept as surrogates with the most likely charset."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raw = value.encode("utf-8", "surrogateescape")
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return raw.decode("cp1252", "replace")
    return value


def _extend(pieces: list[bytes], more: bytes, length: int, budget: Budget) -> int:
    limit = budget.limits.header_length
    if length + len(more) > limit:
        budget.meet("header length", f"a header longer than {limit:,} bytes; the rest was not read")
        more = more[: max(limit - length, 0)]
    if more:
        pieces.append(more)
    return length + len(more)


def _text(pieces: list[bytes]) -> str:
    return " ".join(piece.decode("ascii", "surrogateescape").strip() for piece in pieces).strip()


def _after_blank(raw: bytes | bytearray, at: int, end: int) -> int:
    """After the next empty line; searched without reading the lines before it."""
    found = [
        (position, position + len(pattern))
        for pattern in (b"\n\n", b"\r\n\r\n", b"\r\r", b"\n\r\n")
        if (position := raw.find(pattern, at, end)) >= 0
    ]
    return min(found)[1] if found else end
