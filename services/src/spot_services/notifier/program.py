"""Connects the notifier's channels to their queues."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Annotated

from pydantic import Field

from spot_messaging import Service, Settings
from spot_services import retention
from spot_services.notifier.channel import CHANNEL_PAUSED, Channel
from spot_services.notifier.ledger import Ledger
from spot_services.notifier.notifier import Notifier, StatusBoard
from spot_services.notifier.outbox import LinesChannel, OutboxChannel
from spot_services.payload import Notification, Status
from spot_services.state import open_state
from spot_services.state.rounds import every, rounds

PRUNE_SECONDS = 60.0
# Reads all files of the outbox.
OUTBOX_SECONDS = 3600.0


class Smtp(Settings):
    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)]
    sender: Annotated[str, Field(alias="from", pattern="^[^@\\s]+@[^@\\s]+$")]
    recipient: Annotated[str, Field(alias="to", pattern="^[^@\\s]+@[^@\\s]+$")]


class NotifierSettings(Settings):
    smtp: Smtp | None
    webhook_url: Annotated[str, Field(pattern="^https?://")] | None


@asynccontextmanager
async def program(service: Service) -> AsyncIterator[None]:
    runtime = service.runtime
    settings = runtime.settings(NotifierSettings)
    runtime.require(consumes=["email", "webhook", "status", "admin"])
    outbox = runtime.data / "outbox"
    async with AsyncExitStack() as resources:
        state = await resources.enter_async_context(open_state("notifier", runtime.data))
        service.requires("database", state.ready)
        ledger = Ledger(state)
        service.background(rounds("prune", ledger.prune, every(PRUNE_SECONDS)))
        service.background(rounds("retention", ledger.expire_retention, every(retention.SECONDS)))
        service.erases(ledger.erase)
        # Also with a mail server and a webhook: files of the time before can be there.
        files = (OutboxChannel(outbox / "mail"), LinesChannel(outbox / "webhook.jsonl"))
        for kept in files:
            service.erases(kept.erase)
            service.background(rounds("outbox", kept.prune, every(OUTBOX_SECONDS)))
        email: Channel = files[0]
        # The clients are imported on use: a notifier that writes files does not need them.
        if settings.smtp is not None:
            from spot_services.notifier.smtp import SmtpChannel

            email = SmtpChannel(settings.smtp.host, settings.smtp.port, settings.smtp.sender, settings.smtp.recipient)
        webhook: Channel = files[1]
        if settings.webhook_url is not None:
            from spot_services.notifier.webhook import WebhookChannel

            channel = WebhookChannel(settings.webhook_url)
            resources.push_async_callback(channel.close)
            webhook = channel
        for name in ("email", "webhook"):
            CHANNEL_PAUSED.labels(name).set_function(partial(service.is_paused, name))
        service.on("email", Notification, Notifier("email", email, ledger).on_notification)
        service.on("webhook", Notification, Notifier("webhook", webhook, ledger).on_notification)
        board = StatusBoard()
        service.erases(board.erase)
        service.on("status", Status, board.on_status)
        yield
