"""The OpenAPI document: valid, and what the gateway really answers."""

from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from spot_messaging import UnconfirmedError
from spot_services.gateway.openapi import openapi_document
from support.gateway import Bench

MAIL = b"From: a\r\n\r\nb"


def check(answer: Any, path: str, method: str) -> None:
    """Compares an answer with what the document says about it."""
    document = openapi_document()
    responses = document["paths"][path][method]["responses"]
    assert str(answer.status_code) in responses, f"{method} {path} does not document {answer.status_code}"
    described = responses[str(answer.status_code)]
    schema = described["content"]["application/json"]["schema"]
    jsonschema.validate(answer.json(), {**schema, "components": document["components"]})
    for name in described.get("headers", {}):
        assert name in answer.headers or name == "Idempotency-Replayed"


def test_is_a_valid_openapi_document() -> None:
    OpenAPIV31SpecValidator(openapi_document()).validate()


async def test_is_served_as_it_is(bench: Bench) -> None:
    assert (await bench.get("/openapi.json")).json() == openapi_document()


async def test_describes_what_the_gateway_answers(bench: Bench) -> None:
    key = {"Idempotency-Key": "k"}
    accepted = await bench.post(MAIL, headers=key)
    identity = accepted.json()["id"]
    for answer in (
        accepted,
        await bench.post(MAIL, headers=key),
        await bench.post(MAIL + b"x", headers=key),
        await bench.post(b""),
        await bench.post(MAIL, "/analyses?urgency=high"),
        await bench.post(MAIL, headers={"Content-Type": "application/json"}),
        await bench.post(MAIL, headers={"Host": "other.example"}),
        await bench.post(MAIL, headers={"Origin": "http://other.example"}),
        await bench.post(b"x" * (50 * 1024 * 1024 + 1)),
    ):
        check(answer, "/analyses", "post")
    bench.publisher.refusing, bench.publisher.failure = {"request"}, UnconfirmedError
    check(await bench.post(MAIL), "/analyses", "post")
    check(await bench.get(f"/analyses/{identity}"), "/analyses/{analysis}", "get")
    bench.orchestrator.conclude(identity, reasons=["r"], finishedAt="2026-01-05T09:00:00Z")
    check(await bench.get(f"/analyses/{identity}"), "/analyses/{analysis}", "get")
    check(await bench.get("/analyses/nothing"), "/analyses/{analysis}", "get")
    check(await bench.get("/analyses?list=1"), "/analyses", "get")
    check(await bench.get("/submissions?limit=1"), "/submissions", "get")
    check(await bench.get("/submissions?limit=0"), "/submissions", "get")
    check(await bench.get("/healthz"), "/healthz", "get")
    bench.problem = "the broker cannot be reached"
    check(await bench.get("/healthz"), "/healthz", "get")


@pytest.mark.parametrize("code", ["unavailable", "timeout"])
async def test_describes_what_the_gateway_answers_without_the_orchestrator(bench: Bench, code: str) -> None:
    bench.orchestrator.refusal = code
    check(await bench.get("/analyses"), "/analyses", "get")
    check(await bench.get("/analyses/a"), "/analyses/{analysis}", "get")
