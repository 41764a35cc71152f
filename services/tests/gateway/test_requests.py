"""What arrives at the port: every input gets an answer in JSON that fits, and no connection is kept without a limit."""

import asyncio
import json
import os
import random
import time
from pathlib import Path

import pytest

from spot_services.gateway.connection import ConnectionLimits
from spot_services.gateway.uploads import UploadLimits
from spot_services.state import State
from support.gateway import MIB, Bench, read_answer, running_gateway

HOST = b"Host: localhost\r\n"


def parts(answer: bytes) -> tuple[int, dict[str, str], bytes]:
    """The final status, header and body of an answer."""
    while answer.startswith(b"HTTP/1.1 100"):
        answer = answer.partition(b"\r\n\r\n")[2]
    header, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = header.decode("latin-1").split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return int(first.split()[1]), fields, body


def refusal(answer: bytes) -> tuple[int, str]:
    """The status and the sentence of an error; asserts the form that all errors have."""
    assert answer, "the connection ended without an answer"
    status, fields, body = parts(answer)
    assert fields["content-type"] == "application/json"
    assert fields["x-content-type-options"] == "nosniff"
    assert "server" not in fields
    text: str = json.loads(body)["error"]
    assert "<" not in text.replace("<token>", "")
    assert "Traceback" not in text
    return status, text


POST = b"POST /analyses HTTP/1.1\r\n" + HOST

REQUESTS: list[tuple[str, bytes, int]] = [
    ("an unknown path", b"GET /nothing HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    ("a path with a slash at its end", b"GET /analyses/ HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    ("a path that goes up", b"GET /analyses/../../etc/passwd HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    ("an escaped path that goes up", b"GET /analyses/%2e%2e%2fetc HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    ("a long id", b"GET /analyses/" + b"x" * 101 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    ("an id with a space", b"GET /analyses/a%20b HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    ("an escape without digits", b"GET /analyses/%zz HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    ("an escape at the end", b"GET /analyses/a% HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    ("NUL in the path", b"GET /analyses/a%00b HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    ("a line end in the path", b"GET /analyses/a%0d%0ab HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    ("a path that is not UTF-8", b"GET /analyses/%ff HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    ("a raw byte in the path", b"GET /analyses/\xff HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    ("a bad escape in the query", b"GET /analyses?list=%g1 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    ("a query that is not UTF-8", b"GET /analyses?list=%c3%28 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    ("an unknown parameter", b"GET /analyses?colour=red HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    ("a parameter where there is none", b"GET /analyses/a?list=1 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    ("a wrong method", b"DELETE /analyses HTTP/1.1\r\n" + HOST + b"\r\n", 405),
    ("an invented method", b"BREW /analyses/a HTTP/1.1\r\n" + HOST + b"\r\n", 405),
    ("PUT with a body", b"PUT /analyses HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n\r\nabc", 405),
    ("CONNECT", b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n", 421),
    ("no Host", b"GET /analyses HTTP/1.1\r\n\r\n", 400),
    ("two Hosts", b"GET /analyses HTTP/1.1\r\n" + HOST + HOST + b"\r\n", 400),
    ("an unknown Host", b"GET /analyses HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
    ("an unknown Host with a port", b"GET /analyses HTTP/1.1\r\nHost: evil.example:8080\r\n\r\n", 421),
    ("a Host that begins like ours", b"GET /analyses HTTP/1.1\r\nHost: localhost.evil.example\r\n\r\n", 421),
    ("a Host with a user", b"GET /analyses HTTP/1.1\r\nHost: evil@localhost\r\n\r\n", 421),
    ("a Host with a bad port", b"GET /analyses HTTP/1.1\r\nHost: localhost:99999\r\n\r\n", 421),
    ("an empty Host", b"GET /analyses HTTP/1.1\r\nHost:\r\n\r\n", 421),
    ("an absolute URL of another host", b"GET http://evil.example/analyses HTTP/1.1\r\n" + HOST + b"\r\n", 421),
    ("an unknown Origin", POST + b"Origin: http://evil.example\r\nContent-Length: 1\r\n\r\nx", 403),
    ("the Origin of a file or a sandbox", POST + b"Origin: null\r\nContent-Length: 1\r\n\r\nx", 403),
    (
        "the preflight of an unknown page",
        b"OPTIONS /analyses HTTP/1.1\r\n" + HOST + b"Origin: http://evil.example\r\n\r\n",
        403,
    ),
    ("no body", POST + b"\r\n", 400),
    ("an empty body", POST + b"Content-Length: 0\r\n\r\n", 400),
    ("an empty chunked body", POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("an HTTP/1.0 body without a length", b"POST /analyses HTTP/1.0\r\n\r\nabc", 400),
    ("a length that is not a number", POST + b"Content-Length: abc\r\n\r\nabc", 400),
    ("a negative length", POST + b"Content-Length: -1\r\n\r\nabc", 400),
    ("two lengths", POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
    ("a length with a sign", POST + b"Content-Length: +3\r\n\r\nabc", 400),
    ("a length of 30 digits", POST + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n", 400),
    ("a length above the maximum", POST + b"Content-Length: 99999999\r\nExpect: 100-continue\r\n\r\n", 413),
    ("a length and chunks", POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", 400),
    ("garbage for a chunk", POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n", 400),
    ("a chunk longer than its size", POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n", 400),
    ("an unknown transfer coding", POST + b"Transfer-Encoding: gzip\r\n\r\nabc", 501),
    ("a form with files", POST + b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1\r\n\r\nx", 415),
    ("JSON", POST + b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", 415),
    ("a malformed type", POST + b"Content-Type: \x80\r\nContent-Length: 2\r\n\r\nxx", 415),
    ("a compressed body", POST + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nxx", 415),
    ("a header without a colon", b"GET /analyses HTTP/1.1\r\n" + HOST + b"nonsense\r\n\r\n", 400),
    ("a header that begins with a space", b"GET /analyses HTTP/1.1\r\n a: b\r\n" + HOST + b"\r\n", 400),
    ("NUL in a header", b"GET /analyses HTTP/1.1\r\n" + HOST + b"X: a\x00b\r\n\r\n", 400),
    ("a header above the limit", b"GET /analyses HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 200_000 + b"\r\n\r\n", 431),
    ("many headers above the limit", b"GET /analyses HTTP/1.1\r\n" + HOST + b"X: a\r\n" * 50_000 + b"\r\n", 431),
    ("a long path", b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
    ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 60 + b"\r\n\r\n", 400),
    ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    ("HTTP/0.9", b"GET /analyses\r\n\r\n", 400),
    ("another protocol", b"EHLO example.com\r\n\r\n", 400),
    ("a line of garbage", b"\x00\x01\x02\x03\r\n\r\n", 400),
]

FINE: list[tuple[str, bytes, int]] = [
    ("GET", b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n", 200),
    ("HEAD", b"HEAD /healthz HTTP/1.1\r\n" + HOST + b"\r\n", 200),
    ("OPTIONS", b"OPTIONS /analyses HTTP/1.1\r\n" + HOST + b"\r\n", 204),
    ("HTTP/1.0 without a Host", b"GET /analyses HTTP/1.0\r\n\r\n", 200),
    ("an absolute URL", b"GET http://localhost/analyses HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),
    ("an IPv4 Host", b"GET /analyses HTTP/1.1\r\nHost: 127.0.0.1:18080\r\n\r\n", 200),
    ("an IPv6 Host", b"GET /analyses HTTP/1.1\r\nHost: [::1]:18080\r\n\r\n", 200),
    ("a range", b"GET /analyses HTTP/1.1\r\n" + HOST + b"Range: bytes=0-1\r\n\r\n", 200),
    ("an upgrade", b"GET /analyses HTTP/1.1\r\n" + HOST + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 200),
    ("GET with a body", b"GET /analyses HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n\r\nabc", 200),
    ("the own Origin", POST + b"Origin: http://localhost\r\nContent-Length: 1\r\n\r\nx", 202),
    ("Expect", POST + b"Expect: 100-continue\r\nContent-Length: 1\r\n\r\nx", 202),
    ("chunks", POST + b"Transfer-Encoding: chunked\r\n\r\n2;a=b\r\nab\r\n1\r\nc\r\n0\r\nTrailer: x\r\n\r\n", 202),
    (
        "a form type, as curl sends it",
        POST + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1\r\n\r\nx",
        202,
    ),
    (
        "plain text, as fetch sends it",
        POST + b"Content-Type: text/plain;charset=UTF-8\r\nContent-Length: 1\r\n\r\nx",
        202,
    ),
    ("HTTP/1.0 with a length", b"POST /analyses HTTP/1.0\r\nContent-Length: 1\r\n\r\nx", 202),
]


async def test_refuses_what_it_cannot_process_in_json(bench: Bench) -> None:
    given = {}
    for name, request, _ in REQUESTS:
        given[name] = refusal(await bench.raw(request))[0]
        # The server goes on.
        assert (await bench.get("/healthz")).status_code == 200
    assert given == {name: status for name, _, status in REQUESTS}
    assert bench.publisher.names == []


@pytest.mark.parametrize("end", [False, True], ids=["open", "half-closed"])
async def test_answers_what_is_valid(bench: Bench, end: bool) -> None:
    given = {name: parts(await bench.raw(request, end=end))[0] for name, request, _ in FINE}
    assert given == {name: status for name, _, status in FINE}


async def test_lists_the_methods_that_a_path_has(bench: Bench) -> None:
    for path, methods in {"/analyses": "GET, HEAD, OPTIONS, POST", "/analyses/a": "GET, HEAD, OPTIONS"}.items():
        for method in ("PATCH", "OPTIONS"):
            assert (await bench.client.request(method, path)).headers["allow"] == methods


async def test_names_every_problem_of_a_query(bench: Bench) -> None:
    query = f"urgency=high&via=pigeon&colour=red&via=rpc&filename={'x' * 300}"
    response = await bench.post(b"x", f"/analyses?{query}")
    assert response.status_code == 400
    text = response.json()["error"]
    assert text.startswith("query: ")
    for name in ("urgency", "via", "colour", "filename"):
        assert f'parameter "{name}": ' in text
    assert 'parameter "via": given 2 times' in text
    assert "high" not in text


@pytest.mark.parametrize("seed", range(4))
async def test_answers_or_closes_after_any_bytes(bench: Bench, seed: int) -> None:
    """Mutations of requests: each is answered, or its connection ends, in seconds."""
    chance = random.Random(seed)  # noqa: S311 - reproducible
    for _ in range(50):
        base = bytearray(chance.choice([row[1] for row in [*REQUESTS, *FINE] if len(row[1]) < 2000]))
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(base) + 1)
            match chance.randrange(3):
                case 0:
                    base[at:at] = bytes(chance.choices(b"\r\n\x00\xff :;%/?&=#0aZ", k=chance.randint(1, 4)))
                case 1:
                    del base[at : at + chance.randint(1, 4)]
                case _:
                    base[at : at + 1] = bytes([chance.randrange(256)])
        answer = await bench.raw(bytes(base), end=True, seconds=4)
        if answer:
            status = parts(answer)[0]
            assert 200 <= status < 600
            assert status not in (500, 502, 503)
            if status >= 400 and not base.startswith(b"HEAD"):
                refusal(answer)
    assert (await bench.get("/healthz")).status_code == 200


async def test_tells_a_client_that_sends_everything_first_why_it_is_refused(
    gateway_state: State, tmp_path: Path
) -> None:
    limits = UploadLimits(maximum_body=MIB, bytes_in_flight=8 * MIB)
    async with running_gateway(gateway_state, tmp_path, uploads=limits) as bench:
        body = b"x" * (MIB + MIB // 2)
        for close in (b"", b"Connection: close\r\n"):
            header = POST + close + b"Content-Length: %d\r\n\r\n" % len(body)
            assert refusal(await bench.raw(header + body))[0] == 413
        chunked = POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"
        assert refusal(await bench.raw(chunked))[0] == 413
        assert (await bench.post(b"x" * MIB)).status_code == 202


async def test_refuses_what_exceeds_the_bytes_in_flight_and_accepts_it_later(
    gateway_state: State, tmp_path: Path
) -> None:
    limits = UploadLimits(maximum_body=MIB, bytes_in_flight=2 * MIB)
    async with running_gateway(gateway_state, tmp_path, uploads=limits) as bench:
        bench.store.may_store.clear()
        posts = [asyncio.create_task(bench.post(bytes([number]) * MIB)) for number in range(5)]
        await asyncio.wait(posts, timeout=2)
        bench.store.may_store.set()
        answers = await asyncio.gather(*posts)
        assert sorted(answer.status_code for answer in answers) == [202, 202, 503, 503, 503]
        refused = [answer for answer in answers if answer.status_code == 503]
        assert {answer.headers["retry-after"] for answer in refused} == {"5"}
        assert {answer.json()["outcome"] for answer in refused} == {"not accepted"}
        assert (await bench.post(b"x" * MIB)).status_code == 202


@pytest.mark.parametrize("cause", ["bytes", "uploads", "disk"])
async def test_without_room_says_what_is_certain_about_the_key(
    gateway_state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cause: str
) -> None:
    limits = UploadLimits(maximum_body=2 * MIB, bytes_in_flight=2 * MIB)
    async with running_gateway(gateway_state, tmp_path, uploads=limits) as bench:
        body, known = b"x" * MIB, {"Idempotency-Key": "known"}
        accepted = (await bench.post(body, headers=known)).json()["id"]
        if cause == "bytes":
            bench.uploads.reserve(2 * MIB)
        elif cause == "uploads":
            monkeypatch.setattr("spot_services.gateway.uploads.CONCURRENT", 0)
        else:
            monkeypatch.setattr(bench.spool, "create", lambda: os.open("/dev/full/none", os.O_RDWR))
        for headers, wanted in (
            ({}, {"outcome": "not accepted"}),
            ({"Idempotency-Key": "new"}, {"outcome": "not accepted"}),
            (known, {"outcome": "unknown", "id": accepted, "statusUrl": f"/analyses/{accepted}"}),
        ):
            answer = await bench.post(body, headers=headers)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert {name: value for name, value in answer.json().items() if name != "error"} == wanted
        assert bench.publisher.ids == [accepted]


async def test_closes_half_open_requests_in_time_and_answers_the_others(gateway_state: State, tmp_path: Path) -> None:
    async with running_gateway(gateway_state, tmp_path, connections=ConnectionLimits(header_seconds=2)) as bench:
        streams = [await asyncio.open_connection("127.0.0.1", bench.port) for _ in range(200)]
        for number, (_, writer) in enumerate(streams):
            # A third sends nothing at all.
            if number % 3:
                writer.write(b"GET /analyses HTTP/1.1\r\nHost: local")
        began = time.monotonic()
        assert (await bench.get("/healthz")).status_code == 200
        assert time.monotonic() - began < 2
        for number, (reader, writer) in enumerate(streams):
            answer = await read_answer(reader, 20)
            assert answer == b"" if number % 3 == 0 else refusal(answer)[0] == 408
            writer.close()


async def test_ends_a_body_that_is_too_slow(gateway_state: State, tmp_path: Path) -> None:
    limits = UploadLimits(maximum_body=MIB, bytes_in_flight=8 * MIB, silence_seconds=0.5, bytes_per_second=1000)
    async with running_gateway(gateway_state, tmp_path, uploads=limits) as bench:
        for pause in (0.1, 5.0):
            reader, writer = await asyncio.open_connection("127.0.0.1", bench.port)
            writer.write(POST + b"Content-Length: 100000\r\n\r\n")

            async def trickle(writer: asyncio.StreamWriter = writer, pause: float = pause) -> None:
                for _ in range(200):
                    writer.write(b"x")
                    await asyncio.sleep(pause)

            trickling = asyncio.create_task(trickle())
            status, text = refusal(await read_answer(reader, 10))
            assert (status, "too slowly" in text) == (408, True)
            trickling.cancel()
            writer.close()
        assert bench.uploads._bytes == 0


async def test_makes_room_for_a_new_connection_by_closing_the_oldest_that_waits(
    gateway_state: State, tmp_path: Path
) -> None:
    async with running_gateway(gateway_state, tmp_path, connections=ConnectionLimits(connections=20)) as bench:
        waiting = [await asyncio.open_connection("127.0.0.1", bench.port) for _ in range(40)]
        assert parts(await bench.raw(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"))[0] == 200
        for reader, writer in waiting[:10]:
            assert await read_answer(reader, 5) == b""
            writer.close()
        for _, writer in waiting[10:]:
            writer.close()


async def test_reuses_a_connection_and_answers_pipelined_requests_in_order(bench: Bench) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", bench.port)
    writer.write(b"GET /nothing HTTP/1.1\r\n" + HOST + b"\r\n" + b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")
    assert refusal(await read_answer(reader))[0] == 404
    assert parts(await read_answer(reader))[0] == 200
    writer.write(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")
    assert parts(await read_answer(reader))[0] == 200
    writer.close()


async def test_refuses_a_body_that_ends_early(bench: Bench) -> None:
    for rest in (b"Content-Length: 10\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"):
        assert refusal(await bench.raw(POST + rest, end=True))[0] == 400
    assert refusal(await bench.raw(b"GET /analyses HT", end=True))[0] == 400
    assert bench.publisher.names == []
