"""An object store on a server of the test, and one mail in it."""

import hashlib
import json
from collections.abc import Awaitable, Callable

import pytest

from spot_services.mailstore import StoreUnavailableError
from spot_services.mailstore.location import Location
from spot_services.mailstore.objectstore import ObjectStore
from spot_services.payload import Mail, Reference
from support.objectserver import KEY, SECRET

BODY = b"Subject: x\r\n\r\nbody"
DIGEST = hashlib.sha256(BODY).hexdigest()
MAIL = Mail(reference=Reference(sha256=DIGEST, size=len(BODY)))
OBJECT = f"/spot/mails/{DIGEST[:2]}/{DIGEST}"


def location(endpoint: str, **more: str | None) -> Location:
    fields = {
        "endpoint": endpoint,
        "bucket": "spot",
        "prefix": "mails",
        "region": "us-east-1",
        "accessKeyId": KEY,
        "secretAccessKey": SECRET,
        "ca": None,
    }
    return Location.model_validate_json(json.dumps(fields | more))


def store_at(endpoint: str, *, writable: bool = True, seconds: float = 2.0, **more: str | None) -> ObjectStore:
    place = location(endpoint, **more)
    return ObjectStore(lambda: place, writable=writable, operation_seconds=seconds)


async def failure_of(store: ObjectStore, operation: str) -> str:
    """The sentence of an operation that must fail; it never contains a key."""
    operations: dict[str, Callable[[], Awaitable[object]]] = {
        "put": lambda: store.put(BODY, DIGEST, len(BODY)),
        "get": lambda: store.get(MAIL),
        "delete": lambda: store.delete(DIGEST),
    }
    with pytest.raises(StoreUnavailableError) as caught:
        await operations[operation]()
    text = str(caught.value)
    assert KEY not in text
    assert SECRET not in text
    assert caught.value.__cause__ is None
    return text
