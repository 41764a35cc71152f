"""The life cycle of a service: connect, check, consume, report its health, drain, exit."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from typing import TypeVar

from aio_pika import RobustConnection
from aio_pika.exceptions import AMQPError
from faststream.rabbit import Channel
from pydantic import BaseModel

from spot_messaging import metrics
from spot_messaging.admin import Admin, Command, Erasure
from spot_messaging.breaker import Breaker, State, follow
from spot_messaging.channels import ChannelPool, is_cancelled
from spot_messaging.connection import ClusterBroker, ClusterConnection, leave_silent_nodes, open_connection
from spot_messaging.consumer import Consumer
from spot_messaging.contract import read_contract
from spot_messaging.delivery import Handler, Receiver
from spot_messaging.failure import one_line
from spot_messaging.health import INTERVAL, Health
from spot_messaging.log import log
from spot_messaging.publisher import Publisher
from spot_messaging.readiness import Check, QueueProbe, Requirements, late_confirm
from spot_messaging.refusal import UNREACHABLE, Refusal
from spot_messaging.replier import Answer, Replier
from spot_messaging.rpc import RpcClient
from spot_messaging.runtime import Runtime
from spot_messaging.topology import check_topology
from spot_messaging.tracing import flush

Payload = TypeVar("Payload", bound=BaseModel)

DRAIN_MARGIN = 5.0
CLOSE_TIMEOUT = 5.0
# All client libraries have lost consumers when a node restarted. A consumer that is missing for this long on an open #
# connection will not
# recover; a new process will.
CONSUMER_LOST_AFTER = 120.0
# The purposes of the two connections, for metrics and log.
_CONSUMING = "consuming"
_PUBLISHING = "publishing"


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
        self._publishing: ClusterConnection | None = None
        self._channels = ChannelPool(self.contract.connections.publish_channels)
        self.publisher = Publisher(self._channels, self.contract)
        self.rpc = RpcClient(self.contract, runtime.endpoint.username)
        self._admin = Admin(self._reload)
        self._admin_consumers: list[Consumer] = []
        self._steady: list[Consumer] = []
        self._pausable: list[Consumer] = []
        self._paused: set[str] = set()
        self._requirements = Requirements()
        self._queues = QueueProbe(self.contract.queues)
        self._consuming_connection: RobustConnection | None = None
        self._erasers: list[Callable[[Erasure], Awaitable[None]]] = []
        self._background: list[Callable[[], Coroutine[None, None, None]]] = []
        self._health = Health(runtime.health)
        # From the start on: a process that cannot connect ends after a minute.
        for purpose in (_CONSUMING, _PUBLISHING):
            metrics.connection_up.labels(purpose).set(0)
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
        replier = Replier(consumption, answers, self.publisher, self.contract.caller, self.contract.limits.body_bytes)
        self._steady.append(Consumer(name, consumption, self._consuming, replier.receive))

    def background(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """Runs concurrently with the consumers until the service stops; its failure stops the service."""
        self._background.append(work)

    def requires(self, name: str, check: Check) -> None:
        """Adds a condition of readiness; `check` returns a sentence while it is not met. It runs every 2 s."""
        self._requirements.add(name, check)

    def erases(self, handler: Callable[[Erasure], Awaitable[None]]) -> None:
        """Handles the command "erase". It is repeated until it succeeds, and again after every restart."""
        self._erasers.append(handler)

    async def pause(self, name: str) -> None:
        """Stops the consumption of that local name, after its messages in flight; the rest of the service goes on."""
        self._paused.add(name)
        await self._apply()

    async def resume(self, name: str) -> None:
        self._paused.discard(name)
        await self._apply()

    def is_paused(self, name: str) -> bool:
        """Whether an outage pauses the consumption of that local name."""
        return any(each.name == name and each.breaker.state is not State.CLOSED for each in self._pausable)

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
            consuming = self._consuming_connection = await self._consuming.connect()
            self._publishing = await open_connection(
                self.runtime.endpoint, f"{self.contract.service} publishing", self.runtime.endpoint.ssl_context()
            )
            self._channels.connect(self._publishing)
            await check_topology(consuming, self.contract, self.runtime.endpoint)
            if self.contract.calls:
                await self.rpc.start(self._publishing)
            await asyncio.gather(*(consumer.start() for consumer in [*self._admin_consumers, *self._steady]))
            await self._admin.settled()
            await self._apply()
        except (AMQPError, ConnectionError, TimeoutError) as error:
            problem = f"broker: lost while starting ({one_line(error, 200)}); start the service again"
            raise Refusal([problem], UNREACHABLE) from None
        async with asyncio.TaskGroup() as group:
            group.create_task(self._admin.run(self._apply))
            group.create_task(self._admin.erase(self._erasers))
            group.create_task(self._watch())
            for connection in (consuming, self._publishing):
                group.create_task(leave_silent_nodes(connection))
            for consumer in self._pausable:
                group.create_task(follow(consumer.breaker, consumer.queue, self._apply))
            for work in self._background:
                group.create_task(work())

    async def _close(self) -> None:
        log("info", "stopping")
        consumers = [*self._admin_consumers, *self._steady, *self._pausable]
        results = await asyncio.gather(*(consumer.stop() for consumer in consumers), return_exceptions=True)
        await _close_in_time(self._consuming.stop())
        if self._publishing is not None:
            await _close_in_time(self._publishing.close())
        flush()
        lost = [one_line(result, 200) for result in results if isinstance(result, BaseException)]
        log("info", "stopped", lost=lost or None)

    async def _apply(self) -> None:
        """Starts or stops each pausable consumer as it should be; `_watch` retries after a failure."""
        async with self._switching:
            try:
                await asyncio.gather(*(self._switch(consumer) for consumer in self._pausable))
            except (AMQPError, ConnectionError, RuntimeError, TimeoutError) as error:
                self._log_not_switched(one_line(error, 200))
            except asyncio.CancelledError:
                # Otherwise the task that follows a breaker would end, and its queue would stay paused.
                if is_cancelled():
                    raise
                self._log_not_switched("the connection was lost")

    def _log_not_switched(self, reason: str) -> None:
        log("warning", "consumers not switched", paused=self._admin.paused, reason=reason)

    async def _switch(self, consumer: Consumer) -> None:
        await (consumer.start() if self._wants(consumer) else consumer.stop())

    def _wants(self, consumer: Consumer) -> bool:
        return not (self._admin.paused or consumer.name in self._paused or consumer.breaker.state is State.OPEN)

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            disconnected = await self._disconnected()
            self.connected = not disconnected
            inactive = [] if disconnected else await self._inactive()
            self._health.report(disconnected=disconnected, inactive=inactive, waiting=await self._waiting())
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
        up = {
            _CONSUMING: await self._consuming.ping(0.1),
            _PUBLISHING: self._publishing is not None and self._publishing.connected.is_set(),
        }
        for purpose, works in up.items():
            metrics.connection_up.labels(purpose).set(1 if works else 0)
        return [f"the {purpose} connection is closed" for purpose, works in up.items() if not works]

    async def _waiting(self) -> list[str]:
        paused = [
            f'queue "{consumer.queue}" is paused: {consumer.breaker.reason}'
            for consumer in self._pausable
            if consumer.breaker.state is State.OPEN
        ]
        queues: list[str] = []
        if self.connected and self._consuming_connection is not None:
            queues = await self._queues.failing(self._consuming_connection)
        late = late_confirm(self._channels.waiting_since)
        return [*await self._requirements.failing(), *late, *queues, *paused]

    async def _inactive(self) -> list[str]:
        wanted = [*self._admin_consumers, *self._steady]
        # A switch can take as long as the longest job, because it drains; that is not an ailment.
        if not self._switching.locked():
            if any(consumer.running != self._wants(consumer) for consumer in self._pausable):
                await self._apply()
            wanted += [consumer for consumer in self._pausable if self._wants(consumer)]
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
        breaker = Breaker()
        receiver = Receiver(
            self.contract.service,
            self.runtime.endpoint.username,
            consumption,
            model,
            handler,
            self.publisher,
            breaker,
            self.contract.limits.body_bytes,
        )
        group.append(Consumer(name, consumption, self._consuming, receiver.receive, breaker))


async def _close_in_time(closing: Awaitable[None]) -> None:
    # A broker that does not answer must not block the exit; it detects the closed socket.
    with suppress(AMQPError, ConnectionError, RuntimeError, ExceptionGroup, TimeoutError):
        async with asyncio.timeout(CLOSE_TIMEOUT):
            await closing


def _first(group: ExceptionGroup[Refusal]) -> Refusal:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, ExceptionGroup) else first
