"""The answers of the HTTP interface that are not data: JSON with one sentence."""

from collections.abc import Mapping

from pydantic import JsonValue
from starlette.responses import JSONResponse


class HttpError(Exception):
    """Ends a request with a status and a sentence. The sentence is for the client: without names of the inside."""

    def __init__(self, status: int, text: str, headers: Mapping[str, str] | None = None, **fields: JsonValue) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.headers = dict(headers or {})
        self.fields = fields

    def response(self) -> JSONResponse:
        return JSONResponse({"error": self.text, **self.fields}, self.status, headers=self.headers)
