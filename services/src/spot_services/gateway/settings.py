"""The gateway's own part of the contract."""

from typing import Annotated

from pydantic import Field

from spot_messaging import Settings

MIB = 1024 * 1024


class GatewaySettings(Settings):
    http_port: Annotated[int, Field(ge=1, le=65535)]
    # Without tokens, every client that reaches the port can submit mails and read verdicts.
    require_token: bool = False
    # Values of the Host header besides the loopback names. A name that is not listed is refused (DNS rebinding).
    hosts: tuple[str, ...] = ()
    # Web pages of these origins may call the gateway, besides the gateway's own page.
    origins: tuple[str, ...] = ()
    # Bodies that are being received or stored, together. They are on the disk, not in memory.
    bytes_in_flight: Annotated[int, Field(ge=MIB)] = 1024 * MIB
    maximum_body: Annotated[int, Field(ge=1)] = 50 * MIB
