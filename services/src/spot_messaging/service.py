"""The life cycle of a service: connect, check, consume, report its health, drain, exit."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from typing import TypeVar

from aio_pika.abc import AbstractIncomingMessage
from aio_pika.exceptions import AMQPError
from faststream.rabbit import Channel
from pydantic import BaseModel

from spot_messaging.admin import Admin, Command
from spot_messaging.connection import ClusterBroker
from spot_messaging.consumer import Consumer
from spot_messaging.contract import Consumption, read_contract
from spot_messaging.delivery import Handler, Receiver
from spot_messaging.failure import one_line
from spot_messaging.health import INTERVAL, Health
from spot_messaging.log import log
from spot_messaging.publisher import Publisher
from spot_messaging.refusal import UNREACHABLE, Refusal
from spot_messaging.replier import Answer, Replier
from spot_messaging.rpc import RpcClient
from spot_messaging.runtime import Runtime
from spot_messaging.topology import check_topology

Payload = TypeVar("Payload", bound=BaseModel)

DRAIN_MARGIN = 5.0
CLOSE_TIMEOUT = 5.0
# All client libraries have lost consumers when a node restarted. A consumer that is missing for this long on an open #
# connection will not
# recover; a new process will.
CONSUMER_LOST_AFTER = 120.0


class Service:
    """Register handlers (`on`, `answer`, `background`), then `run`."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.contract = runtime.contract
        limits = [consumption.job_limit for consumption in self.contract.consumes.values()]
        self._drain_limit = max(limits, default=0.0) + DRAIN_MARGIN
        self._consuming = ClusterBroker(
            runtime.endpoint,
            f"{self.contract.service} consuming",
            graceful_timeout=self._drain_limit,
            channel=Channel(),
        )
        self._publishing = ClusterBroker(
            runtime.endpoint,
            f"{self.contract.service} publishing",
            graceful_timeout=None,
            channel=Channel(publisher_confirms=True, on_return_raises=True),
        )
        self.publisher = Publisher(self._publishing, self.contract)
        self.rpc = RpcClient(self.contract)
        self._admin = Admin(self._reload)
        self._admin_consumers: list[Consumer] = []
        self._steady: list[Consumer] = []
        self._pausable: list[Consumer] = []
        self._background: list[Callable[[], Coroutine[None, None, None]]] = []
        self._health = Health(runtime.health)
        self._switching = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._failure: Refusal | None = None
        self._lost_since: float | None = None
        self.connected = False
        if "admin" in self.contract.consumes:
            self._on("admin", Command, self._admin.handle, self._admin_consumers)

    def on(self, name: str, model: type[Payload], handler: Handler[Payload]) -> None:
        """Consumes the contract's queue of that local name; can be paused."""
        self._on(name, model, handler, self._pausable)

    def answer(self, name: str, answers: Mapping[str, Answer]) -> None:
        """Replies to requests from the contract's queue of that local name, also while paused."""
        consumption = self.contract.consumes[name]
        self._steady.append(self._consumer(name, Replier(consumption, answers, self.publisher).receive, consumption))

    def background(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """Runs concurrently with the consumers until the service stops; its failure stops the service."""
        self._background.append(work)

    def stop(self) -> None:
        self._stopping.set()

    async def run(self) -> None:
        """Returns after a stop signal, when all work is finished.

        :raises Refusal: if it cannot start or cannot continue.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        life = asyncio.create_task(self._live())
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({life, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if life.done():
                life.result()
        except ExceptionGroup as group:
            # The task group wraps the errors of its tasks; show a refusal to the operator.
            refusals = group.subgroup(Refusal)
            if refusals is None:
                raise
            raise _first(refusals) from None
        finally:
            stopping.cancel()
            life.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await life
            await self._close()
        if self._failure is not None:
            raise self._failure

    async def _live(self) -> None:
        try:
            # Sequentially, so that an unreachable broker is reported once.
            consuming = await self._consuming.connect()
            publishing = await self._publishing.connect()
            await check_topology(consuming, self.contract, self.runtime.endpoint)
            if self.contract.calls:
                await self.rpc.start(publishing)
            await asyncio.gather(*(consumer.start() for consumer in [*self._admin_consumers, *self._steady]))
            await self._admin.settled()
            await self._apply(self._admin.paused)
        except (AMQPError, ConnectionError, TimeoutError) as error:
            problem = f"broker: lost while starting ({one_line(error, 200)}); start the service again"
            raise Refusal([problem], UNREACHABLE) from None
        async with asyncio.TaskGroup() as group:
            group.create_task(self._admin.run(self._apply))
            group.create_task(self._watch())
            for work in self._background:
                group.create_task(work())

    async def _close(self) -> None:
        log("info", "stopping")
        consumers = [*self._admin_consumers, *self._steady, *self._pausable]
        results = await asyncio.gather(*(consumer.stop() for consumer in consumers), return_exceptions=True)
        for broker in (self._consuming, self._publishing):
            # A broker that does not answer must not block the exit; it detects the closed socket.
            with suppress(AMQPError, ConnectionError, RuntimeError, ExceptionGroup, TimeoutError):
                async with asyncio.timeout(CLOSE_TIMEOUT):
                    await broker.stop()
        lost = [one_line(result, 200) for result in results if isinstance(result, BaseException)]
        log("info", "stopped", lost=lost or None)

    async def _apply(self, paused: bool) -> None:
        """Starts or stops the pausable consumers as requested; `_watch` retries after a failure."""
        async with self._switching:
            try:
                await asyncio.gather(*(consumer.stop() if paused else consumer.start() for consumer in self._pausable))
            except (AMQPError, ConnectionError, RuntimeError, TimeoutError) as error:
                log("warning", "consumers not switched", paused=paused, reason=one_line(error, 200))

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            disconnected = await self._disconnected()
            self.connected = not disconnected
            inactive = [] if disconnected else await self._inactive()
            self._health.report(disconnected=disconnected, inactive=inactive)
            if not inactive:
                self._lost_since = None
            elif self._lost_since is None:
                self._lost_since = loop.time()
            elif loop.time() - self._lost_since > CONSUMER_LOST_AFTER:
                self._failure = Refusal(
                    [f"{'; '.join(inactive)} for {CONSUMER_LOST_AFTER:.0f} s; the process exits and is restarted"],
                    UNREACHABLE,
                )
                self.stop()
            await asyncio.sleep(INTERVAL)

    async def _disconnected(self) -> list[str]:
        brokers = {"consuming": self._consuming, "publishing": self._publishing}
        return [
            f"the {purpose} connection is closed" for purpose, broker in brokers.items() if not await broker.ping(0.1)
        ]

    async def _inactive(self) -> list[str]:
        wanted = [*self._admin_consumers, *self._steady]
        # A switch can take as long as the longest job, because it drains; that is not an ailment.
        if not self._switching.locked():
            if any(consumer.running == self._admin.paused for consumer in self._pausable):
                await self._apply(self._admin.paused)
            if not self._admin.paused:
                wanted += self._pausable
        return [
            f'queue "{consumer.queue}" is not being consumed' for consumer in wanted if not await consumer.is_active()
        ]

    def _reload(self) -> None:
        """Exits with 0 if the contract has changed; the restarted process reads the new one."""
        try:
            changed = read_contract(self.runtime.contract_path) != self.contract
        except Refusal as refusal:
            log("error", "reload refused", problems=refusal.problems)
            return
        log("info", "reload", changed=changed)
        if changed:
            self.stop()

    def _on(self, name: str, model: type[Payload], handler: Handler[Payload], group: list[Consumer]) -> None:
        consumption = self.contract.consumes[name]
        receiver = Receiver(self.contract.service, consumption, model, handler, self.publisher)
        group.append(self._consumer(name, receiver.receive, consumption))

    def _consumer(
        self, name: str, receive: Callable[[AbstractIncomingMessage], Awaitable[None]], consumption: Consumption
    ) -> Consumer:
        return Consumer(name, consumption, self._consuming, receive)


def _first(group: ExceptionGroup[Refusal]) -> Refusal:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, ExceptionGroup) else first
