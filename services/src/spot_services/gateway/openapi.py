"""The OpenAPI document of the HTTP interface, from the same models as the code."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from spot_services.gateway.model import (
    AnalysisAnswer,
    ErrorAnswer,
    HealthAnswer,
    ListQuery,
    OverviewAnswer,
    PageQuery,
    Query,
    SubmissionsAnswer,
    SubmitQuery,
    SubmittedAnswer,
    UnconfirmedAnswer,
)

VERSION = "1.0.0"
# What clients send for "some bytes": curl (urlencoded), fetch with text (plain), and those that name the type.
MEDIA_TYPES = (
    "message/rfc822",
    "message/global",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
    "text/plain",
)

_MODELS: tuple[type[BaseModel], ...] = (
    AnalysisAnswer,
    ErrorAnswer,
    HealthAnswer,
    OverviewAnswer,
    SubmissionsAnswer,
    SubmittedAnswer,
    UnconfirmedAnswer,
)
_RETRY = {"Retry-After": {"description": "seconds until a repetition makes sense", "schema": {"type": "integer"}}}
_COMMON = {
    "400": "the request is malformed; the sentence names every problem of its query",
    "401": "the token is missing or not valid",
    "403": "a page of this origin may not call the gateway",
    "421": "this host name is not served here",
}


def openapi_document() -> dict[str, Any]:
    """OpenAPI 3.1."""
    _, schemas = models_json_schema(
        [(model, "serialization") for model in _MODELS], ref_template="#/components/schemas/{model}"
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "spot gateway",
            "version": VERSION,
            "description": "Submits e-mails for analysis and shows their verdicts. Every error is JSON with one "
            "sentence. Tokens are needed only where the operator configured them.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}, {}],
        "paths": {
            "/analyses": {"post": _submit(), "get": _overview()},
            "/analyses/{analysis}": {"get": _status()},
            "/submissions": {"get": _submissions()},
            "/healthz": {"get": _health()},
        },
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _submit() -> dict[str, Any]:
    body = {"schema": {"type": "string", "format": "binary", "description": "the raw mail (RFC 5322)"}}
    key = {
        "description": "the key of this submission, generated if the request had none",
        "schema": {"type": "string"},
    }
    location = {"description": "the path of the analysis", "schema": {"type": "string"}}
    replayed = {"description": "true: an earlier request was accepted", "schema": {"const": "true"}}
    return {
        "operationId": "submitMail",
        "summary": "Submits a mail",
        "description": "Answers 202 after the mail store has the mail and the broker has the request. A repetition "
        "with the same Idempotency-Key and the same mail never makes a second analysis; keys belong to the token and "
        "are kept as long as the submission.",
        "parameters": [
            *_parameters(SubmitQuery),
            _header("Idempotency-Key", "1 to 255 printable ASCII characters, such as a UUID; quotes are optional"),
            _header("Repr-Digest", "the SHA-256 or SHA-512 of the mail (RFC 9530), which is compared"),
            _header("Content-Digest", "like Repr-Digest"),
        ],
        "requestBody": {"required": True, "content": dict.fromkeys(MEDIA_TYPES, body)},
        "responses": {
            "202": _answer(
                "accepted",
                SubmittedAnswer,
                {"Location": location, "Idempotency-Key": key, "Idempotency-Replayed": replayed},
            ),
            **_errors(),
            "408": _answer("the body arrived too slowly", ErrorAnswer),
            "409": _answer("the first request with this key is still being processed", UnconfirmedAnswer, _RETRY),
            "413": _answer("the mail is too large", ErrorAnswer),
            "415": _answer("the body is not a mail, or is compressed", ErrorAnswer),
            "422": _answer("the key was used for another mail", ErrorAnswer),
            "503": _answer(
                "not accepted, or not confirmed: see `outcome`",
                UnconfirmedAnswer,
                {**_RETRY, "Idempotency-Key": key},
            ),
        },
    }


def _overview() -> dict[str, Any]:
    return {
        "operationId": "listAnalyses",
        "summary": "Counts the analyses, and lists the newest",
        "parameters": _parameters(ListQuery),
        "responses": {"200": _answer("the counts", OverviewAnswer), **_errors(), **_away()},
    }


def _status() -> dict[str, Any]:
    return {
        "operationId": "getAnalysis",
        "summary": "The state of one analysis",
        "description": "Any valid token reads every analysis. `accepted`: stored and confirmed; `unknown`: the "
        "publish was not confirmed, and the gateway settles it; `completed` and `failed` are final.",
        "parameters": [
            {
                "name": "analysis",
                "in": "path",
                "required": True,
                "description": "the id that the submission returned",
                "schema": {"type": "string", "maxLength": 100},
            }
        ],
        "responses": {
            "200": _answer("the state", AnalysisAnswer),
            **_errors(),
            "404": _answer("unknown, or erased", ErrorAnswer),
            **_away(),
        },
    }


def _submissions() -> dict[str, Any]:
    return {
        "operationId": "listSubmissions",
        "summary": "Pages through all submissions, the oldest first",
        "parameters": _parameters(PageQuery),
        "responses": {"200": _answer("a page", SubmissionsAnswer), **_errors(), **_away()},
    }


def _health() -> dict[str, Any]:
    return {
        "operationId": "getHealth",
        "summary": "Whether the gateway can work now",
        "security": [{}],
        "responses": {"200": _answer("it can", HealthAnswer), "503": _answer("it cannot", ErrorAnswer)},
    }


def _parameters(model: type[Query]) -> list[dict[str, Any]]:
    schema = model.model_json_schema()
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", []),
            "description": part.pop("description", ""),
            "schema": part,
        }
        for name, part in schema["properties"].items()
    ]


def _header(name: str, description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string"},
    }


def _answer(description: str, model: type[BaseModel], headers: dict[str, Any] | None = None) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    answer: dict[str, Any] = {"description": description, "content": {"application/json": {"schema": schema}}}
    return answer if headers is None else {**answer, "headers": headers}


def _errors() -> dict[str, Any]:
    return {status: _answer(description, ErrorAnswer) for status, description in _COMMON.items()}


def _away() -> dict[str, Any]:
    return {
        "503": _answer("the orchestrator, or the database, cannot answer now", ErrorAnswer, _RETRY),
        "504": _answer("the orchestrator did not answer in time", ErrorAnswer, _RETRY),
    }
