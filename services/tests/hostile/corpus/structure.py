"""MIME structure: boundaries, parts, nesting, attached messages."""

import base64
import random
from collections.abc import Iterator
from itertools import product

Mails = Iterator[tuple[str, bytes]]

NEWLINES = {"crlf": b"\r\n", "lf": b"\n", "cr": b"\r", "lfcr": b"\n\r", "mixed": b"\r\r\n"}


def multipart(boundary: bytes, *parts: bytes, kind: bytes = b"mixed", end: bool = True) -> bytes:
    head = b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (kind, boundary)
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary, part) for part in parts)
    return head + body + (b"--%s--\r\n" % boundary if end else b"")


TEXT = b"Content-Type: text/plain\r\n\r\nhttp://example.com/ act now\r\n"


def family_newlines(_chance: random.Random) -> Mails:
    """Every convention for the ends of lines, in headers, in bodies, and between them."""
    for (name, newline), (other, between) in product(NEWLINES.items(), NEWLINES.items()):
        head = newline.join([b"From: a@example.com", b'Content-Type: multipart/mixed; boundary="b"'])
        body = between.join(
            [b"", b"--b", b"Content-Type: text/html", b"", b"<a href=http://x.test>x</a>", b"--b--", b""]
        )
        yield f"{name} {other}", head + newline + newline + body


def family_boundaries(chance: random.Random) -> Mails:
    """Boundaries that are empty, long, shared, prefixes of each other, missing, or made of special characters."""
    for length in (0, 1, 2, 69, 70, 71, 998, 1_900, 5_000):
        yield f"length {length}", multipart(b"b" * length, TEXT, TEXT)
    for mark in (
        b" ",
        b"-",
        b"--",
        b"'()+_,./:=?",
        b"\\",
        b'\\"',
        b"\xff\xfe",
        b"\0",
        b"=?utf-8?q?b?=",
        b"b b",
        b"\t",
        b"[a-z]*(",
        b"%s",
    ):
        yield f"boundary {mark!r}", multipart(mark, TEXT, multipart(mark + b"x", TEXT))
    yield "shared", multipart(b"b", multipart(b"b", TEXT, multipart(b"b", TEXT)), TEXT)
    yield "prefixes", multipart(b"b", multipart(b"bb", multipart(b"bbb", TEXT)), TEXT)
    yield "never", b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n' + b"text\r\n" * 1_000
    yield "only ends", b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n' + b"--x--\r\n" * 1_000
    yield (
        "two boundaries",
        b'Content-Type: multipart/mixed; boundary="x"; boundary="y"\r\n\r\n--y\r\n' + TEXT + b"--x\r\n" + TEXT,
    )
    yield "two types", b'Content-Type: multipart/mixed; boundary="x"\r\nContent-Type: text/html\r\n\r\n--x\r\n' + TEXT
    yield (
        "continued",
        b"Content-Type: multipart/mixed; boundary*0=ab; boundary*1=cd\r\n\r\n--abcd\r\n" + TEXT + b"--abcd--",
    )
    yield "encoded", b"Content-Type: multipart/mixed; boundary*=utf-8''a%20b\r\n\r\n--a b\r\n" + TEXT + b"--a b--"
    yield "comment", b"Content-Type: multipart/mixed (x; boundary=c); boundary=(y)b\r\n\r\n--b\r\n" + TEXT + b"--b--"
    for number in range(6):
        lines = [
            chance.choice([b"--b", b"--b--", b"--b-", b"-- b", b"--b  ", b"--B", b"", b"x", b"X: y", b"--bb"])
            for _ in range(60)
        ]
        yield f"random {number}", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"\r\n".join(lines)


def family_nesting(_chance: random.Random) -> Mails:
    """Parts in parts and messages in messages, deeper than any reader should follow."""
    for depth in (2, 19, 20, 21, 100, 1_000, 5_000):
        opening = b"".join(
            b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(depth)
        )
        yield f"multipart {depth}", opening + TEXT
        yield f"same boundary {depth}", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * depth + TEXT
        yield f"message {depth}", b"Content-Type: message/rfc822\r\n\r\n" * depth + TEXT
        yield (
            f"alternating {depth}",
            b"".join(
                b'Content-Type: multipart/digest; boundary="d%d"\r\n\r\n--d%d\r\n\r\n' % (n, n) for n in range(depth)
            ),
        )
    inner = b"Subject: innermost\r\n\r\nhttp://example.com/"
    for depth in range(1, 9):
        inner = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(inner)
        yield f"encoded message {depth}", inner


def family_parts(chance: random.Random) -> Mails:
    """Many parts: empty, tiny, without headers, with many headers or parameters each."""
    for count in (10, 499, 500, 501, 10_000, 100_000):
        yield f"empty {count}", multipart(b"b", *[b""] * count)
        yield f"text {count}", multipart(b"b", *[b"Content-Type: text/plain\r\n\r\nx"] * count)
    for count in (200, 3_000):
        part = b"Content-Disposition: attachment; " + b"a*0=x; " * count + b"\r\n\r\nx"
        yield f"parts with {count} parameters", multipart(b"b", *[part] * 200)
    yield "parts with headers", multipart(b"b", *[b"X-Y: z\r\n" * 200 + b"\r\nx"] * 200)
    yield (
        "named parts",
        multipart(b"b", *[b"Content-Disposition: attachment; filename=%d.exe\r\n\r\nMZ" % n for n in range(600)]),
    )
    yield (
        "all alternatives",
        multipart(b"b", *[b"Content-Type: text/html\r\n\r\n<p>%d" % n for n in range(600)], kind=b"alternative"),
    )
    for number in range(5):
        kinds = [
            b"text/plain",
            b"text/html",
            b"image/png",
            b"message/rfc822",
            b"multipart/mixed",
            b"application/zip",
            b"/",
            b"text",
            b"",
        ]
        yield (
            f"random types {number}",
            multipart(
                b"b",
                *[b"Content-Type: %s\r\n\r\n%s" % (chance.choice(kinds), chance.randbytes(50)) for _ in range(100)],
            ),
        )


def family_messages(_chance: random.Random) -> Mails:
    """The subtypes of message and multipart, whole and broken."""
    for kind in (
        b"rfc822",
        b"partial",
        b"external-body",
        b"delivery-status",
        b"disposition-notification",
        b"global",
        b"news",
        b"http",
        b"x",
    ):
        for parameters in (
            b"",
            b"; id=1; number=1; total=9",
            b'; access-type=URL; URL="http://x.test/"',
            b"; access-type=anon-ftp; site=x; name=y",
        ):
            yield (
                f"{kind.decode()} {len(parameters)}",
                b"Content-Type: message/%s%s\r\n\r\nFrom: a@b.test\r\nSubject: s\r\n\r\nbody" % (kind, parameters),
            )
    for kind in (
        b"mixed",
        b"digest",
        b"parallel",
        b"related",
        b"signed",
        b"encrypted",
        b"report",
        b"form-data",
        b"byteranges",
        b"x-mixed-replace",
    ):
        yield (
            f"multipart {kind.decode()}",
            multipart(b"b", b"Content-Type: text/plain\r\n\r\nx", b"\r\nSubject: y\r\n\r\nz", kind=kind),
        )
        yield f"multipart {kind.decode()} cut", multipart(b"b", TEXT, kind=kind, end=False)[:-9]
