"""The broker's address and the service's credentials, from the secret connection file."""

import ssl
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError
from yarl import URL

from spot_messaging.contract import ContractPart, describe, read_input
from spot_messaging.refusal import Refusal

# The broker closes the connection of a client that sent nothing for two of these. With the default of 60 s,
# the jobs of a vanished service would wait for two minutes; with 2 s, a slow service would lose its
# connection.
HEARTBEAT_SECONDS = 10


class Tls(ContractPart):
    ca: str | None


class Endpoint(ContractPart):
    hosts: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)]
    tls: Tls | None
    vhost: Annotated[str, Field(min_length=1)]
    username: Annotated[str, Field(min_length=1)]
    password: SecretStr

    def urls(self, purpose: str) -> tuple[URL, ...]:
        """One URL for each host; `purpose` names the connection in the management UI."""
        return tuple(
            URL.build(
                scheme="amqp" if self.tls is None else "amqps",
                host=host,
                port=self.port,
                user=self.username,
                password=self.password.get_secret_value(),
                path=f"/{self.vhost}" if self.vhost != "/" else "/",
                query={"name": purpose, "heartbeat": str(HEARTBEAT_SECONDS)},
            )
            for host in self.hosts
        )

    def ssl_context(self) -> ssl.SSLContext | None:
        """:raises Refusal: if the CA file is not a certificate."""
        if self.tls is None:
            return None
        try:
            return ssl.create_default_context(cafile=self.tls.ca)
        except OSError as error:
            reason = (error.strerror or "not a certificate").lower()
            raise Refusal(
                [f'connection: CA file "{self.tls.ca}" cannot be used ({reason}); mount the broker\'s CA there']
            ) from None


def read_endpoint(path: Path) -> Endpoint:
    """:raises Refusal: with every problem of the file, never with its values."""
    text = read_input(path, "connection", "SPOT_CONNECTION")
    try:
        return Endpoint.model_validate_json(text)
    except ValidationError as error:
        raise Refusal(
            describe(error, f'connection "{path}"', "write it again (npm start, or pulumi up --stack dev)")
        ) from None
