"""Delivers notifications once per channel, and keeps the latest status."""

import asyncio
from collections import OrderedDict

from spot_messaging import Delivery, Erasure, PermanentError, log
from spot_services.clock import Clock, now
from spot_services.notifier.channel import Channel
from spot_services.notifier.ledger import Claim, Ledger
from spot_services.notifier.metrics import NOTIFICATIONS
from spot_services.payload import Notification, Status
from spot_services.state import StateUnavailableError

STATUSES_KEPT = 10_000
# Between two looks at a notification that another handler is sending.
WAIT_SECONDS = 0.5


class Notifier:
    """One channel's deliveries."""

    def __init__(self, name: str, channel: Channel, ledger: Ledger, clock: Clock = now) -> None:
        self._name = name
        self._channel = channel
        self._ledger = ledger
        self._clock = clock
        # From 0 on: a counter that appears with its first events has no increase.
        for outcome in ("sent", "repeated", "failed"):
            NOTIFICATIONS.labels(name, outcome)

    async def on_notification(self, notification: Notification, delivery: Delivery) -> None:
        # A message without an id is identified by its content.
        message_id = delivery.message_id or f"{notification.analysis}-{notification.kind}"
        claim = await self._claim(message_id, notification)
        if claim is None:
            log("info", "delivered before, or erased", analysis=notification.analysis, channel=self._name)
            return
        if claim.is_repeat:
            self._count("repeated")
            log("warning", "sending again, the answer was lost", analysis=notification.analysis, channel=self._name)
        try:
            await self._channel.send(notification, message_id)
        except Exception as error:
            self._count("failed")
            # An error of an unknown kind is not an answer.
            lost = False if isinstance(error, PermanentError) else getattr(error, "answer_lost", True)
            await self._ledger.release(claim, answer_lost=lost)
            raise
        # A crash here leaves the claim: after its end the notification is sent again, and counted as repeated.
        await self._settle(claim)
        self._count("sent")
        log("info", "delivered", analysis=notification.analysis, channel=self._name, kind=notification.kind)

    async def _settle(self, claim: Claim) -> None:
        """Records that it is sent. The answer is here: an outage of the database must not make it a repetition.

        :raises StateUnavailableError: if the database does not work before the claim ends.
        """
        while True:
            try:
                await self._ledger.settle(claim)
            except StateUnavailableError:
                if self._clock().timestamp() + WAIT_SECONDS >= claim.until:
                    raise
                await asyncio.sleep(WAIT_SECONDS)
            else:
                return

    async def _claim(self, message_id: str, notification: Notification) -> Claim | None:
        """Claims the sending; None if it is sent, or if the analysis is erased.

        After a lost connection, the broker redelivers a message while another handler or replica still sends it: only
        its end shows whether this one has to.
        """
        while True:
            claim = await self._ledger.claim(self._name, message_id, notification.analysis, notification.at)
            if claim in {"sent", "erased"}:
                return None
            if isinstance(claim, Claim):
                return claim
            await asyncio.sleep(WAIT_SECONDS)

    def _count(self, outcome: str) -> None:
        NOTIFICATIONS.labels(self._name, outcome).inc()


class StatusBoard:
    """The latest status of each analysis, in memory: status messages are transient, and the next ones restore it."""

    def __init__(self, kept: int = STATUSES_KEPT) -> None:
        self._kept = kept
        self.latest: OrderedDict[str, Status] = OrderedDict()

    async def erase(self, erasure: Erasure) -> None:
        for analysis, status in list(self.latest.items()):
            if analysis == erasure.analysis or (erasure.before is not None and status.at < erasure.before):
                del self.latest[analysis]

    async def on_status(self, status: Status, _delivery: Delivery) -> None:
        known = self.latest.get(status.analysis)
        # Several services publish at the same time, so messages of one analysis can arrive out of order.
        if known is None or known.at <= status.at:
            self.latest[status.analysis] = status
            self.latest.move_to_end(status.analysis)
        if len(self.latest) > self._kept:
            self.latest.popitem(last=False)
        log("debug", "status", analysis=status.analysis, stage=status.stage, origin=status.service)
