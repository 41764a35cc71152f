"""What a request says besides its body: the query, the key, the kind of the body."""

import re
from collections import Counter
from typing import TypeVar

from pydantic import ValidationError
from starlette.requests import Request

from spot_services.gateway.answers import HttpError
from spot_services.gateway.model import Query
from spot_services.gateway.openapi import MEDIA_TYPES

QueryModel = TypeVar("QueryModel", bound=Query)

_KEY = re.compile(r'"([\x20-\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255})')


def read_query(request: Request, model: type[QueryModel]) -> QueryModel:
    """:raises HttpError: with all problems of the query."""
    given = Counter(name for name, _ in request.query_params.multi_items())
    problems = [f'parameter "{name}": given {times} times; give it once' for name, times in given.items() if times > 1]
    try:
        query = model.model_validate(dict(request.query_params))
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False, include_context=False):
            name = ".".join(str(part) for part in problem["loc"])
            known = ", ".join(sorted(model.model_fields)) or "none"
            is_unknown = problem["type"] == "extra_forbidden"
            what = f"unknown; known: {known}" if is_unknown else _lower_first(problem["msg"])
            problems.append(f'parameter "{name[:100]}": {what}')
    else:
        if not problems:
            return query
    raise HttpError(400, f"query: {'; '.join(problems)}")


def read_key(request: Request) -> str | None:
    """The Idempotency-Key, quoted as its draft standard wants it, or bare as most clients send it.

    :raises HttpError: if it is malformed.
    """
    values = request.headers.getlist("Idempotency-Key")
    if not values:
        return None
    match = _KEY.fullmatch(values[0]) if len(values) == 1 else None
    if match is None:
        raise HttpError(400, "header Idempotency-Key: must be 1 to 255 printable ASCII characters; send a UUID")
    return match[1] or match[2]


def check_media_type(request: Request) -> None:
    """:raises HttpError: if the body is certainly not a mail as it is."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given and given not in MEDIA_TYPES:
        raise HttpError(
            415,
            f"header Content-Type: not a mail; send the mail itself as the body, as {MEDIA_TYPES[0]}",
            {"Accept": ", ".join(MEDIA_TYPES)},
        )
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise HttpError(
            415, "header Content-Encoding: not supported; send the mail without it", {"Accept-Encoding": "identity"}
        )


def _lower_first(text: str) -> str:
    text = text.removeprefix("Value error, ")
    return text[:1].lower() + text[1:]
