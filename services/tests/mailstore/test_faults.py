"""The mail store in an object store that fails, or that lacks a part of S3."""

import asyncio
import hashlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from spot_services.mailstore import DamagedMailError, MissingMailError
from spot_services.mailstore.objectstore import PART_BYTES, ObjectStore
from spot_services.payload import Mail
from support.objectserver import Answer, ObjectServer, error, object_server
from support.objectstores import BODY, DIGEST, MAIL, OBJECT, failure_of, location, store_at


@pytest.fixture
def server() -> Iterator[ObjectServer]:
    with object_server() as given:
        yield given


# What stores answer, by the S3 reference and the issues of MinIO, Ceph, Garage, SeaweedFS, R2, Wasabi and others.
ANSWERS = [
    (error(403, "AccessDenied"), "denies this access"),
    (error(403, "InvalidAccessKeyId"), "refuses the access key"),
    (error(403, "SignatureDoesNotMatch"), "refuses the signature"),
    (error(403, "RequestTimeTooSkewed"), "has another time than this machine"),
    (error(400, "ExpiredToken"), "because it has expired"),
    (error(404, "NoSuchBucket"), "has no such bucket"),
    (error(400, "InvalidBucketName"), "does not accept the name of the bucket"),
    (error(301, "PermanentRedirect"), "another region"),
    (error(400, "AuthorizationHeaderMalformed"), "another region"),
    (error(403, "SecondLevelDomainForbidden"), 'set addressing to "virtual"'),
    (error(400, "EntityTooLarge"), "does not accept mails of this size"),
    (error(507, "XMinioStorageFull"), "is full"),
    (error(400, "XMinioAdminBucketQuotaExceeded"), "raise the quota"),
    (error(403, "QuotaExceeded"), "raise the quota"),
    (error(503, "SlowDown"), "is overloaded"),
    (error(429, "TooManyRequests"), "is overloaded"),
    (error(503, "XMinioServerNotInitialized"), "is starting"),
    (error(503, "XMinioWriteQuorum"), "too few of its servers"),
    (error(500, "InternalError"), "internal error"),
    (error(501, "NotImplemented"), "does not support a request"),
    (error(418, "Teapot"), 'answered with status 418 ("Teapot")'),
    (Answer(401), "refuses the access key"),
    (Answer(403), "denies this access"),
    (Answer(404, b"<html>not here</html>"), "has no such bucket"),
    (Answer(405), "the endpoint is the S3 API"),
    (Answer(413), "raise its limit"),
    (Answer(502, b"<html>bad gateway</html>"), "is not available behind its proxy"),
    (Answer(503), "is overloaded"),
    (Answer(504), "is not available behind its proxy"),
    (Answer(507), "is full"),
    (Answer(301), "another region"),
]


@pytest.mark.parametrize("operation", ["put", "get", "delete"])
@pytest.mark.parametrize(
    ("answer", "words"), ANSWERS, ids=[f"{a.status}-{w[:12]}-{n}" for n, (a, w) in enumerate(ANSWERS)]
)
async def test_explains_each_answer(server: ObjectServer, answer: Answer, words: str, operation: str) -> None:
    server.fault = lambda _asked: answer
    started = time.monotonic()
    text = await failure_of(store_at(server.endpoint), operation)
    assert text.startswith(f'object store "{server.endpoint}", bucket "spot": ')
    assert words in text
    assert time.monotonic() - started < 4


async def test_is_not_ready_for_each_answer_and_ready_again(
    server: ObjectServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spot_services.mailstore.objectstore._PROBE_READ_SECONDS", 0.0)
    for writable in (True, False):
        store = store_at(server.endpoint, writable=writable)
        for answer, words in ANSWERS[:6]:
            server.fault = lambda _asked, answer=answer: answer  # type: ignore[misc]
            assert words in (await store.ready() or "")
        server.fault = lambda _asked: None
        assert await store.ready() is None


async def test_reads_no_more_than_one_probe_in_some_seconds(server: ObjectServer) -> None:
    store = store_at(server.endpoint)
    for _ in range(20):
        assert await store.ready() is None
    assert [asked.method for asked in server.asked] == ["PUT", "GET"]


@pytest.mark.parametrize("operation", ["put", "get", "delete"])
async def test_stops_waiting_for_a_slow_store(server: ObjectServer, operation: str) -> None:
    server.fault = lambda _asked: Answer(200, BODY, seconds=3)
    started = time.monotonic()
    assert "did not answer in time" in await failure_of(store_at(server.endpoint, seconds=0.5), operation)
    assert time.monotonic() - started < 2


async def test_stops_waiting_for_a_store_that_accepts_connections_and_is_silent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert "did not answer in time" in await failure_of(store_at(endpoint, seconds=0.5), "get")


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [
        ("http://127.0.0.1:1", "refuses the connection"),
        ("https://127.0.0.1:1", "refuses the connection"),
        ("http://store.invalid:9000", "its host name cannot be resolved"),
    ],
)
async def test_explains_an_endpoint_that_is_not_there(endpoint: str, words: str) -> None:
    assert words in await failure_of(store_at(endpoint), "put")


async def test_explains_https_to_a_port_without_tls(server: ObjectServer) -> None:
    text = await failure_of(store_at(server.endpoint.replace("http:", "https:")), "put")
    assert "does not speak TLS at this port" in text


async def test_tries_an_overloaded_store_again(server: ObjectServer) -> None:
    answers = [error(503, "SlowDown"), error(500, "InternalError")]
    server.fault = lambda asked: answers.pop() if asked.path == OBJECT and answers else None
    await store_at(server.endpoint).put(BODY, DIGEST, len(BODY))
    assert server.objects[OBJECT] == BODY
    assert [asked.path for asked in server.asked].count(OBJECT) == 3


async def test_never_returns_other_bytes(server: ObjectServer) -> None:
    for body in (b"", BODY[:-1], BODY + b"x", b"<html>proxy</html>", BODY.swapcase()):
        server.objects[OBJECT] = body
        with pytest.raises(DamagedMailError):
            await store_at(server.endpoint).get(MAIL)


async def test_does_not_read_an_object_to_its_end_that_is_too_large(server: ObjectServer) -> None:
    server.objects[OBJECT] = b"x" * 50_000_000
    with pytest.raises(DamagedMailError):
        await store_at(server.endpoint).get(MAIL)


@pytest.mark.parametrize("sent", [0, 1, len(BODY) - 1])
async def test_a_truncated_answer_is_unavailable_and_not_damaged(server: ObjectServer, sent: int) -> None:
    kind = {"Last-Modified": "Mon, 05 Jan 2026 09:00:00 GMT", "ETag": '"e"'}
    server.fault = lambda _asked: Answer(200, BODY[:sent], kind, announced=len(BODY))
    assert "broke off its answer" in await failure_of(store_at(server.endpoint), "get")


async def test_distinguishes_a_missing_mail_from_a_missing_bucket(server: ObjectServer) -> None:
    with pytest.raises(MissingMailError):
        await store_at(server.endpoint).get(MAIL)
    server.fault = lambda _asked: error(404, "NoSuchBucket")
    assert "has no such bucket" in await failure_of(store_at(server.endpoint), "get")


async def test_waits_for_a_new_mail_that_a_replica_does_not_show_yet(server: ObjectServer) -> None:
    server.objects[OBJECT] = BODY
    answers = [error(404, "NoSuchKey")]
    server.fault = lambda _asked: answers.pop() if answers else None
    assert await store_at(server.endpoint).get(MAIL) == BODY


async def test_a_store_that_reports_a_missing_object_at_its_deletion(server: ObjectServer) -> None:
    server.fault = lambda _asked: error(404, "NoSuchKey")
    await store_at(server.endpoint).delete(DIGEST)


async def test_sends_only_what_every_store_understands(server: ObjectServer, tmp_path: Path) -> None:
    """No trailers and no aws-chunked, no checksum headers, no tags, no conditions, no bulk deletion."""
    large = b"y" * (2 * PART_BYTES + 1)
    (tmp_path / "large").write_bytes(large)
    digest = hashlib.sha256(large).hexdigest()
    store = store_at(server.endpoint)
    await store.put(BODY, DIGEST, len(BODY))
    reference = await store.put(tmp_path / "large", digest, len(large))
    assert await store.get(Mail(reference=reference)) == large
    await store.delete(digest)
    for asked in server.asked:
        assert {name for name in asked.headers if name.startswith("x-amz")} == {"x-amz-date", "x-amz-content-sha256"}
        assert asked.headers["x-amz-content-sha256"] == hashlib.sha256(asked.body).hexdigest()
        assert not {"transfer-encoding", "content-encoding", "trailer", "if-match", "if-none-match", "expect"} & set(
            asked.headers
        )
        assert "delete" not in asked.query
    # Cloudflare R2 requires parts of the same length.
    sizes = sorted(len(asked.body) for asked in server.asked if "partNumber" in asked.query)
    assert sizes == [1, PART_BYTES, PART_BYTES]


@pytest.mark.parametrize("region", ["auto", "us-east-1", "garage", "eu-central-003", "default"])
async def test_signs_for_any_region(server: ObjectServer, region: str) -> None:
    await store_at(server.endpoint, region=region).put(BODY, DIGEST, len(BODY))
    assert f"/{region}/s3/aws4_request" in server.asked[0].headers["authorization"]


@pytest.mark.parametrize(
    ("endpoint", "addressing", "host", "path"),
    [
        ("http://store.example:9000", "path", "store.example:9000", OBJECT),
        ("http://store.example/", "path", "store.example", OBJECT),
        # Below a path, as behind a proxy or at Supabase (/storage/v1/s3).
        ("http://store.example/storage/v1/s3", "path", "store.example", f"/storage/v1/s3{OBJECT}"),
        ("http://store.example:9000", "virtual", "spot.store.example:9000", OBJECT.removeprefix("/spot")),
    ],
)
async def test_addresses_the_bucket_by_path_or_by_host(
    server: ObjectServer, monkeypatch: pytest.MonkeyPatch, endpoint: str, addressing: str, host: str, path: str
) -> None:
    # As a proxy, the server receives the requests for all hosts.
    monkeypatch.setenv("http_proxy", server.endpoint)
    await store_at(endpoint, addressing=addressing).put(BODY, DIGEST, len(BODY))
    asked = server.asked[-1]
    assert (asked.host, urlsplit(asked.path).path) == (host, path)


async def test_uses_rotated_keys_without_a_restart(server: ObjectServer) -> None:
    current = location(server.endpoint, accessKeyId="first")
    store = ObjectStore(lambda: current, writable=True)
    await store.put(BODY, DIGEST, len(BODY))
    current = location(server.endpoint, accessKeyId="second")
    await store.put(BODY, DIGEST, len(BODY))
    mails = [asked for asked in server.asked if asked.path == OBJECT]
    assert ["Credential=first/" in asked.headers["authorization"] for asked in mails] == [True, False]


async def test_concurrent_operations_share_one_store(server: ObjectServer) -> None:
    store = store_at(server.endpoint, seconds=10)
    await store.put(BODY, DIGEST, len(BODY))
    assert set(await asyncio.gather(*(store.get(MAIL) for _ in range(50)))) == {BODY}
