"""Notifications through a webhook."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from spot_messaging import PermanentError
from spot_services.clock import now
from spot_services.notifier.channel import TIMEOUT, TransientError
from spot_services.notifier.network import network_failure
from spot_services.payload import Notification

# The receiver, or a proxy before it, takes no requests now: 429 and 503 by their definition, 502 and 504 of a proxy,
# 507 full, 511 a captive portal, 521 to 526 of Cloudflare, 529 and 530 of hosters.
_OUTAGE = frozenset({429, 502, 503, 504, 507, 511, 521, 522, 523, 524, 525, 526, 529, 530})
# 408 and 425 are the only other 4xx after which the same request may succeed.
_POSSIBLY_OWN = frozenset({408, 425})
# The receiver does not know the method or the protocol, now and later.
_NEVER = frozenset({501, 505})

# The request did not leave this process.
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class WebhookChannel:
    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = url
        self._client = httpx.AsyncClient(timeout=TIMEOUT, transport=transport, follow_redirects=False)

    async def send(self, notification: Notification, message_id: str) -> None:
        try:
            # Without the body of the answer: only its status counts, and it can be endless.
            async with self._client.stream(
                "POST",
                self._url,
                content=notification.model_dump_json(by_alias=True),
                headers={"Content-Type": "application/json", "Idempotency-Key": message_id},
            ) as response:
                failure = http_failure(response.status_code, response.headers)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise PermanentError(f"webhook: {error}") from None
        except httpx.ProtocolError:
            # Without the error's text, which can quote what the receiver sent.
            text = "webhook: broke off its answer, or does not speak HTTP; look at its log"
            raise TransientError(text, certain=True, answer_lost=True) from None
        except httpx.HTTPError as error:
            raise network_failure("webhook", error, answer_lost=not isinstance(error, _NEVER_SENT)) from None
        if failure is not None:
            raise failure

    async def close(self) -> None:
        await self._client.aclose()


def http_failure(status: int, headers: Mapping[str, str], clock: datetime | None = None) -> Exception | None:
    """The failure for an answer; None for a success."""
    if 200 <= status < 300:
        return None
    text = f"webhook answered {status}"
    if status in _OUTAGE:
        return TransientError(text, certain=True, retry_after=retry_after(headers, clock or now()))
    if status in _POSSIBLY_OWN or (status >= 500 and status not in _NEVER):
        # A receiver that crashes over this notification also answers 500, so it is not surely an outage.
        return TransientError(text, retry_after=retry_after(headers, clock or now()))
    return PermanentError(text)


def retry_after(headers: Mapping[str, str], clock: datetime) -> float | None:
    """The header Retry-After in seconds; it is a number or a date. None if it is missing or neither."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - clock.timestamp(), 0.0)
