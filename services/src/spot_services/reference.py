"""The reference pages of the HTTP interface and of the messages, from the models that the code uses."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from spot_messaging import Reply
from spot_services.gateway.openapi import openapi_document
from spot_services.payload import Finding, Job, Notification, Request, Result, Status, StatusQuery

RENEW = "cd services && PYTHONPATH=src python -m spot_services.reference ../docs/reference"

_MESSAGES: tuple[tuple[str, type[BaseModel], str], ...] = (
    ("request", Request, "Asks for an analysis. Also the body of the request `submit` by RPC."),
    ("job.<analyzer>", Job, "One analyzer's part of an analysis. A job past its deadline is acknowledged unworked."),
    ("finding", Finding, "What one analyzer found."),
    ("result", Result, "The end of an analysis."),
    ("status", Status, "Progress. It can be lost."),
    ("notification, alert", Notification, "For people and other systems."),
    ("status (RPC)", StatusQuery, "Asks for one analysis, or without an id for the counts."),
    ("reply (RPC)", Reply, "Either `value` or `error`."),
)

_MESSAGES_TEXT = """\
Everything that a client in another language needs to know about the messages of spot. Exchanges, routing keys and
queues are in [the topology](../topology/prod.md); a service finds its own in its contract file.

| property | content |
| --- | --- |
| body | one JSON object in UTF-8, as below; receivers ignore unknown fields |
| `content_type` | `application/json` |
| `type` | the name of the message; by RPC, the name of the request: `submit` or `status` |
| `message_id` | the same for a repetition, so that receivers recognise it; of a request: the id of the analysis |
| `correlation_id` | the id of the analysis; by RPC, an id of the caller's choice, which the reply has too |
| `delivery_mode` | 2 (persistent) where the topology says so |
| `priority` | 8 for urgent, 4 for normal |
| `expiration` | by RPC: how long the caller waits, in milliseconds |

## Request and reply

Consume the stream of the replies to your service, `<service>.replies`, from the offset `next` and with a prefetch. Then
publish the request with `mandatory` and your own `user_id`, on the same channel, and take the reply with your
`correlation_id`. The stream has the replies to all replicas of your service: acknowledge the others too. `reply_to` has
no meaning; a request without the `user_id` of a declared caller is acknowledged and not answered. The error codes of a
reply: `invalid` (the request is wrong), `unknown` (no such analysis), `unavailable`, `timeout` and `internal` (repeat
it later; `submit` with the same `analysis` never makes a second one).

The mail itself is in the mail store under its SHA-256 digest; a message has a `reference` to it. `inline` (Base64) is
still read, but no longer sent.
"""


def http_page() -> str:
    """The HTTP interface as a page."""
    document = openapi_document()
    lines = [
        "# HTTP interface of the gateway",
        "",
        _generated("`GET /openapi.json`, the same as an OpenAPI 3.1 document"),
        "",
        document["info"]["description"],
        "",
    ]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            lines += _operation(f"{method.upper()} {path}", operation)
    lines += ["## Bodies", ""]
    for name, schema in sorted(document["components"]["schemas"].items()):
        lines += _schema(name, schema)
    return "\n".join(lines)


def messages_page() -> str:
    """The messages as a page."""
    lines = ["# Messages", "", _generated("the models in `services/src/spot_services/payload.py`"), "", _MESSAGES_TEXT]
    for name, model, text in _MESSAGES:
        schema = model.model_json_schema(by_alias=True)
        schema.pop("description", None)
        body = json.dumps(schema, indent=2, ensure_ascii=False)
        lines += [f"## {name}", "", text, "", "```json", body, "```", ""]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    match arguments:
        case [folder] if Path(folder).is_dir():
            for name, text in pages().items():
                (Path(folder) / name).write_text(text)
            return 0
        case _:
            print("python -m spot_services.reference: give the folder of the pages", file=sys.stderr)  # noqa: T201
            return 2


def pages() -> Mapping[str, str]:
    return {"http-api.md": http_page(), "messages.md": messages_page()}


def _generated(source: str) -> str:
    return f"Generated from {source}. To renew: `{RENEW}`."


def _operation(title: str, operation: Mapping[str, Any]) -> list[str]:
    lines = [f"## {title}", "", f"{operation['summary']}."]
    if "description" in operation:
        lines[-1] += f" {operation['description']}"
    lines.append("")
    parameters = operation.get("parameters", [])
    if parameters:
        lines += ["| parameter | in | values | meaning |", "| --- | --- | --- | --- |"]
        lines += [
            f"| `{each['name']}` | {each['in']} | {_values(each['schema'])} | {each['description']} |"
            for each in parameters
        ]
        lines.append("")
    lines += ["| status | body | meaning |", "| --- | --- | --- |"]
    for status, answer in operation["responses"].items():
        name = answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        lines.append(f"| {status} | [{name}](#{name.lower()}) | {answer['description']} |")
    return [*lines, ""]


def _schema(name: str, schema: Mapping[str, Any]) -> list[str]:
    lines = [f"### {name}", ""]
    if "description" in schema:
        lines += [schema["description"], ""]
    if "properties" not in schema:
        return [*lines, f"{_values(schema).capitalize()}.", ""]
    lines += ["| field | values | meaning |", "| --- | --- | --- |"]
    lines += [
        f"| `{field}` | {_values(part)} | {part.get('description', '')} |"
        for field, part in schema["properties"].items()
    ]
    return [*lines, ""]


def _values(schema: Mapping[str, Any]) -> str:
    match schema:
        case {"$ref": reference}:
            name = str(reference).rpartition("/")[2]
            return f"[{name}](#{name.lower()})"
        case {"enum": values}:
            return ", ".join(f"`{value}`" for value in values)
        case {"const": value}:
            return f"`{value}`"
        case {"anyOf": choices}:
            return " or ".join(_values(choice) for choice in choices)
        case {"type": "array", "items": items}:
            return f"list of {_values(items)}"
        case {"type": kind}:
            return str(kind)
        case _:
            return "any"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
