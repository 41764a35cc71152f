"""Content transfer encodings, decoded in linear time; damage becomes a defect, never an exception."""

import binascii
import io
import re

BROKEN_BASE64 = "characters that are not Base64"
SHORT_BASE64 = "Base64 that ends too early"

_CHUNK = 1024 * 1024
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NO_BASE64 = bytes(sorted(set(range(256)) - set(_ALPHABET) - set(b"=")))
_SPACES = b" \t\r\n"
_UU_BEGIN = re.compile(rb"(?:\A|[\r\n])begin [0-7]{3,4} [^\r\n]{1,300}(?:\r\n|\r|\n)")
_UU_LINE = re.compile(rb"([^\r\n]*)(?:\r\n|\r|\n|\Z)")


def decode_transfer(
    raw: bytes | bytearray, start: int, end: int, encoding: str, limit: int, defects: set[str]
) -> bytes:
    """The content of `raw[start:end]`, at most `limit` bytes of it."""
    match encoding:
        case "base64":
            return _base64(raw, start, end, limit, defects)
        case "quoted-printable":
            # Each byte takes three at most, and soft line breaks a few more.
            return binascii.a2b_qp(raw[start : min(end, start + 4 * limit)])[:limit]
        case "x-uuencode" | "uuencode" | "uue" | "x-uue":
            return _uuencode(raw, start, end, limit, defects)
        case _:
            return bytes(raw[start : min(end, start + limit)])


def _base64(raw: bytes | bytearray, start: int, end: int, limit: int, defects: set[str]) -> bytes:
    out = io.BytesIO()
    rest = b""
    for at in range(start, end, _CHUNK):
        chunk = bytes(raw[at : min(at + _CHUNK, end)])
        clean = chunk.translate(None, _NO_BASE64)
        if len(clean) != len(chunk.translate(None, _SPACES)):
            defects.add(BROKEN_BASE64)
        # Padding in the middle: several encoded texts in a row, which mail programs decode all.
        *whole, last = (rest + clean).split(b"=")
        for segment in whole:
            out.write(_quads(segment, defects))
        cut = len(last) - len(last) % 4
        out.write(binascii.a2b_base64(last[:cut]))
        rest = last[cut:]
        if out.tell() >= limit:
            rest = b""
            break
    if rest:
        defects.add(SHORT_BASE64)
        out.write(_quads(rest, defects))
    out.truncate(min(out.tell(), limit))
    return out.getvalue()


def _quads(segment: bytes, defects: set[str]) -> bytes:
    if len(segment) % 4 == 1:
        # One character alone holds no whole byte.
        defects.add(SHORT_BASE64)
        segment = segment[:-1]
    return binascii.a2b_base64(segment + b"=" * (-len(segment) % 4)) if segment else b""


def _uuencode(raw: bytes | bytearray, start: int, end: int, limit: int, defects: set[str]) -> bytes:
    begin = _UU_BEGIN.search(raw, start, end)
    if begin is None:
        return bytes(raw[start : min(end, start + limit)])
    out = io.BytesIO()
    for line in _UU_LINE.finditer(raw, begin.end(), end):
        text = bytes(line[1][:200])
        if text in (b"end", b"`") or out.tell() >= limit:
            break
        try:
            out.write(binascii.a2b_uu(text))
        except binascii.Error:
            # Encoders that pad lines too much are common; the length in front counts.
            try:
                out.write(binascii.a2b_uu(text[: (((text[0] - 32) & 63) * 4 + 5) // 3]))
            except (binascii.Error, IndexError):
                defects.add("broken uuencoding")
    return out.getvalue()[:limit]
