"""Stand-ins at the two edges of the code: the raw message of aio-pika, and the publisher."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from aio_pika import Message
from aio_pika.abc import AbstractIncomingMessage
from pydantic import BaseModel

from spot_messaging.contract import Address, Consumption, Contract, Urgency
from spot_messaging.delivery import Delivery
from spot_messaging.endpoint import Endpoint
from spot_messaging.failure import PublishError, RefusedError
from spot_messaging.tracing import current_trace

DELIVERY = Delivery(analysis="a-1", message_id="m-1", attempt=1, stream_offset=None)
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

CONNECTION: dict[str, Any] = {
    "hosts": ["rabbit-0", "rabbit-1"],
    "port": 5672,
    "tls": None,
    "vhost": "spot",
    "username": "analyzer.headers",
    "password": "p@ss/word",
}
BROKER_RETRY = {"mode": "broker", "attempts": 3}
EXCHANGE_RETRY = {
    "mode": "exchange",
    "attempts": 3,
    "exchange": "spot.retry",
    "routingKeys": ["work.1", "work.2"],
}
GRAVE = {"exchange": "spot.dead-letter", "routingKey": "work"}
ENDPOINT = Endpoint.model_validate_json(json.dumps(CONNECTION))


def consumption(
    retry: Mapping[str, object] | None = None, dead_letter: Mapping[str, object] | None = None, job_limit_ms: int = 1000
) -> Consumption:
    return Consumption.model_validate_json(
        json.dumps(
            {
                "queue": "work",
                "type": "quorum",
                "prefetch": 8,
                "jobLimitMs": job_limit_ms,
                "retry": retry,
                "deadLetter": dead_letter,
            }
        )
    )


def contract_json(service: str = "analyzer.headers") -> dict[str, Any]:
    """A contract in which nothing is wrong."""
    return {
        "format": 1,
        "service": service,
        "broker": {"version": "4.3"},
        "publishes": {
            "finding": {
                "exchange": "spot.analysis",
                "routingKey": "analyze.finding.headers",
                "persistent": True,
                "mandatory": True,
                "priorities": None,
                "expirationMs": None,
            },
            "status": {
                "exchange": "spot.notifications",
                "routingKey": "notify.status",
                "persistent": False,
                "mandatory": False,
                "priorities": {"normal": 4, "urgent": 8},
                "expirationMs": 60000,
            },
        },
        "consumes": {
            "job": {
                "queue": "analyzer.headers",
                "type": "quorum",
                "prefetch": 8,
                "jobLimitMs": 60000,
                "retry": {"mode": "broker", "attempts": 5},
                "deadLetter": {"exchange": "spot.dead-letter", "routingKey": "analyzer.headers"},
            },
            "admin": {
                "queue": "admin.analyzer.headers",
                "type": "stream",
                "prefetch": 10,
                "jobLimitMs": 10000,
                "retry": None,
                "deadLetter": None,
            },
        },
        "calls": {},
        "limits": {"inlineBytes": 1024},
        "settings": {"analyzer": "headers"},
    }


def contract() -> Contract:
    return Contract.model_validate_json(json.dumps(contract_json()))


class FakeIncoming:
    """A delivered message that remembers how it was settled."""

    def __init__(self, body: bytes = b"{}", headers: dict[str, Any] | None = None, **properties: Any) -> None:
        self.body = body
        self.headers = headers or {}
        self.settled: list[str] = []
        defaults: dict[str, Any] = {
            "content_type": "application/json",
            "content_encoding": None,
            "correlation_id": "a-1",
            "reply_to": None,
            "message_id": "m-1",
            "timestamp": NOW,
            "type": "job",
            "app_id": "gateway",
            "user_id": "gateway",
            "expiration": 5.0,
            "priority": 0,
            "redelivered": "x-delivery-count" in self.headers,
            "delivery_tag": 1,
        }
        self.__dict__.update(defaults | properties)

    async def ack(self) -> None:
        self.settled.append("ack")

    async def nack(self, requeue: bool = True) -> None:
        self.settled.append("release" if requeue else "reject")

    async def reject(self, requeue: bool = False) -> None:
        self.settled.append("requeue" if requeue else "reject")


def incoming(body: bytes = b"{}", headers: dict[str, Any] | None = None, **properties: Any) -> FakeIncoming:
    return FakeIncoming(body, headers, **properties)


def as_message(fake: FakeIncoming) -> AbstractIncomingMessage:
    return cast("AbstractIncomingMessage", fake)


class FakeForwarder:
    """Takes copies for retry tiers and dead-letter exchanges; refuses while `fails` is set."""

    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.forwarded: list[tuple[Address, Message]] = []

    async def forward(self, message: Message, address: Address) -> None:
        if self.fails:
            raise RefusedError("the queue is full")
        self.forwarded.append((address, message))


class FakePublisher:
    """Keeps what was published; refuses the names in `refusing`."""

    def __init__(self) -> None:
        self.published: list[tuple[str, BaseModel]] = []
        self.announced: list[tuple[str, BaseModel]] = []
        self.ids: list[str | None] = []
        self.urgencies: list[Urgency] = []
        self.expirations: list[timedelta | None] = []
        self.traces: list[str | None] = []
        self.refusing: set[str] = set()
        self.failure: type[PublishError] = RefusedError

    async def publish(
        self,
        name: str,
        payload: BaseModel,
        *,
        analysis: str,
        urgency: Urgency = "normal",
        message_id: str | None = None,
        expires_in: timedelta | None = None,
    ) -> None:
        assert analysis
        if name in self.refusing:
            raise self.failure("refused by the broker, a queue is full")
        self.published.append((name, payload))
        self.ids.append(message_id)
        self.urgencies.append(urgency)
        self.expirations.append(expires_in)
        self.traces.append(current_trace())

    async def announce(self, name: str, payload: BaseModel, *, analysis: str) -> None:
        assert analysis
        self.announced.append((name, payload))

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.published]

    def only(self, name: str) -> Any:
        [payload] = [payload for published, payload in self.published if published == name]
        return payload
