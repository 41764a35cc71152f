"""A mail for the analyzers: its structure is read once; contents are decoded on demand, one at a time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.header import decode_header, make_header

from spot_services.analyzer.budget import Budget
from spot_services.analyzer.mail.fields import Field
from spot_services.analyzer.mail.transfer import decode_transfer

# Python's structured header parser takes quadratic time on long values; the plain decoder takes it on longer ones.
MAX_STRUCTURED_LENGTH = 1_000
MAX_WORDS_LENGTH = 4_000
MAX_TEXT = 512 * 1024


@dataclass(frozen=True)
class Part:
    """A leaf of the MIME tree, or an attached message, whose own leaves follow it."""

    content_type: str
    charset: str | None
    filename: str | None
    disposition: str | None
    encoding: str
    depth: int
    source: bytes | bytearray
    start: int
    end: int
    defects: set[str]

    @property
    def is_attachment(self) -> bool:
        return self.disposition == "attachment" or self.filename is not None

    @property
    def is_text(self) -> bool:
        return self.content_type in {"text/plain", "text/html"} and not self.is_attachment

    def decode(self, limit: int | None = None) -> bytes:
        """The content. It is not kept, because an analyzer needs each one once."""
        room = self.end - self.start if limit is None else limit
        return decode_transfer(self.source, self.start, self.end, self.encoding, room, self.defects)

    def text(self, budget: Budget) -> tuple[str, bool]:
        """The text, and whether the declared charset was right."""
        data = self.decode(MAX_TEXT + 1)
        if len(data) > MAX_TEXT:
            budget.meet("text", f"a text longer than {MAX_TEXT:,} bytes; the rest was not read")
            data = data[:MAX_TEXT]
        declared = self.charset or "us-ascii"
        for charset in (declared, "utf-8"):
            try:
                return data.decode(charset), charset == declared
            # Codecs raise all kinds of errors; LookupError also for codecs that do not decode text.
            except Exception:  # noqa: S112 - the next charset is the answer
                continue
        # The truncation can cut a character in half; any other error means that the text is not utf-8.
        text = data.decode("utf-8", "replace")
        if text.count("\N{REPLACEMENT CHARACTER}") <= 1 + len(text) // 1000:
            return text, False
        return data.decode("cp1252", "replace"), False


@dataclass
class ParsedMail:
    size: int
    headers: list[Field] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    found: set[str] = field(default_factory=set)

    @property
    def defects(self) -> list[str]:
        return sorted(self.found)

    def all(self, name: str) -> list[str]:
        """All values of a header, unfolded, not decoded, in the mail's order."""
        wanted = name.lower()
        return [field.value for field in self.headers if field.name == wanted]

    def first(self, name: str) -> str | None:
        wanted = name.lower()
        return next((field.value for field in self.headers if field.name == wanted), None)

    def decoded(self, name: str) -> str | None:
        """The first value of a header as people read it."""
        value = self.first(name)
        return None if value is None else decode(name, value)

    def texts(self, budget: Budget) -> Iterator[tuple[Part, str, bool]]:
        """The text parts with their text, and whether its declared charset was right, up to the budget of text."""
        room = budget.limits.text
        for part in self.parts:
            if not part.is_text:
                continue
            if budget.spent:
                return
            text, as_declared = part.text(budget)
            if len(text) > room:
                budget.meet("text", f"more than {budget.limits.text:,} characters of text; the rest was not read")
            yield part, text[:room], as_declared
            room -= len(text)
            if room <= 0:
                return


def decode(name: str, value: str) -> str:
    """Decodes encoded words with the modern parser, or with the old one if the modern one raises."""
    if len(value) <= MAX_STRUCTURED_LENGTH:
        try:
            return str(policy.default.header_factory(name, value))
        except Exception:  # noqa: S110 - any error means: not this parser
            pass
    return decode_words(value)


_WORD = re.compile(r"=\?[^?\s]{1,60}\?[qQbB]\?")


def decode_words(value: str) -> str:
    """Decodes encoded words without any structure."""
    if _WORD.search(value) is None:
        return value
    try:
        return str(make_header(decode_header(value[:MAX_WORDS_LENGTH])))
    except Exception:
        return value
