"""Notifications through a webhook."""

import httpx

from spot_messaging import PermanentError
from spot_services.notifier.channel import TIMEOUT, TransientError
from spot_services.payload import Notification

# The receiver is busy or slow; retry later.
_TRANSIENT_STATUS = frozenset({408, 425, 429})

# The request did not leave this process.
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class WebhookChannel:
    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = url
        self._client = httpx.AsyncClient(timeout=TIMEOUT, transport=transport, follow_redirects=False)

    async def send(self, notification: Notification, message_id: str) -> None:
        try:
            response = await self._client.post(
                self._url,
                content=notification.model_dump_json(by_alias=True),
                headers={"Content-Type": "application/json", "Idempotency-Key": message_id},
            )
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise PermanentError(f"webhook: {error}") from None
        except httpx.HTTPError as error:
            lost = not isinstance(error, _NEVER_SENT)
            raise TransientError(f"webhook: {type(error).__name__}: {error}", answer_lost=lost) from None
        if response.is_success:
            return
        text = f"webhook answered {response.status_code}"
        if response.status_code < 500 and response.status_code not in _TRANSIENT_STATUS:
            raise PermanentError(text)
        raise TransientError(text)

    async def close(self) -> None:
        await self._client.aclose()
