"""Accepts a mail: puts it into the mail store and sends a reference to the orchestrator."""

import hashlib
from collections import OrderedDict
from typing import Literal, Protocol
from uuid import uuid4

from pydantic import BaseModel, JsonValue

from spot_messaging import CallError, Publishes, Reply, Urgency, log
from spot_services.clock import Clock, now
from spot_services.mailstore import MailStore
from spot_services.payload import Mail, Request, StatusQuery, stage

REMEMBERED = 10_000


class Calls(Protocol):
    async def call(self, name: str, payload: BaseModel, *, analysis: str = "") -> bytes:
        """:raises CallError: if no usable reply arrived."""


class RefusedError(CallError):
    """The orchestrator replied with an error."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Intake:
    def __init__(self, publisher: Publishes, rpc: Calls, store: MailStore, service: str, clock: Clock = now) -> None:
        self._publisher = publisher
        self._rpc = rpc
        self._store = store
        self._service = service
        self._clock = clock
        self._accepted: OrderedDict[str, None] = OrderedDict()

    async def submit(
        self, raw: bytes, *, urgency: Urgency, filename: str | None, via: Literal["publish", "rpc"]
    ) -> str:
        """Returns the analysis' id after the broker confirmed the request or, by RPC, the orchestrator accepted it.

        :raises PublishError: if the broker did not confirm.
        :raises CallError: if the orchestrator did not accept.
        :raises StoreUnavailableError: if the mail could not be stored.
        """
        analysis = str(uuid4())
        digest = hashlib.sha256(raw).hexdigest()
        request = Request(
            analysis=analysis,
            mail=Mail(reference=await self._store.put(raw, digest, len(raw))),
            urgency=urgency,
            filename=filename,
            submitted_at=self._clock(),
        )
        if via == "rpc":
            await self._ask("submit", request, analysis)
        else:
            await self._publisher.publish("request", request, analysis=analysis, urgency=urgency, message_id=analysis)
        self._remember(analysis)
        status = stage(analysis, "submitted", self._service, self._clock())
        await self._publisher.announce("status", status, analysis=analysis)
        log("info", "submitted", analysis=analysis, bytes=len(raw), via=via, urgency=urgency)
        return analysis

    async def status(self, analysis: str) -> JsonValue:
        """The state of one analysis.

        :raises RefusedError: with code "unknown" if the analysis does not exist.
        """
        try:
            return await self._ask("status", StatusQuery(analysis=analysis), analysis)
        except RefusedError as refused:
            if refused.code == "unknown" and analysis in self._accepted:
                # The broker confirmed the request, but the orchestrator has not consumed it yet.
                return {"id": analysis, "state": "running"}
            raise

    async def overview(self, newest: int) -> JsonValue:
        return await self._ask("status", StatusQuery(newest=newest), "")

    async def _ask(self, name: str, payload: BaseModel, analysis: str) -> JsonValue:
        reply = Reply.model_validate_json(await self._rpc.call(name, payload, analysis=analysis))
        if reply.error is not None:
            raise RefusedError(reply.error.code, reply.error.message)
        return reply.value

    def _remember(self, analysis: str) -> None:
        self._accepted[analysis] = None
        if len(self._accepted) > REMEMBERED:
            self._accepted.popitem(last=False)
