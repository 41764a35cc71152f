"""Archives and other attachments."""

import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
import zipfile
import zlib
from base64 import encodebytes
from collections.abc import Iterator

Mails = Iterator[tuple[str, bytes]]


def attached(data: bytes, name: str = "x.zip", kind: str = "application/zip") -> bytes:
    head = f'Content-Type: {kind}\r\nContent-Disposition: attachment; filename="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return head.encode() + encodebytes(data)


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def _bomb(size: int) -> bytes:
    return zipped({"bomb": b"\0" * size})


def family_zip(chance: random.Random) -> Mails:
    """ZIP archives: bombs, nesting, lies of every field, overlaps, tricks of names, damage."""
    plain = zipped({"a.txt": b"text", "b/c.scr": b"MZ", "word/vbaProject.bin": b"x"})
    for method, name in (
        (zipfile.ZIP_STORED, "stored"),
        (zipfile.ZIP_DEFLATED, "deflate"),
        (zipfile.ZIP_BZIP2, "bzip2"),
        (zipfile.ZIP_LZMA, "lzma"),
    ):
        yield (
            f"bomb {name}",
            attached(zipped({"bomb.zip": zipped({"x": b"\0" * 30_000_000}, method)}, method))
            if method
            else attached(zipped({"x.zip": b"PK"}, method)),
        )
    for depth in (3, 8):
        nested = plain
        for number in range(depth):
            nested = zipped({f"{number}.zip": nested})
        yield f"nested {depth}", attached(nested)
    yield "wide", attached(zipped({f"{n}.zip": _bomb(200_000) for n in range(200)}))
    for count in (999, 1_001, 25_000):
        yield f"{count} files", attached(zipped({f"{n}": b"" for n in range(count)}, zipfile.ZIP_STORED))
    names = (
        "../../etc/passwd",
        "/etc/passwd",
        "C:\\x.exe",
        "a\0.exe",
        "x" * 60_000,
        "\u202egpj.exe",
        "con",
        "a/" * 1_000,
        "",
        ".",
        "a.zip",
    )
    for name in names:
        yield f"name {name[:20]!r}", attached(zipped({name: b"x"}))
    for offset in range(0, 46, 2):
        # Each two bytes of the first directory entry, with values that lie.
        damaged = bytearray(plain)
        entry = damaged.index(b"PK\x01\x02")
        damaged[entry + offset : entry + offset + 2] = b"\xff\xff"
        yield f"directory {offset}", attached(bytes(damaged))
    for offset in range(0, 22, 2):
        damaged = bytearray(plain)
        end = damaged.index(b"PK\x05\x06")
        damaged[end + offset : end + offset + 2] = chance.randbytes(2)
        yield f"end {offset}", attached(bytes(damaged))
    # Sizes above four GiB, in the extra field of ZIP64.
    lie = bytearray(plain)
    at = lie.index(b"PK\x01\x02")
    lie[at + 20 : at + 28] = struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFF)
    yield "zip64 without field", attached(bytes(lie))
    yield "zip64 end", attached(plain[:-22] + b"PK\x06\x06" + b"\xff" * 52 + b"PK\x06\x07" + b"\xff" * 16 + plain[-22:])
    yield "encrypted", attached(plain.replace(b"\x14\x00\x00\x00", b"\x14\x00\x01\x00"))
    yield "overlapping", attached(_overlapping(3_000))
    yield "comment", attached(plain[:-2] + b"\xff\xff" + b"PK\x05\x06" * 10_000)
    yield "prefixed", attached(b"MZ" + b"\0" * 1_000 + plain)
    yield "many signatures", attached(b"PK\x03\x04" + b"PK\x01\x02" * 1_000_000)
    for number in range(15):
        damaged = bytearray(plain)
        for _ in range(chance.randint(1, 20)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        yield f"damage {number}", attached(bytes(damaged))


def _overlapping(count: int) -> bytes:
    """Many directory entries for the same compressed bytes."""
    one = zipped({"x": b"\0" * 1_000_000})
    start, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    entry = one[start:end]
    tail = bytearray(one[end:])
    tail[8:20] = struct.pack("<HHII", count, count, len(entry) * count, start)
    return one[:start] + entry * count + bytes(tail)


def family_compressed(chance: random.Random) -> Mails:
    """Other archives and compressed files: bombs, cut files, names that deceive."""
    zeros = b"\0" * 5_000_000
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in ("../x", "/etc/passwd", "a" * 5_000, "x.exe"):
            archive.addfile(tarfile.TarInfo(name), io.BytesIO(b""))
    files = {
        "tar": out.getvalue(), "tgz": gzip.compress(out.getvalue(), mtime=0), "gz": gzip.compress(zeros, mtime=0), "bz2": bz2.compress(zeros), "xz": lzma.compress(zeros),
        "zlib": zlib.compress(zeros), "7z": b"7z\xbc\xaf\x27\x1c" + b"\xff" * 500, "rar": b"Rar!\x1a\x07\x01\x00" + b"\xff" * 500, "cab": b"MSCF" + b"\xff" * 500,
        "iso": b"\0" * 32_769 + b"CD001" + b"\0" * 2_000, "arj": b"\x60\xea" + b"\xff" * 500, "lzh": b"\0\0-lh5-" + b"\xff" * 500, "ace": b"\0" * 7 + b"**ACE**",
    }  # fmt: skip
    for kind, data in files.items():
        yield kind, attached(data, f"x.{kind}", "application/octet-stream")
        yield f"{kind} cut", attached(data[: len(data) // 2], f"x.pdf.{kind}", "application/pdf")
        yield f"{kind} called zip", attached(b"PK\x03\x04" + data[:2_000], "x.zip")
    for number in range(10):
        yield (
            f"random {number}",
            attached(
                chance.randbytes(3_000),
                f"x.{chance.choice(['exe', 'pdf', 'docm', 'js', 'png'])}",
                "application/octet-stream",
            ),
        )
