"""Accepts a mail: stores it, records the submission, publishes the request, and says what is certain."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol
from uuid import uuid4

from pydantic import BaseModel, JsonValue

from spot_messaging import CallError, PublishError, Publishes, Reply, Urgency, log, one_line, traceparent
from spot_services.clock import Clock, now
from spot_services.gateway.answers import HttpError
from spot_services.gateway.metrics import SUBMISSIONS
from spot_services.gateway.outcomes import (
    RefusedCallError,
    certain_reason,
    check_same,
    not_accepted,
    unavailable,
    unknown_key,
    unknown_outcome,
)
from spot_services.gateway.submissions import Submission, Submissions
from spot_services.gateway.uploads import Body
from spot_services.mailstore import MailStore, StoreUnavailableError
from spot_services.payload import Mail, Reference, Request, StatusQuery, stage
from spot_services.state import StateUnavailableError

# How long after its deadline a submission without an end is checked, and how long after an unconfirmed publish.
CHECK_MARGIN = timedelta(seconds=15)
UNKNOWN_CHECK = timedelta(seconds=5)
DEFAULT_DEADLINE = timedelta(minutes=2)
TERMINAL = frozenset({"completed", "failed"})

Via = Literal["publish", "rpc"]


class Calls(Protocol):
    async def call(self, name: str, payload: BaseModel, *, analysis: str = "") -> bytes:
        """:raises CallError: if no usable reply arrived."""


@dataclass(frozen=True)
class Accepted:
    id: str
    is_repeated: bool


class Intake:
    def __init__(
        self,
        publisher: Publishes,
        rpc: Calls,
        store: MailStore,
        submissions: Submissions,
        service: str,
        clock: Clock = now,
        deadline: Callable[[], float | None] = lambda: None,
    ) -> None:
        self._publisher = publisher
        self._rpc = rpc
        self._store = store
        self._submissions = submissions
        self._service = service
        self._clock = clock
        self._deadline = deadline

    async def find(self, token: str, key: str) -> Submission | None:
        """The submission of a key, if there is one.

        :raises HttpError: if that cannot be read now.
        """
        try:
            return await self._submissions.find(token, key)
        except StateUnavailableError as error:
            raise unknown_key(error) from None

    async def submit(
        self, body: Body, *, token: str, key: str, is_new: bool, urgency: Urgency, filename: str | None, via: Via
    ) -> Accepted:
        """Returns after the mail store has the body and the broker (by RPC: the orchestrator) has the request.

        `is_new`: no earlier request can have this key.

        :raises HttpError: if it is not accepted, or if that is not certain.
        """
        wanted = Submission(
            id=str(uuid4()),
            token=token,
            key=key,
            digest=body.digest,
            size=body.size,
            urgency=urgency,
            filename=filename,
            submitted_at=self._clock(),
        )
        try:
            begun = await self._submissions.begin(wanted, self._clock())
        except StateUnavailableError as error:
            raise (unavailable(error, wanted.id) if is_new else unknown_key(error)) from None
        submission = begun.submission
        if not begun.is_mine:
            return _repeated(submission, body)
        await self._put(submission, body)
        await self._send(submission, via)
        await self._note(submission.id, self._submissions.confirm(submission.id, self._after_deadline(submission)))
        SUBMISSIONS.labels("accepted").inc()
        status = stage(submission.id, "submitted", self._service, self._clock())
        await self._publisher.announce("status", status, analysis=submission.id)
        log("info", "submitted", analysis=submission.id, bytes=body.size, via=via, urgency=urgency)
        return Accepted(submission.id, is_repeated=False)

    async def status(self, analysis: str) -> JsonValue:
        """The state of one analysis: the orchestrator's answer, or what the gateway knows without it.

        :raises CallError: if neither the orchestrator nor the gateway knows it.
        :raises StateUnavailableError: if the orchestrator does not answer, and the database cannot work now.
        """
        try:
            answer = await self.ask("status", StatusQuery(analysis=analysis), analysis)
        except CallError as error:
            return await self._known(analysis, error)
        await self._keep(analysis, answer)
        return answer

    async def overview(self, newest: int) -> JsonValue:
        """:raises CallError: if the orchestrator does not answer."""
        return await self.ask("status", StatusQuery(newest=newest), "")

    async def ask(self, name: str, payload: BaseModel, analysis: str) -> JsonValue:
        """:raises CallError: if the orchestrator does not answer, or answers with an error."""
        reply = Reply.model_validate_json(await self._rpc.call(name, payload, analysis=analysis))
        if reply.error is not None:
            raise RefusedCallError(reply.error.code, reply.error.message)
        return reply.value

    async def settle(self, submission: Submission) -> None:
        """Finds out how a submission ended; gives it to the orchestrator if that does not know it.

        :raises CallError: if the orchestrator does not answer.
        :raises StateUnavailableError: if the database cannot work now.
        """
        identity = submission.id
        if not submission.stored:
            # Its process ended before the publish, and its sender got no answer.
            if not await self._submissions.withdraw(identity, self._clock()):
                await self._submissions.postpone(identity, self._clock() + timedelta(minutes=10))
            return
        try:
            answer = await self.ask("status", StatusQuery(analysis=identity), identity)
        except RefusedCallError as refused:
            if refused.code != "unknown":
                raise
            # It is still in its queue, or it was never published. The orchestrator takes the same id only once.
            await self.ask("submit", _request(submission), identity)
            await self._submissions.confirm(identity, self._clock() + self._deadline_length() + CHECK_MARGIN)
            log("info", "submitted again", analysis=identity)
            return
        if await self._keep(identity, answer):
            return
        pause = timedelta(seconds=min(600, 10 * 2 ** min(submission.checks, 6)))
        await self._submissions.confirm(identity, self._clock() + pause)

    async def _put(self, submission: Submission, body: Body) -> None:
        try:
            await self._store.put(body.content, body.digest, body.size)
            await self._submissions.mark_stored(submission.id)
        except (StoreUnavailableError, StateUnavailableError) as error:
            log("error", "mail not stored", analysis=submission.id, reason=one_line(error))
            raise await self._refusal(submission, "the mail cannot be stored at the moment") from None

    async def _send(self, submission: Submission, via: Via) -> None:
        request = _request(submission)
        try:
            if via == "rpc":
                await self.ask("submit", request, submission.id)
            else:
                await self._publisher.publish(
                    "request",
                    request,
                    analysis=submission.id,
                    urgency=submission.urgency,
                    message_id=submission.id,
                )
        except (PublishError, CallError) as error:
            log("warning", "not confirmed", analysis=submission.id, reason=one_line(error), via=via)
            reason = certain_reason(error)
            if reason is not None:
                raise await self._refusal(submission, reason) from None
            soon = self._clock() + UNKNOWN_CHECK
            await self._note(submission.id, self._submissions.release(submission.id, self._clock(), soon))
            raise unknown_outcome(submission.id) from None

    async def _refusal(self, submission: Submission, reason: str) -> HttpError:
        """The answer when this attempt certainly failed: an earlier one can have reached the broker."""
        try:
            is_withdrawn = await self._submissions.withdraw(submission.id, self._clock())
        except StateUnavailableError as error:
            log("warning", "submission not withdrawn", analysis=submission.id, reason=one_line(error))
            # The reconciliation will continue what the database still has.
            is_withdrawn = False
        return not_accepted(reason) if is_withdrawn else unknown_outcome(submission.id)

    async def _known(self, analysis: str, error: CallError) -> JsonValue:
        submission = await self._submissions.get(analysis)
        if submission is None:
            raise error
        if submission.answer is not None:
            known: JsonValue = json.loads(submission.answer)
            return known
        return {
            "id": analysis,
            "state": "accepted" if submission.outcome == "confirmed" else "unknown",
            "urgency": submission.urgency,
            "filename": submission.filename,
            "submittedAt": submission.submitted_at.isoformat(timespec="milliseconds"),
        }

    async def _keep(self, analysis: str, answer: JsonValue) -> bool:
        """Keeps a terminal state, so that it can be read while the orchestrator is away."""
        if not isinstance(answer, dict) or answer.get("state") not in TERMINAL:
            return False
        # The findings can be large, and the subject is text of the mail.
        kept = {name: value for name, value in answer.items() if name not in ("findings", "subject")}
        await self._note(analysis, self._submissions.finish(analysis, str(answer["state"]), json.dumps(kept)))
        return True

    async def _note(self, analysis: str, work: Awaitable[None]) -> None:
        """Writes what the reconciliation finds out again if the database cannot work now."""
        try:
            await work
        except StateUnavailableError as error:
            log("warning", "outcome not recorded", analysis=analysis, reason=one_line(error))

    def _after_deadline(self, submission: Submission) -> datetime:
        return submission.submitted_at + self._deadline_length() + CHECK_MARGIN

    def _deadline_length(self) -> timedelta:
        seconds = self._deadline()
        return DEFAULT_DEADLINE if seconds is None else timedelta(seconds=seconds)


def _repeated(submission: Submission, body: Body) -> Accepted:
    check_same(submission, body.digest)
    if submission.outcome == "unknown":
        raise HttpError(
            409,
            "header Idempotency-Key: the first request with this key is still being processed; try again later",
            {"Retry-After": "1", "Location": f"/analyses/{submission.id}"},
            id=submission.id,
            statusUrl=f"/analyses/{submission.id}",
        )
    SUBMISSIONS.labels("repeated").inc()
    return Accepted(submission.id, is_repeated=True)


def _request(submission: Submission) -> Request:
    return Request(
        analysis=submission.id,
        mail=Mail(reference=Reference(sha256=submission.digest, size=submission.size)),
        urgency=submission.urgency,
        filename=submission.filename,
        submitted_at=submission.submitted_at,
        traceparent=traceparent(),
    )
