"""What a sender may rely on when a submission fails: certainly not accepted, or not known."""

from pydantic import JsonValue

from spot_messaging import CallError, DisconnectedError, PublishError, RefusedError, ReturnedError, log, one_line
from spot_services.gateway.answers import HttpError
from spot_services.gateway.metrics import SUBMISSIONS
from spot_services.gateway.submissions import Submission
from spot_services.state import StateUnavailableError

RETRY_SECONDS = 5
# These failures can come after the database committed.
_UNCERTAIN = frozenset({"closed", "timeout"})
_CERTAIN: dict[type[Exception], str] = {
    ReturnedError: "no service takes mails at the moment",
    RefusedError: "too many mails wait for their analysis",
    DisconnectedError: "the broker cannot be reached",
}


class RefusedCallError(CallError):
    """The orchestrator replied with an error."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def not_accepted(reason: str) -> HttpError:
    SUBMISSIONS.labels("refused").inc()
    return HttpError(
        503,
        f"not accepted: {reason}; try again later",
        {"Retry-After": str(RETRY_SECONDS)},
        outcome="not accepted",
    )


def unknown_outcome(identity: str) -> HttpError:
    SUBMISSIONS.labels("unknown").inc()
    return HttpError(
        503,
        "not confirmed: the mail may or may not be accepted; repeat the request with the same Idempotency-Key, which "
        "never makes a second analysis, or read the status later",
        {"Retry-After": str(RETRY_SECONDS), "Location": f"/analyses/{identity}"},
        outcome="unknown",
        id=identity,
        statusUrl=f"/analyses/{identity}",
    )


def check_same(submission: Submission, digest: str) -> None:
    """:raises HttpError: if a key was used for another mail."""
    if submission.digest != digest:
        raise HttpError(422, "header Idempotency-Key: was used for another mail; use a new key for each mail")


def certain_reason(error: PublishError | CallError) -> str | None:
    """Why the request was certainly not accepted; None if it may have been."""
    for kind, reason in _CERTAIN.items():
        if isinstance(error, kind):
            return reason
    if isinstance(error, RefusedCallError) and error.code == "invalid":
        return "the orchestrator does not understand the request"
    return None


def unavailable(error: StateUnavailableError, identity: str) -> HttpError:
    log("error", "submission not recorded", analysis=identity, reason=one_line(error))
    if error.failure.reason in _UNCERTAIN:
        return unknown_outcome(identity)
    return not_accepted("the submission cannot be recorded at the moment")


def unknown_key(error: StateUnavailableError) -> HttpError:
    """An earlier request with this key may be accepted."""
    log("error", "key not read", reason=one_line(error))
    return HttpError(
        503,
        "not confirmed: whether this key was used before cannot be read at the moment; repeat the request with the "
        "same Idempotency-Key, which never makes a second analysis",
        {"Retry-After": str(RETRY_SECONDS)},
        outcome="unknown",
    )


def no_room(error: HttpError, known: Submission | None) -> HttpError:
    """A body that is not received: nothing new is accepted, but an earlier request with the key may be."""
    if known is None:
        fields: dict[str, JsonValue] = {"outcome": "not accepted"}
    else:
        fields = {"outcome": "unknown", "id": known.id, "statusUrl": f"/analyses/{known.id}"}
    return HttpError(error.status, error.text, error.headers, **fields)
