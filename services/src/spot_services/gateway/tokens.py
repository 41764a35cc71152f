"""Bearer tokens: only their digests are on the disk."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from spot_messaging import Refusal, log
from spot_services.gateway.answers import HttpError
from spot_services.secretfile import read_secret

VARIABLE = "SPOT_TOKENS"
EXAMPLE = '{"tokens": [{"name": "ci", "sha256": "<sha256 of the token, in hex>"}]}'

_CHALLENGE = 'Bearer realm="spot"'
_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]+=*) *", re.IGNORECASE)


class Token(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    name: Annotated[str, Field(min_length=1, max_length=100)]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class TokenFile(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    tokens: Annotated[list[Token], Field(min_length=1)]

    @model_validator(mode="after")
    def _digests_differ(self) -> Self:
        if len({token.sha256 for token in self.tokens}) < len(self.tokens):
            raise ValueError("two tokens have the same digest")
        return self


class Tokens:
    """The tokens of a file, which is read again when it changes, so that tokens rotate without a restart."""

    def __init__(self, path: Path) -> None:
        """:raises Refusal: if the file is not valid."""
        self._path = path
        self._version = _version(path)
        self._tokens = _read(path)

    def owner(self, authorization: str | None) -> str:
        """The name of the token that a request carries.

        :raises HttpError: if it carries no valid one.
        """
        self._renew()
        if authorization is None:
            raise HttpError(
                401,
                "header Authorization: missing; send Authorization: Bearer <token>",
                {"WWW-Authenticate": _CHALLENGE},
            )
        match = _BEARER.fullmatch(authorization)
        given = hashlib.sha256(match[1].encode() if match else b"").hexdigest()
        # Every token is compared, so that the time does not depend on which one is right.
        names = [token.name for token in self._tokens if hmac.compare_digest(token.sha256, given)]
        if match is None or not names:
            raise HttpError(
                401,
                "header Authorization: the token is not valid; ask the operator for a new one",
                {"WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token"'},
            )
        return names[0]

    def _renew(self) -> None:
        version = _version(self._path)
        if version == self._version:
            return
        self._version = version
        try:
            self._tokens = _read(self._path)
        except Refusal as refusal:
            # The old ones stay valid: a wrong file must not lock out all clients.
            log("error", "tokens not renewed", problems=refusal.problems)
        else:
            log("info", "tokens renewed", names=[token.name for token in self._tokens])


def open_tokens(environment: Mapping[str, str], *, is_required: bool) -> Tokens | None:
    """:raises Refusal: if tokens are required and there are none, or the file is not valid."""
    value = environment.get(VARIABLE, "")
    if value != "":
        return Tokens(Path(value))
    if is_required:
        raise Refusal([f"environment: {VARIABLE} is not set, and the contract requires tokens; mount a file {EXAMPLE}"])
    return None


def _version(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size


def _read(path: Path) -> list[Token]:
    return read_secret(VARIABLE, path, TokenFile, f"write {EXAMPLE}").tokens
