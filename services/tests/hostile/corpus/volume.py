"""Size: few mails, up to 50 MB."""

import base64
import random
from collections.abc import Iterator

from hostile.corpus.archives import zipped

Mails = Iterator[tuple[str, bytes]]

MEGABYTE = 1_000_000


def family_volume(chance: random.Random) -> Mails:
    """Large bodies and attachments of every transfer encoding."""
    yield "CRLF", b"Subject: x\r\n\r\n" + b"\r\n" * (45 * MEGABYTE // 2)
    yield "CRLF in a multipart", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"\r\n" * (45 * MEGABYTE // 2)
    yield "no line end", b"x" * (50 * MEGABYTE)
    yield "dashes", b"Content-Type: multipart/mixed; boundary=-\r\n\r\n" + b"-" * (50 * MEGABYTE)
    yield "false boundaries", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--bx\r\n" * (45 * MEGABYTE // 6)
    block = base64.encodebytes(chance.randbytes(57 * 1_000))
    head = b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=x.bin\r\nContent-Transfer-Encoding: "
    yield "base64", head + b"base64\r\n\r\n" + block * (50 * MEGABYTE // len(block))
    yield "base64 damaged", head + b"base64\r\n\r\n" + (block[:-1] + b"-") * (20 * MEGABYTE // len(block))
    yield "quoted-printable", head + b"quoted-printable\r\n\r\n" + b"=41" * (30 * MEGABYTE // 3)
    yield "uuencode", head + b"x-uuencode\r\n\r\nbegin 644 x\r\n" + b"#0V%T\r\n" * (20 * MEGABYTE // 7)
    stored = zipped({f"{n}.bin": chance.randbytes(MEGABYTE) for n in range(30)})
    yield (
        "ZIP",
        b"Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(stored),
    )
    yield "attached message", b"Content-Type: message/rfc822\r\n\r\n" * 20 + b"x" * (30 * MEGABYTE)
    yield "text", b"Content-Type: text/html\r\n\r\n" + b"<p>text " * (40 * MEGABYTE // 8)
