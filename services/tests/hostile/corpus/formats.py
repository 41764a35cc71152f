"""Formats inside mails: S/MIME, TNEF, calendars, reports, pictures, Office files."""

import random
from base64 import encodebytes
from collections.abc import Iterator

from hostile.corpus.structure import multipart

Mails = Iterator[tuple[str, bytes]]

MAGIC = {
    "exe": b"MZ\x90\0", "elf": b"\x7fELF", "mach-o": b"\xcf\xfa\xed\xfe", "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "pdf": b"%PDF-1.7\n", "png": b"\x89PNG\r\n\x1a\n",
    "gif": b"GIF89a", "jpg": b"\xff\xd8\xff\xe0", "zip": b"PK\x03\x04", "rtf": b"{\\rtf1", "lnk": b"L\0\0\0\x01\x14\x02\0", "tnef": b"\x78\x9f\x3e\x22", "wasm": b"\0asm",
    "class": b"\xca\xfe\xba\xbe", "swf": b"CWS\x0a", "ics": b"BEGIN:VCALENDAR\r\n", "vcf": b"BEGIN:VCARD\r\n", "svg": b"<svg xmlns='http://www.w3.org/2000/svg'>", "html": b"<!DOCTYPE html>",
    "eml": b"From: a@b.test\r\n\r\n", "one": b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "p7m": b"\x30\x82\xff\xff", "empty": b"", "short": b"\0",
}  # fmt: skip


def family_magic(chance: random.Random) -> Mails:
    """The first bytes of every format, with a name of another one and nothing sensible behind."""
    for name, magic in MAGIC.items():
        for other in chance.sample(sorted(MAGIC), 2):
            head = f"Content-Type: application/{other}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=x.{other}\r\n\r\n"
            yield f"{name} as {other}", head.encode() + encodebytes(magic + chance.randbytes(2_000))


def family_secure_mail(_chance: random.Random) -> Mails:
    """Signed, encrypted and reporting mails, whole, empty and cut."""
    signed = multipart(
        b"s",
        b"Content-Type: text/plain\r\n\r\nsigned",
        b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\n\x30\x82",
        kind=b"signed",
    )
    encrypted = multipart(
        b"e",
        b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1",
        b"Content-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----",
        kind=b"encrypted",
    )
    report = multipart(b"r", b"Content-Type: text/plain\r\n\r\nfailed", b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: failed\r\nStatus: 5.0.0\r\n",
                       b"Content-Type: text/rfc822-headers\r\n\r\nSubject: x\r\n", kind=b"report")  # fmt: skip
    for name, raw in {"signed": signed, "encrypted": encrypted, "report": report}.items():
        for end in (len(raw), len(raw) - 5, len(raw) * 2 // 3, len(raw) // 3):
            yield f"{name} {end}", raw[:end]
    for kind in (
        "pkcs7-mime; smime-type=enveloped-data",
        "pkcs7-mime; smime-type=signed-data",
        "ms-tnef",
        "pgp",
        "pgp-keys",
    ):
        yield (
            kind,
            f"Content-Type: application/{kind}; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode()
            + encodebytes(b"\x30\x80" * 500),
        )
