"""Characters: charsets, invalid bytes, invisible and reversing characters, transfer encodings."""

import random
from collections.abc import Iterator

Mails = Iterator[tuple[str, bytes]]

CHARSETS = ("utf-8", "utf-7", "utf-16", "utf-16-le", "utf-32", "iso-2022-jp", "iso-2022-kr", "shift_jis", "euc-jp", "gb18030", "big5", "hz",
            "koi8-r", "cp037", "cp65001", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "rot13", "base64", "hex", "zlib", "bz2", "uu",
            "quopri", "undefined", "charmap", "mbcs", "unknown-8bit", "binary", "x-user-defined", "../../etc/passwd", "utf-8\0", "")  # fmt: skip


def family_charsets(chance: random.Random) -> Mails:
    """Every charset name that Python knows, and names it should not look up, over bytes that fit none."""
    for charset in CHARSETS:
        yield (
            f"charset {charset!r}",
            f'Content-Type: text/plain; charset="{charset}"\r\n\r\n'.encode() + chance.randbytes(2_000),
        )
        yield (
            f"escape {charset!r}",
            f"Content-Type: text/html; charset={charset}\r\n\r\n".encode()
            + b"\x1b$B+ADw-~{\\ud800\\U00110000&#xd800;&#0;" * 50,
        )


def family_transfer_encodings(chance: random.Random) -> Mails:
    """Transfer encodings, whole, cut, damaged, wrong and unknown."""
    bodies = {
        "random": chance.randbytes(3_000), "equals": b"=" * 50_000, "equals at ends": b"=\r\n" * 20_000, "padding": b"QQ==" * 10_000,
        "padding inside": b"Q=Q=" * 5_000, "one character": b"Q", "five": b"QUJDR", "spaces": b" " * 20_000, "hex": b"=ZZ=4=" * 5_000,
        "uu": b"begin 644 x.exe\r\n#0V%T\r\n`\r\nend\r\n", "uu cut": b"begin 644 x\r\nM" + b"!" * 500, "uu rubbish": b"begin 644 x\r\n" + chance.randbytes(2_000),
        "url alphabet": b"-_-_" * 1_000, "yEnc": b"=ybegin line=128 size=9 name=x\r\n" + bytes(range(256)) + b"\r\n=yend size=9\r\n",
    }  # fmt: skip
    for encoding in (
        "base64",
        "quoted-printable",
        "x-uuencode",
        "7bit",
        "8bit",
        "binary",
        "BASE64 (comment)",
        "gzip64",
        "base64; x=y",
        "",
    ):
        for name, body in bodies.items():
            kind = chance.choice(["text/plain", "text/html", "application/octet-stream", "multipart/mixed; boundary=b"])
            yield (
                f"{encoding} {name}",
                f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + body,
            )


def family_unicode(_chance: random.Random) -> Mails:
    """Invisible, reversing, combining, astral, private and invalid characters in names, subjects and texts."""
    samples = {
        "bidi": "\u202egpj.exe\u2066\u2067", "zero width": "pay\u200bpal\u200c\u200d\ufeff", "combining": "a" + "\u0301" * 3_000,
        "tags": "".join(chr(0xE0000 + n) for n in range(128)), "private": "\ue000\U000f0000", "non-characters": "\ufffe\uffff\U0010ffff",
        "mathematical": "𝐩𝐚𝐲𝐩𝐚𝐥", "cyrillic": "раураl", "long s": "ſ" * 500, "sharp s": "ß" * 500, "dotted": "İ" * 500, "ligature": "ﷺ" * 500,
        "variation": "a\ufe0f" * 500, "line separators": "a\u2028b\u2029c\x85d\x0be\x0cf", "soft hyphen": "a\u00adb" * 300,
    }  # fmt: skip
    for name, text in samples.items():
        yield (
            f"text {name}",
            f"Subject: {text}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text} {text}".encode(),
        )
        yield (
            f"name {name}",
            f'Content-Type: application/x\r\nContent-Disposition: attachment; filename="{text}.zip"\r\n\r\nPK\x03\x04'.encode(),
        )
    for name, raw in {
        "surrogates": b"\xed\xa0\x80\xed\xb0\x80",
        "overlong": b"\xc0\xaf\xe0\x80\xaf",
        "cut": b"\xf0\x9f\x98",
        "above": b"\xf4\x90\x80\x80",
        "NUL": b"\0",
    }.items():
        yield (
            f"raw {name}",
            b"Subject: "
            + raw
            + b"\r\nFrom: "
            + raw
            + b" <a@"
            + raw
            + b">\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<a href='http://"
            + raw
            + b"'>"
            + raw * 300,
        )
