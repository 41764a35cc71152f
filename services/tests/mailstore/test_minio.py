"""The mail store in a real object store."""

import asyncio
import hashlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from spot_services.mailstore import DamagedMailError, MailStore, MissingMailError, StoreUnavailableError, open_mailstore
from spot_services.payload import Mail, Reference
from support.minio import BUCKET, KEY, SECRET, Minio, minio_server


@pytest.fixture(scope="module")
def minio() -> Iterator[Minio]:
    with minio_server() as server:
        yield server


def store_at(minio: Minio, folder: Path, *, writable: bool = True, **change: str) -> MailStore:
    content: dict[str, Any] = {
        "endpoint": minio.endpoint,
        "bucket": BUCKET,
        "prefix": "mails",
        "region": "us-east-1",
        "accessKeyId": KEY,
        "secretAccessKey": SECRET,
        "ca": None,
    }
    (folder / "store.json").write_text(json.dumps(content | change))
    return open_mailstore({"SPOT_OBJECT_STORE": str(folder / "store.json")}, writable=writable)


async def put(store: MailStore, body: bytes) -> Reference:
    return await store.put(body, hashlib.sha256(body).hexdigest(), len(body))


async def listed(store: MailStore, moment: datetime) -> list[str]:
    return sorted([digest async for digest in store.older_than(moment)])


@pytest.mark.parametrize("size", [0, 1, 100_000, 8 * 1024 * 1024, 8 * 1024 * 1024 + 1, 50 * 1024 * 1024])
async def test_returns_what_was_put_in(minio: Minio, tmp_path: Path, size: int) -> None:
    body = os.urandom(size)
    (tmp_path / "spool").write_bytes(body)
    store = store_at(minio, tmp_path)
    reference = await store.put(tmp_path / "spool", hashlib.sha256(body).hexdigest(), size)
    assert reference == await put(store, body)
    assert await store.get(Mail(reference=reference)) == body
    await store.delete(reference.sha256)
    with pytest.raises(MissingMailError):
        await store.get(Mail(reference=reference))
    await store.delete(reference.sha256)


async def test_lists_the_mails_that_were_not_put_again(minio: Minio, tmp_path: Path) -> None:
    store = store_at(minio, tmp_path, prefix="older")
    first = await put(store, b"first")
    again = await put(store, b"again")
    assert await store.ready() is None
    assert await listed(store, datetime.now(UTC) + timedelta(seconds=1)) == sorted([first.sha256, again.sha256])
    assert await listed(store, datetime.now(UTC) - timedelta(hours=1)) == []
    await asyncio.sleep(1.1)
    moment = datetime.now(UTC)
    await put(store, b"again")
    assert await listed(store, moment) == [first.sha256]


async def test_lists_more_mails_than_one_answer_holds(minio: Minio, tmp_path: Path) -> None:
    store = store_at(minio, tmp_path, prefix="many")
    references = await asyncio.gather(*(put(store, str(number).encode()) for number in range(1100)))
    moment = datetime.now(UTC) + timedelta(seconds=1)
    assert await listed(store, moment) == sorted(reference.sha256 for reference in references)


async def test_refuses_an_object_that_another_client_replaced(minio: Minio, tmp_path: Path) -> None:
    store = store_at(minio, tmp_path)
    reference = await put(store, b"the mail")
    other = await put(store, b"forgery!")
    forged = minio.folder / BUCKET / "mails"
    source, target = (forged / digest[:2] / digest for digest in (other.sha256, reference.sha256))
    # MinIO keeps an object of this size in one file of its folder.
    (target / "xl.meta").write_bytes((source / "xl.meta").read_bytes())
    with pytest.raises(DamagedMailError):
        await store.get(Mail(reference=reference))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"accessKeyId": "nobody"}, "refuses the access key"),
        ({"secretAccessKey": "wrong-secret"}, "refuses the signature"),
        ({"bucket": "missing"}, "has no such bucket"),
        ({"region": "eu-west-1"}, "the bucket in another region"),
    ],
)
async def test_explains_wrong_settings(minio: Minio, tmp_path: Path, change: dict[str, str], words: str) -> None:
    for writable in (True, False):
        store = store_at(minio, tmp_path, writable=writable, **change)
        assert words in (await store.ready() or "")
        with pytest.raises(StoreUnavailableError, match=words) as caught:
            await put(store, b"x")
        assert "wrong-secret" not in str(caught.value)
        with pytest.raises(StoreUnavailableError, match=words):
            await store.get(Mail(reference=Reference(sha256="0" * 64, size=1)))


async def test_uses_keys_that_were_rotated_in_the_file(minio: Minio, tmp_path: Path) -> None:
    store = store_at(minio, tmp_path, secretAccessKey="the-old-one")
    with pytest.raises(StoreUnavailableError, match="refuses the signature"):
        await put(store, b"x")
    store_at(minio, tmp_path)
    await put(store, b"x")


async def test_a_reader_is_ready_before_the_gateway_ever_wrote(minio: Minio, tmp_path: Path) -> None:
    assert await store_at(minio, tmp_path, writable=False, prefix="new").ready() is None


async def test_does_not_wait_for_a_stopped_server_and_returns_with_it(minio: Minio, tmp_path: Path) -> None:
    store = store_at(minio, tmp_path)
    reference = await put(store, b"x")
    with minio.stopped():
        started = asyncio.get_running_loop().time()
        with pytest.raises(StoreUnavailableError, match="did not answer in time"):
            await store.get(Mail(reference=reference))
        assert asyncio.get_running_loop().time() - started < 10
    assert await store.get(Mail(reference=reference)) == b"x"
