"""Every message of a service has the same shape."""

from aio_pika import DeliveryMode
from pydantic import BaseModel

from fakes import as_message, contract, incoming
from spot_messaging.message import build_message, copy_message, stable_id


class Note(BaseModel):
    text: str


def test_fills_every_property_from_the_contract() -> None:
    message = build_message(
        Note(text="ü"),
        publication=contract().publishes["status"],
        name="status",
        service="analyzer.headers",
        analysis="a-1",
        urgency="urgent",
    )
    assert message.body == '{"text":"ü"}'.encode()
    assert (message.content_type, message.type, message.app_id) == ("application/json", "status", "analyzer.headers")
    assert (message.correlation_id, message.priority, message.expiration) == ("a-1", 8, 60.0)
    assert message.delivery_mode is DeliveryMode.NOT_PERSISTENT
    assert message.message_id
    assert message.timestamp is not None


def test_leaves_the_priority_out_when_the_contract_has_none() -> None:
    message = build_message(
        Note(text="x"),
        publication=contract().publishes["finding"],
        name="finding",
        service="s",
        analysis="a-1",
        urgency="urgent",
        message_id="m-7",
    )
    # aio-pika would send 0, the lowest of a quorum queue's levels.
    assert message.properties.priority is None
    assert message.properties.expiration is None
    assert message.message_id == "m-7"
    assert message.delivery_mode is DeliveryMode.PERSISTENT


def test_copies_without_the_bookkeeping_of_the_queue_it_came_from() -> None:
    headers = {"own": "x", "x-delivery-count": 3, "x-acquired-count": 3, "x-stream-offset": 9}
    copy = copy_message(as_message(incoming(b"b", headers)), {"added": 1})
    assert copy.headers == {"own": "x", "added": 1}
    assert copy.properties.priority is None
    assert copy.properties.user_id is None


def test_gives_the_same_thing_the_same_id() -> None:
    assert stable_id("a", "result") == stable_id("a", "result")
    assert stable_id("a", "result") != stable_id("b", "result")
