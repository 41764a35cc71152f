"""The contract:

what a service can publish, consume and call, from the file that the Pulumi program generates. Only that file contains
broker names. The code uses local names ("job", "finding"), so the topology can rename and change objects without a
change here.
"""

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from spot_messaging.refusal import Refusal

REGENERATE = "generate the contract again (npm start, or pulumi up --stack dev)"

Urgency = Literal["normal", "urgent"]


class ContractPart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, alias_generator=to_camel)


class Broker(ContractPart):
    version: Annotated[str, Field(pattern=r"^\d+\.\d+$")]

    @property
    def has_delayed_retry(self) -> bool:
        """Since 4.3, quorum queues can delay a redelivery; before, they redeliver immediately."""
        major, minor = self.version.split(".")
        return (int(major), int(minor)) >= (4, 3)


class Address(ContractPart):
    exchange: Annotated[str, Field(min_length=1)]
    routing_key: str


class Priorities(ContractPart):
    normal: Annotated[int, Field(ge=0, le=255)]
    urgent: Annotated[int, Field(ge=0, le=255)]

    def of(self, urgency: Urgency) -> int:
        return self.urgent if urgency == "urgent" else self.normal


class Publication(Address):
    persistent: bool
    mandatory: bool
    priorities: Priorities | None
    expiration_ms: Annotated[int, Field(gt=0)] | None


class BrokerRetry(ContractPart):
    """The queue redelivers a requeued message with a growing delay."""

    mode: Literal["broker"]
    attempts: Annotated[int, Field(ge=1)]


class ExchangeRetry(ContractPart):
    """One delay queue per failed attempt: the copy waits in it and returns when it expires and is dead-lettered."""

    mode: Literal["exchange"]
    attempts: Annotated[int, Field(ge=1)]
    exchange: Annotated[str, Field(min_length=1)]
    routing_keys: tuple[str, ...]

    @model_validator(mode="after")
    def _one_tier_between_two_attempts(self) -> Self:
        if len(self.routing_keys) != self.attempts - 1:
            needed, given = self.attempts - 1, len(self.routing_keys)
            raise ValueError(f"{self.attempts} attempts need {needed} routing keys, not {given}")
        return self

    def tier(self, failed_attempt: int) -> Address:
        """The address of the delay queue after this attempt, counted from 1."""
        return Address.model_construct(exchange=self.exchange, routing_key=self.routing_keys[failed_attempt - 1])


Retry = Annotated[BrokerRetry | ExchangeRetry, Field(discriminator="mode")]


class Consumption(ContractPart):
    queue: Annotated[str, Field(min_length=1)]
    type: Literal["quorum", "classic", "stream"]
    prefetch: Annotated[int, Field(ge=1, le=65535)]
    job_limit_ms: Annotated[int, Field(gt=0)]
    retry: Retry | None
    dead_letter: Address | None

    @property
    def job_limit(self) -> float:
        """The time limit of one delivery, in seconds."""
        return self.job_limit_ms / 1000


class Call(Address):
    timeout_ms: Annotated[int, Field(gt=0)]

    @property
    def timeout(self) -> float:
        """The timeout for a reply, in seconds."""
        return self.timeout_ms / 1000


class ReplyStream(ContractPart):
    """The stream with the replies to all calls of this service, which each of its replicas reads."""

    queue: Annotated[str, Field(min_length=1)]
    prefetch: Annotated[int, Field(ge=1, le=65535)]


class Caller(Address):
    """A service that calls this one, with the address of its reply stream."""

    # Matches its user of every generation of credentials.
    users: re.Pattern[str]


class Connections(ContractPart):
    """The use of the broker's connections."""

    # The size of the pool of confirm channels (channels.py).
    publish_channels: Annotated[int, Field(ge=1, le=64)] = 4


class Limits(ContractPart):
    inline_bytes: Annotated[int, Field(ge=0)]

    @property
    def body_bytes(self) -> int:
        """A larger message is refused before it is parsed: mails are sent by reference, or inline in base64."""
        return 1024 * 1024 + self.inline_bytes * 4 // 3


class Contract(ContractPart):
    format: Literal[1]
    service: Annotated[str, Field(min_length=1)]
    broker: Broker
    publishes: dict[str, Publication]
    consumes: dict[str, Consumption]
    calls: dict[str, Call]
    replies: ReplyStream | None = None
    callers: dict[str, Caller] = {}
    connections: Connections = Connections()
    limits: Limits
    settings: dict[str, JsonValue]

    @model_validator(mode="after")
    def _retry_fits_broker(self) -> Self:
        for name, consumption in self.consumes.items():
            if isinstance(consumption.retry, BrokerRetry) and not self.broker.has_delayed_retry:
                version = self.broker.version
                raise ValueError(f'consumes "{name}": retry mode "broker" needs RabbitMQ 4.3, not {version}')
        return self

    @model_validator(mode="after")
    def _calls_have_replies(self) -> Self:
        if self.calls and self.replies is None:
            raise ValueError('has "calls", but no stream for their "replies"')
        return self

    def caller(self, user: str | None) -> Caller | None:
        """The service that this user belongs to, if it is one that calls this service."""
        callers = [each for each in self.callers.values() if user is not None and each.users.fullmatch(user)]
        return callers[0] if len(callers) == 1 else None

    @property
    def queues(self) -> frozenset[str]:
        """Every queue and stream that this service consumes."""
        names = {consumption.queue for consumption in self.consumes.values()}
        return frozenset(names if self.replies is None else {*names, self.replies.queue})

    @property
    def exchanges(self) -> frozenset[str]:
        """Every exchange that this service publishes to, including those for replies, retries and dead letters."""
        addresses: list[Address] = [*self.publishes.values(), *self.calls.values(), *self.callers.values()]
        names = {address.exchange for address in addresses}
        for consumption in self.consumes.values():
            if isinstance(consumption.retry, ExchangeRetry):
                names.add(consumption.retry.exchange)
            if consumption.dead_letter is not None:
                names.add(consumption.dead_letter.exchange)
        return frozenset(names)


def read_contract(path: Path) -> Contract:
    """Reads and checks the contract file.

    :raises Refusal: with every problem of the file, if it is not a valid contract.
    """
    text = read_input(path, "contract", "SPOT_CONTRACT")
    try:
        return Contract.model_validate_json(text)
    except ValidationError as error:
        raise Refusal(describe(error, f'contract "{path}"', REGENERATE)) from None


def read_input(path: Path, noun: str, variable: str) -> bytes:
    """:raises Refusal: when the file cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise Refusal([f'{noun} "{path}": cannot be read ({reason}); set {variable} to the path of the file']) from None


def describe(error: ValidationError, place: str, way_out: str) -> list[str]:
    """One sentence for each problem, without values, which can be secrets."""
    problems = []
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        field = ".".join(str(part) for part in problem["loc"])
        message = problem["msg"].removeprefix("Value error, ")
        what = message[:1].lower() + message[1:]
        problems.append(f'{place}: field "{field}": {what}; {way_out}' if field else f"{place}: {what}; {way_out}")
    return problems
