"""Delivers notifications once per channel, and keeps the latest status."""

from collections import OrderedDict

from spot_messaging import Delivery, log
from spot_services.keyedlock import KeyedLock
from spot_services.notifier.channel import Channel
from spot_services.notifier.ledger import Ledger
from spot_services.payload import Notification, Status

STATUSES_KEPT = 10_000


class Notifier:
    """One channel's deliveries."""

    def __init__(self, name: str, channel: Channel, ledger: Ledger) -> None:
        self._name = name
        self._channel = channel
        self._ledger = ledger
        # After a lost connection, the broker redelivers messages that are still being processed here.
        self._alone = KeyedLock()

    async def on_notification(self, notification: Notification, delivery: Delivery) -> None:
        # A message without an id is identified by its content.
        message_id = delivery.message_id or f"{notification.analysis}-{notification.kind}"
        async with self._alone.hold(message_id):
            if await self._ledger.knows(self._name, message_id):
                log("info", "delivered before", analysis=notification.analysis, channel=self._name)
                return
            await self._channel.send(notification, message_id)
            # A crash between these two lines causes a second delivery: notifications are delivered at least once.
            await self._ledger.add(self._name, message_id)
        log("info", "delivered", analysis=notification.analysis, channel=self._name, kind=notification.kind)


class StatusBoard:
    """The latest status of each analysis, in memory: status messages are transient, and the next ones restore it."""

    def __init__(self, kept: int = STATUSES_KEPT) -> None:
        self._kept = kept
        self.latest: OrderedDict[str, Status] = OrderedDict()

    async def on_status(self, status: Status, _delivery: Delivery) -> None:
        known = self.latest.get(status.analysis)
        # Several services publish at the same time, so messages of one analysis can arrive out of order.
        if known is None or known.at <= status.at:
            self.latest[status.analysis] = status
            self.latest.move_to_end(status.analysis)
        if len(self.latest) > self._kept:
            self.latest.popitem(last=False)
        log("debug", "status", analysis=status.analysis, stage=status.stage, origin=status.service)
