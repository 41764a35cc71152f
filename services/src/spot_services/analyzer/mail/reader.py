"""The structure of a mail, read in linear time.

Python's own parser takes quadratic time on parameters and nested boundaries, and ten times the mail's size in memory.
This reader only notes where parts begin and end; Python's parser then reads single headers of limited length.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import policy
from email.message import Message
from typing import NamedTuple, TypeAlias, TypeVar

from spot_services.analyzer.budget import Budget
from spot_services.analyzer.mail.fields import Block, read_fields, repair
from spot_services.analyzer.mail.structure import ParsedMail, Part, decode_words

# A header of the content: RFC 2231 splits long values, but not into more pieces than this.
MAX_CONTENT_HEADER = 2_000
MAX_PARAMETERS = 40
# An encoded message inside a message; RFC 2046 forbids the encoding, and mail programs read it.
MAX_ENCODED_MESSAGE = 8 * 1024 * 1024
MESSAGES = frozenset({"message/rfc822", "message/global"})

_DELIMITER_END = re.compile(rb"(--)?[ \t]{0,100}(?:\r\n|\r|\n|\Z)")

Value = TypeVar("Value")
# Generic for the type checker only; at run time the class takes no parameters.
Headers: TypeAlias = "Message[str, str]"


class Entity(NamedTuple):
    """A range of bytes that holds headers and a body."""

    source: bytes | bytearray
    start: int
    end: int
    depth: int
    # RFC 2046, section 5.1.5: in a digest, a part without a type is a message.
    default_type: str = "text/plain"


def read_mail(mail: ParsedMail, raw: bytes | bytearray, budget: Budget) -> None:
    """Fills `mail` with headers and parts. What was read stays in it when a budget ends the reading."""
    end = len(raw)
    if end > budget.limits.bytes:
        budget.meet("bytes", f"more than {budget.limits.bytes:,} bytes; the rest was not read")
        end = budget.limits.bytes
    # Iterators instead of recursion: hostile nesting does not meet the interpreter's limit.
    open_entities: list[Iterator[Entity]] = [iter([Entity(raw, 0, end, 0)])]
    while open_entities:
        entity = next(open_entities[-1], None)
        if entity is None:
            open_entities.pop()
            continue
        if budget.spent or not budget.take("parts", "parts"):
            return
        block = read_fields(entity.source, entity.start, entity.end, budget)
        if entity.depth == 0:
            mail.headers = block.fields
        mail.found.update(block.defects)
        children = _open(mail, entity, block, budget)
        if children is not None:
            open_entities.append(children)


def _open(mail: ParsedMail, entity: Entity, block: Block, budget: Budget) -> Iterator[Entity] | None:
    """Adds a leaf or an attached message to the mail; the entities inside, if there are any."""
    headers = _content_headers(block, entity.default_type, budget)
    content_type = _read(headers, lambda message: message.get_content_type(), "text/plain")
    part = _part(entity, block, headers, content_type, mail.found)
    budget.used["depth"] = max(budget.used["depth"], entity.depth)
    deepest = entity.depth >= budget.limits.depth
    if content_type.startswith("multipart/"):
        boundary = _read(headers, lambda message: message.get_boundary(), None)
        if not boundary:
            mail.found.add("a multipart without a boundary")
        elif deepest:
            budget.meet("depth", f"nested deeper than {budget.limits.depth}; the rest was read as text")
        else:
            children = _split(entity, block.body, boundary, content_type, mail, budget)
            first = next(children, None)
            if first is not None:
                return _after(first, children)
            mail.found.add("a multipart without a part")
        # Lenient programs show the content of a multipart without parts as text.
        mail.parts.append(replace(part, content_type="text/plain"))
        return None
    mail.parts.append(part)
    if content_type not in MESSAGES:
        return None
    if deepest:
        budget.meet("depth", f"nested deeper than {budget.limits.depth}; the rest was not read")
        return None
    if part.encoding in {"base64", "quoted-printable"}:
        inner = part.decode(MAX_ENCODED_MESSAGE)
        return iter([Entity(inner, 0, len(inner), entity.depth + 1)])
    return iter([Entity(entity.source, block.body, entity.end, entity.depth + 1)])


def _after(first: Entity, rest: Iterator[Entity]) -> Iterator[Entity]:
    yield first
    yield from rest


def _split(
    entity: Entity, body: int, boundary: str, content_type: str, mail: ParsedMail, budget: Budget
) -> Iterator[Entity]:
    """The parts between the delimiter lines of one boundary, each byte searched once."""
    default_type = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
    marker = b"--" + boundary.encode("utf-8", "surrogateescape").rstrip()
    start: int | None = None
    at = body
    while True:
        at = entity.source.find(marker, at, entity.end)
        if at < 0 or budget.spent or not budget.take("delimiters", "boundary lines"):
            break
        stop = _DELIMITER_END.match(entity.source, at + len(marker), entity.end)
        if stop is None or (at > body and entity.source[at - 1] not in b"\r\n"):
            at += len(marker)
            continue
        if start is not None:
            yield Entity(
                entity.source, start, _before_newline(entity.source, start, at), entity.depth + 1, default_type
            )
        if stop[1] is not None:
            if start is None:
                mail.found.add("a multipart that ends before it begins")
            return
        start = at = stop.end()
    if start is not None:
        mail.found.add("a multipart without its end")
        yield Entity(entity.source, start, entity.end, entity.depth + 1, default_type)


def _before_newline(source: bytes | bytearray, start: int, at: int) -> int:
    """The newline before a delimiter belongs to the delimiter."""
    if at - 2 >= start and source[at - 2 : at] == b"\r\n":
        return at - 2
    return max(at - 1, start)


def _content_headers(block: Block, default_type: str, budget: Budget) -> Headers:
    headers: Headers = Message(policy=policy.default)
    headers.set_default_type(default_type)
    for name in ("content-type", "content-disposition", "content-transfer-encoding"):
        value = block.first(name)
        if value is not None:
            headers.set_raw(name, _cut(value, budget))
    return headers


def _cut(value: str, budget: Budget) -> str:
    """A header that Python's parser reads in bounded time."""
    pieces = value[: MAX_CONTENT_HEADER + 1].split(";", MAX_PARAMETERS + 1)
    kept: list[str] = pieces[:1]
    for piece in pieces[1:]:
        if not budget.take("parameters", "parameters"):
            break
        kept.append(piece)
    if len(kept) > MAX_PARAMETERS + 1 or len(value) > MAX_CONTENT_HEADER:
        budget.meet("parameters", f"more than {MAX_PARAMETERS} parameters of a header; the rest was not read")
        kept = kept[: MAX_PARAMETERS + 1]
    return ";".join(kept)[:MAX_CONTENT_HEADER]


def _part(entity: Entity, block: Block, headers: Headers, content_type: str, defects: set[str]) -> Part:
    return Part(
        content_type=content_type,
        charset=_read(headers, lambda message: message.get_content_charset(), None),
        filename=_filename(headers),
        disposition=_read(headers, lambda message: message.get_content_disposition(), None),
        encoding=(block.first("content-transfer-encoding") or "").strip().lower()[:40],
        depth=entity.depth,
        source=entity.source,
        start=block.body,
        end=max(block.body, entity.end),
        defects=defects,
    )


def _filename(headers: Headers) -> str | None:
    name = _read(headers, lambda message: message.get_filename(), None)
    # RFC 2231 is decoded by the parser. RFC 2047 inside a parameter is forbidden, common, and decoded by every client.
    return None if name is None else repair(decode_words(name) if "=?" in name else name)


def _read(message: Headers, read: Callable[[Headers], Value], otherwise: Value) -> Value:
    """Reads a header with the modern policy, or with the lenient old one if the modern one raises."""
    for chosen in (policy.default, policy.compat32):
        # Headers are stored raw and parsed on access, so the policy at that moment applies.
        message.policy = chosen
        try:
            return read(message)
        except Exception:  # noqa: S112 - the second policy, then the default, are the answer
            continue
    return otherwise
