"""The mail store in a directory."""

import errno
import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from spot_services.mailstore import DamagedMailError, DirectoryStore, MissingMailError, StoreUnavailableError
from spot_services.payload import Mail, Reference


def store(folder: Path, *, writable: bool = True) -> DirectoryStore:
    return DirectoryStore(folder, writable=writable)


async def put(target: DirectoryStore, body: bytes) -> Reference:
    return await target.put(body, hashlib.sha256(body).hexdigest(), len(body))


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_returns_what_was_put_in_and_stores_it_once(tmp_path: Path) -> None:
    target = store(tmp_path)
    first, second = await put(target, b"mail"), await put(target, b"mail")
    assert first == second
    assert await target.get(Mail(reference=first)) == b"mail"
    assert [path.relative_to(tmp_path).as_posix() for path in files(tmp_path)] == [f"{first.sha256[:2]}/{first.sha256}"]


async def test_stores_a_spooled_file(tmp_path: Path) -> None:
    (tmp_path / "spool").write_bytes(b"x" * 3_000_000)
    (tmp_path / "mails").mkdir()
    digest = hashlib.sha256(b"x" * 3_000_000).hexdigest()
    reference = await store(tmp_path / "mails").put(tmp_path / "spool", digest, 3_000_000)
    assert [len(piece) async for piece in store(tmp_path / "mails").read(Mail(reference=reference))] == [
        1048576,
        1048576,
        902848,
    ]


async def test_distinguishes_a_missing_mail_from_a_damaged_one(tmp_path: Path) -> None:
    target = store(tmp_path)
    with pytest.raises(MissingMailError, match="is not in the mail store"):
        await target.get(Mail(reference=Reference(sha256="0" * 64, size=1)))
    reference = await put(target, b"mail")
    [path] = files(tmp_path)
    for damaged in (b"MAIL", b"mai", b"", b"mail and more"):
        path.write_bytes(damaged)
        with pytest.raises(DamagedMailError, match="does not match its digest"):
            await target.get(Mail(reference=reference))


async def test_repairs_a_damaged_mail_that_is_put_again(tmp_path: Path) -> None:
    target = store(tmp_path)
    reference = await put(target, b"mail")
    files(tmp_path)[0].write_bytes(b"")
    await put(target, b"mail")
    assert await target.get(Mail(reference=reference)) == b"mail"


async def test_returns_the_bytes_of_an_inline_mail(tmp_path: Path) -> None:
    assert await store(tmp_path).get(Mail(inline=b"x")) == b"x"


async def test_deletes_a_mail_twice(tmp_path: Path) -> None:
    target = store(tmp_path)
    reference = await put(target, b"mail")
    for _ in range(2):
        await target.delete(reference.sha256)
    assert files(tmp_path) == []


async def test_lists_old_mails_and_removes_abandoned_files(tmp_path: Path) -> None:
    target = store(tmp_path)
    old, again = await put(target, b"old"), await put(target, b"again")
    abandoned = files(tmp_path)[0].parent / ".incoming-x"
    abandoned.write_bytes(b"half")
    for path in files(tmp_path):
        os.utime(path, (0, 0))
    assert await put(target, b"again") == again
    moment = datetime.now(UTC) - timedelta(hours=1)
    assert [digest async for digest in target.older_than(moment)] == [old.sha256]
    assert not abandoned.exists()


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n", "0" * 65])
async def test_accepts_only_digests_as_names(tmp_path: Path, digest: str) -> None:
    with pytest.raises(ValueError, match="64 lowercase hexadecimal"):
        await store(tmp_path).put(b"x", digest, 1)
    with pytest.raises(ValueError, match="64 lowercase hexadecimal"):
        await store(tmp_path).delete(digest)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "it is full; free disk space"),
        (errno.EDQUOT, "its quota is used up"),
        (errno.EROFS, "it is mounted read-only"),
        (errno.EACCES, "this process may not access it"),
        (errno.ESTALE, "the network file system has lost it"),
        (errno.EIO, "the disk reports an error"),
        (errno.ELOOP, "ELOOP"),
    ],
)
async def test_explains_why_it_cannot_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def failing(_handle: int) -> None:
        raise OSError(number, "the system's text")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(StoreUnavailableError, match=words) as caught:
        await put(store(tmp_path), b"mail")
    assert "system's text" not in str(caught.value)
    assert files(tmp_path) == []
    assert words in (await store(tmp_path).ready() or "")


async def test_is_ready_while_it_works(tmp_path: Path) -> None:
    for writable in (True, False):
        assert await store(tmp_path, writable=writable).ready() is None
        missing = store(tmp_path / "missing", writable=writable)
        assert "it does not exist; mount the volume there" in (await missing.ready() or "")
    with pytest.raises(StoreUnavailableError, match="it does not exist"):
        await put(store(tmp_path / "missing"), b"mail")
    with pytest.raises(StoreUnavailableError, match="it does not exist"):
        await store(tmp_path / "missing").get(Mail(reference=Reference(sha256="0" * 64, size=1)))
    assert files(tmp_path) == []


def test_a_mail_is_inline_or_a_reference() -> None:
    for body in ("{}", '{"inline": "eA==", "reference": {"sha256": "' + "0" * 64 + '", "size": 1}}', '{"inline": "?"}'):
        with pytest.raises(ValueError, match="validation error"):
            Mail.model_validate_json(body)
