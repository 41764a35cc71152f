"""What servers answer that imitate S3, or only look like it: nothing is taken for stored that is not."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from spot_services.mailstore import StoreUnavailableError
from spot_services.mailstore.objectstore import PART_BYTES
from support.objectserver import Answer, Asked, ObjectServer, error, object_server
from support.objectstores import BODY, DIGEST, OBJECT, failure_of, store_at


@pytest.fixture
def server() -> Iterator[ObjectServer]:
    with object_server() as given:
        yield given


PAGE = b"<!doctype html><html><body>Console</body></html>"
KIND = {"Last-Modified": "Mon, 05 Jan 2026 09:00:00 GMT", "ETag": '"e"'}


@pytest.mark.parametrize(
    "answer",
    [
        # A console, a login page or a proxy, which answer everything with 200.
        Answer(200, PAGE, {**KIND, "Content-Type": "text/html"}),
        Answer(200, PAGE),
        Answer(200, b"", KIND),
        Answer(200, b'{"ok": true}', KIND),
        Answer(204),
        Answer(302, b"", {"Location": "http://login.invalid/"}),
        Answer(307, b"", {"Location": "http://other.invalid/"}),
    ],
)
async def test_takes_nothing_for_stored_that_is_not_an_object_store(server: ObjectServer, answer: Answer) -> None:
    server.fault = lambda _asked: answer
    store = store_at(server.endpoint)
    for _ in range(2):
        text = await failure_of(store, "put")
        assert "does not answer as the S3 API does" in text or "redirects to another address" in text
    assert await store.ready() is not None
    server.fault = lambda _asked: None
    await store.put(BODY, DIGEST, len(BODY))
    assert server.objects[OBJECT] == BODY


async def test_takes_nothing_for_stored_that_is_not_returned(server: ObjectServer) -> None:
    server.fault = lambda asked: Answer(200, headers=KIND) if asked.method == "PUT" else None
    assert "does not answer as the S3 API does" in await failure_of(store_at(server.endpoint), "put")


LARGE = b"y" * (PART_BYTES + 1)


@pytest.mark.parametrize(
    ("step", "answer", "words"),
    [
        # S3 answers 200 before it knows how the completion ends.
        ("complete", error(200, "InternalError"), "internal error"),
        ("complete", Answer(200, b"\n   " + error(200, "SlowDown").body), "is overloaded"),
        ("complete", Answer(200, b""), "broke off its answer"),
        ("complete", Answer(200, PAGE), "does not answer as the S3 API does"),
        ("complete", error(404, "NoSuchUpload"), "has lost a part of the mail"),
        ("complete", error(400, "InvalidPart"), "has lost a part of the mail"),
        ("begin", Answer(200, PAGE), "does not answer as the S3 API does"),
        ("begin", error(501, "NotImplemented"), "does not support a request"),
        ("part", Answer(200), "does not answer as the S3 API does"),
        ("part", error(400, "EntityTooSmall"), "does not accept parts of this size"),
        ("part", error(507, "XMinioStorageFull"), "is full"),
    ],
)
async def test_a_large_mail_is_stored_as_a_whole_or_not_at_all(
    server: ObjectServer, step: str, answer: Answer, words: str
) -> None:
    def fault(asked: Asked) -> Answer | None:
        steps = {
            "begin": "uploads" in asked.query,
            "part": "partNumber" in asked.query,
            "complete": asked.method == "POST" and "uploadId" in asked.query,
        }
        return answer if steps[step] else None

    server.fault = fault
    store = store_at(server.endpoint)
    digest = hashlib.sha256(LARGE).hexdigest()
    with pytest.raises(StoreUnavailableError) as caught:
        await store.put(LARGE, digest, len(LARGE))
    assert words in str(caught.value)
    server.fault = lambda _asked: None
    assert (await store.put(LARGE, digest, len(LARGE))).sha256 == digest


def listing(content: str, namespace: str = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"') -> bytes:
    return f"<ListBucketResult{namespace}>{content}</ListBucketResult>".encode()


ENTRY = (
    f"<Contents><Key>mails/{DIGEST[:2]}/{DIGEST}</Key><LastModified>2026-01-05T09:00:00.000Z</LastModified>"
    "<ETag>&#34;e&#34;</ETag><Size>3</Size></Contents>"
)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (listing(f"<Name>spot</Name><IsTruncated>false</IsTruncated>{ENTRY}"), [DIGEST]),
        # LocalStack's spaces, an empty bucket of MinIO, what others leave out or add.
        (listing(f"\n <Name>\n spot\n </Name><IsTruncated>\n false\n </IsTruncated>\n{ENTRY}"), [DIGEST]),
        (listing("<Name>spot</Name><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated>"), []),
        (listing(ENTRY), [DIGEST]),
        (listing(ENTRY, namespace=""), [DIGEST]),
        (listing(ENTRY.replace("<ETag>&#34;e&#34;</ETag>", "")), [DIGEST]),
        (listing(ENTRY.replace(".000Z", "Z")), [DIGEST]),
        (listing(ENTRY + ENTRY.replace(DIGEST, "readme.txt")), [DIGEST]),
        # Ceph's JSON, a broken answer, a date of another form.
        (b'{"bucket": {"name": "spot"}}', None),
        (listing(ENTRY)[:150], None),
        (b"", None),
        (listing(ENTRY.replace("2026-01-05T09:00:00.000Z", "Mon, 05 Jan 2026")), None),
    ],
)
async def test_lists_the_mails_of_every_store(server: ObjectServer, body: bytes, found: list[str] | None) -> None:
    server.fault = lambda _asked: Answer(200, body, {"Content-Type": "application/xml"})
    mails = store_at(server.endpoint).older_than(datetime(2026, 2, 1, tzinfo=UTC))
    if found is not None:
        assert [digest async for digest in mails] == found
        return
    with pytest.raises(StoreUnavailableError, match=r"does not answer as the S3 API does|broke off its answer"):
        await anext(mails)
