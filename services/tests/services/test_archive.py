"""Archives are looked into without trusting them."""

import io
import zipfile

import pytest

from spot_services.analyzer.budget import Budget, Limits
from spot_services.analyzer.mail import archive
from spot_services.analyzer.mail.archive import list_zip


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return out.getvalue()


def test_lists_nested_archives_to_a_bounded_depth() -> None:
    data = zipped({"deepest.txt": b"x"})
    for level in range(5):
        data = zipped({f"level{level}.zip": data})
    contents = list_zip(data, Budget())
    assert contents.names == ["level4.zip", "level3.zip", "level2.zip"]
    assert contents.nested == 3


def test_warns_of_a_bomb_by_the_directory_alone() -> None:
    assert list_zip(zipped({"zeros": b"\0" * 5_000_000}), Budget()).bomb
    assert not list_zip(zipped({"text": b"hello " * 100}), Budget()).bomb


def test_stops_at_the_limit_of_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    files = zipped({f"{n}.txt": b"" for n in range(9)})
    budget = Budget(Limits(entries=3))
    contents = list_zip(files, budget)
    assert (len(contents.names), contents.truncated) == (3, True)
    assert budget.met == {"entries": "more than 3 files in archives; the rest was not read"}
    monkeypatch.setattr(archive, "MAX_DIRECTORY", 8)
    budget = Budget()
    assert list_zip(files, budget).names == []
    assert budget.met == {"entries": "an archive of more than 8 files; it was not read"}


def test_reports_encryption_macros_and_rubbish() -> None:
    data = bytearray(zipped({"word/vbaProject.bin": b"x"}))
    assert list_zip(bytes(data), Budget()).macros
    # Bit 0 of the flags, in the local header and in the directory, says "encrypted".
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert list_zip(bytes(data), Budget()).encrypted
    assert list_zip(b"PK\x03\x04 rubbish", Budget()).broken
