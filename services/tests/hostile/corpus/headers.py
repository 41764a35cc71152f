"""Headers: length, number, folding, encoded words, parameters, addresses, dates."""

import random
from collections.abc import Iterator

Mails = Iterator[tuple[str, bytes]]

STRUCTURED = (b"From", b"To", b"Reply-To", b"Sender", b"Subject", b"Date", b"Message-ID", b"Received", b"Content-Type",
              b"Content-Disposition", b"Content-Transfer-Encoding", b"Authentication-Results", b"Received-SPF", b"Return-Path")  # fmt: skip


def family_header_values(_chance: random.Random) -> Mails:
    """Every header that is read, with values that are empty, binary, endless, or full of one special character."""
    values = {
        "empty": b"", "spaces": b" " * 5_000, "NUL": b"\0" * 500, "high": bytes(range(128, 256)) * 20, "quotes": b'"' * 20_000,
        "brackets": b"(" * 20_000, "closed brackets": b"(" * 900 + b")" * 900, "angles": b"<" * 20_000, "commas": b"," * 20_000, "at": b"@" * 20_000,
        "backslashes": b"\\" * 20_000, "semicolons": b";" * 20_000, "colons": b":" * 20_000, "encoded starts": b"=?a?q?" * 5_000,
        "encoded words": b"=?utf-8?b?YQ==?= " * 5_000, "percents": b"a*=%" * 5_000,
    }  # fmt: skip
    for header in STRUCTURED:
        for name, value in values.items():
            yield f"{header.decode()} {name}", b"%s: %s\r\nSubject: x\r\n\r\nbody" % (header, value)


def family_header_blocks(_chance: random.Random) -> Mails:
    """Blocks of headers that are long, many, folded, unseparated, or not headers at all."""
    yield "a million", b"X: y\r\n" * 1_000_000
    yield "long name", b"X" * 100_000 + b": y\r\n\r\nbody"
    yield "long value", b"X: " + b"y" * 10_000_000 + b"\r\n\r\nbody"
    yield "folded", b"Subject: x\r\n" + b" y\r\n" * 300_000 + b"\r\nbody"
    yield "folded spaces", b"Subject: x\r\n" + b" \r\n" * 100_000 + b"\r\nbody"
    yield "no separator", b"Subject: x\r\nThis is text.\r\nhttp://example.com/\r\n"
    yield "only continuations", b" x\r\n" * 1_000
    yield "mbox", b"From a@example.com Mon Jan  1 00:00:00 2026\r\nSubject: x\r\n\r\nbody\r\nFrom b@example.com\r\n"
    yield "many mbox", b"From a@example.com\r\n" * 10_000
    yield "spaces before colon", b"Subject : x\r\nFrom\t: a@example.com\r\n\r\nbody"
    yield "empty name", b": x\r\n:\r\n\r\nbody"
    yield "colons", b":" * 100_000
    yield "duplicates", b"".join(b"From: %d@example.com\r\nSubject: %d\r\n" % (n, n) for n in range(3_000)) + b"\r\nx"
    yield "no end", b"Subject: x"
    yield "byte order mark", b"\xef\xbb\xbfSubject: x\r\n\r\nbody"
    yield "UTF-16", "Subject: x\r\n\r\nbody".encode("utf-16")
    yield "UTF-32", "Subject: x\r\n\r\nbody".encode("utf-32")
    yield (
        "received",
        b"".join(b"Received: from a by b; Mon, 1 Jan 2026 00:00:%02d +0000\r\n" % (n % 60) for n in range(4_000))
        + b"\r\nx",
    )


def family_parameters(chance: random.Random) -> Mails:
    """RFC 2231 and its abuse: numbers, gaps, charsets, quotes, and hundreds of thousands of parameters."""
    forms = [
        b"a*0=x; ",
        b"a*%d=x; ",
        b"a*0*=utf-8''%%41; ",
        b"a=x; ",
        b"a; ",
        b'a="; ',
        b"=; ",
        b"a*=; ",
        b"filename*0*=x''y; ",
        b"; ",
    ]
    for form in forms:
        for count in (39, 41, 1_000, 100_000):
            values = b"".join(form % n if b"%d" in form else form.replace(b"%%", b"%") for n in range(count))
            yield f"{form!r} {count}", b"Subject: p\r\nContent-Type: text/plain; " + values + b"\r\n\r\nx"
    for charset in (
        b"",
        b"utf-8",
        b"utf-7",
        b"idna",
        b"punycode",
        b"rot13",
        b"zlib",
        b"unknown",
        b"utf-16",
        b"\xff",
        b"x" * 200,
    ):
        yield (
            f"filename charset {charset[:20]!r}",
            b"Content-Disposition: attachment; filename*=%s''%%80%%ff.exe\r\n\r\nMZ" % charset,
        )
    for number in range(15):
        value = bytes(chance.choice(b"*=';\" ()<>@,:\\/[]?0123456789filename\xff%41") for _ in range(400))
        yield (
            f"random {number}",
            b"Content-Type: application/x; " + value + b"\r\nContent-Disposition: attachment; " + value + b"\r\n\r\nx",
        )


def family_encoded_words(chance: random.Random) -> Mails:
    """RFC 2047 and its abuse: charsets, nesting, cut words, raw bytes inside."""
    charsets = [
        b"utf-8",
        b"utf-7",
        b"iso-2022-jp",
        b"gb18030",
        b"hz",
        b"utf-16",
        b"idna",
        b"punycode",
        b"unicode_escape",
        b"hex",
        b"bz2",
        b"undefined",
        b"mbcs",
        b"",
        b"x" * 500,
    ]
    for charset in charsets:
        for encoding, text in ((b"q", b"=80=FF=00a_b"), (b"b", b"gP8AYQ=="), (b"B", b"///"), (b"x", b"a"), (b"q", b"")):
            word = b"=?%s?%s?%s?=" % (charset, encoding, text)
            yield (
                f"{charset[:20].decode()} {encoding.decode()} {len(text)}",
                b"Subject: " + word + b"\r\nFrom: " + word + b" <a@example.com>\r\n\r\nx",
            )
    for number in range(10):
        value = (
            bytes(chance.choice(b"=?utf-8bQq_ \xff\x00AZ\r\n\t") for _ in range(2_000))
            .replace(b"\n\n", b"")
            .replace(b"\r\r", b"")
        )
        yield f"random {number}", b"Subject: " + value + b"\r\n\r\nx"


def family_dates(_chance: random.Random) -> Mails:
    """Values that are not a date, and dates at the ends of every range."""
    for date in (b"Mon, 32 Foo 2026 99:99:99 +9999", b"1 Jan 0000 00:00:00 +0000", b"1 Jan 9999 23:59:59 -9999", b"1 Jan 10000 00:00 +0000",
                 b"0", b"99999999999999999999", b"1 Jan 2026 00:00:00 +99999999999", b"1 Jan 2026 00:00:00 (" + b"(" * 5_000,
                 "١ Jan 2026 00:00:00 +0000".encode(), b"1-Jan-26", b"Jan", b"1 Jan 2026 -1:-1:-1 -0000", b"29 Feb 2025 00:00:00 GMT"):  # fmt: skip
        yield repr(date[:30]), b"Date: %s\r\nReceived: from x by y; %s\r\nReceived: z; %s\r\n\r\nx" % (date, date, date)
