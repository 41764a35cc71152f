"""The content of a ZIP archive, unpacked only up to a limit."""

import io
import zipfile
from dataclasses import dataclass, field

from spot_services.analyzer.budget import Budget

MAX_NESTING = 3
# Python's reader builds an object for each entry before it returns one.
MAX_DIRECTORY = 20_000
MAX_NESTED_SIZE = 10 * 1024 * 1024
# Text compresses to a tenth; a thousandth indicates an archive bomb.
BOMB_RATIO = 200
BOMB_SIZE = 100 * 1024 * 1024

_DIRECTORY_ENTRY = b"PK\x01\x02"


@dataclass
class Contents:
    names: list[str] = field(default_factory=list)
    encrypted: bool = False
    bomb: bool = False
    broken: bool = False
    truncated: bool = False
    macros: bool = False
    nested: int = 0


def list_zip(data: bytes, budget: Budget) -> Contents:
    contents = Contents()
    _read(data, contents, budget, depth=0)
    return contents


def _read(data: bytes, contents: Contents, budget: Budget, depth: int) -> None:
    if data.count(_DIRECTORY_ENTRY) > MAX_DIRECTORY:
        budget.meet("entries", f"an archive of more than {MAX_DIRECTORY:,} files; it was not read")
        contents.truncated = True
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _entries(archive, contents, budget, depth)
    except MemoryError:
        raise
    except Exception:  # zipfile raises all kinds of errors on hostile input
        contents.broken = True


def _entries(archive: zipfile.ZipFile, contents: Contents, budget: Budget, depth: int) -> None:
    total = 0
    for entry in archive.infolist():
        if budget.spent or not budget.take("entries", "files in archives"):
            contents.truncated = True
            return
        contents.names.append(entry.filename)
        contents.encrypted |= bool(entry.flag_bits & 0x1)
        contents.macros |= entry.filename.lower().endswith("vbaproject.bin")
        # The numbers in the archive's directory are enough to warn; nothing is unpacked because of them.
        total += entry.file_size
        contents.bomb |= total > BOMB_SIZE or entry.file_size > BOMB_RATIO * max(entry.compress_size, 1024)
        if entry.filename.lower().endswith(".zip") and not entry.flag_bits & 0x1:
            contents.nested += 1
            if depth + 1 < MAX_NESTING and not contents.bomb:
                with archive.open(entry) as inner:
                    # The declared size can be false, so the read itself is limited.
                    nested = inner.read(MAX_NESTED_SIZE + 1)
                if len(nested) > MAX_NESTED_SIZE:
                    contents.truncated = True
                else:
                    _read(nested, contents, budget, depth + 1)
