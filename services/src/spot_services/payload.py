"""The bodies of spot's messages."""

import base64
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    PlainSerializer,
    model_validator,
)
from pydantic.alias_generators import to_camel

from spot_messaging import Urgency
from spot_services.severity import Severity

Verdict = Literal["clean", "suspicious", "malicious"]
State = Literal["running", "completed", "failed"]
Score = Annotated[int, Field(ge=0, le=100)]
# Printable, because it is a key of the database and a part of log lines and URLs.
AnalysisId = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]


class Payload(BaseModel):
    """Unknown fields are ignored, because a publisher can be one release ahead of its consumers."""

    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        strict=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
    )


class Reference(Payload):
    """Claim check: the digest of a mail in the mail store."""

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    size: Annotated[int, Field(ge=0)]


def _decoded(value: object) -> object:
    return base64.b64decode(value, validate=True) if isinstance(value, str) else value


# pydantic's base64 type splits its output into lines; consumers in other languages expect one line.
Base64 = Annotated[
    bytes,
    BeforeValidator(_decoded),
    PlainSerializer(lambda value: base64.b64encode(value).decode("ascii"), when_used="json"),
]


class Mail(Payload):
    """The raw mail or a reference to it, exactly one of the two."""

    inline: Base64 | None = None
    reference: Reference | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.inline is None) == (self.reference is None):
            raise ValueError("either inline or reference must be given")
        return self


class Request(Payload):
    analysis: AnalysisId
    mail: Mail
    urgency: Urgency = "normal"
    filename: str | None = None
    submitted_at: AwareDatetime
    # Without it, the orchestrator's own deadline counts from the submission.
    deadline_at: AwareDatetime | None = None
    # The W3C trace context of the submission: the orchestrator can dispatch the analysis later, in a task of its own.
    traceparent: Annotated[str, Field(max_length=100)] | None = None


class Job(Payload):
    analysis: AnalysisId
    analyzer: str
    mail: Mail
    # After it, the analysis has ended and no longer needs the finding. Jobs of the release before have none.
    deadline_at: AwareDatetime | None = None


class Signal(Payload):
    id: str
    severity: Severity
    detail: str


class Finding(Payload):
    analysis: AnalysisId
    analyzer: str
    score: Score
    signals: list[Signal]
    facts: dict[str, JsonValue]
    duration_ms: Annotated[int, Field(ge=0)]


class Result(Payload):
    analysis: AnalysisId
    state: Literal["completed", "failed"]
    verdict: Verdict | None
    score: Score | None
    reasons: list[str]
    missing: list[str]
    findings: list[Finding]
    filename: str | None
    subject: str | None
    urgency: Urgency
    submitted_at: AwareDatetime
    finished_at: AwareDatetime
    # When the database decided it; results of the release before have none.
    decided_at: AwareDatetime | None = None


class Status(Payload):
    analysis: AnalysisId
    stage: str
    service: str
    at: AwareDatetime


class Notification(Payload):
    """The notification for people and other systems, without the mail itself."""

    kind: Literal["completed", "failed", "alert"]
    analysis: AnalysisId
    verdict: Verdict | None = None
    score: Score | None = None
    reasons: list[str] = []
    missing: list[str] = []
    filename: str | None = None
    subject: str | None = None
    at: AwareDatetime


class StatusQuery(Payload):
    """Queries one analysis or, without an id, the counts of all and optionally the newest ones."""

    analysis: AnalysisId | None = None
    newest: Annotated[int, Field(ge=0, le=500)] = 0


def stage(analysis: str, name: str, service: str, at: datetime) -> Status:
    """The transient progress message of each step."""
    return Status(analysis=analysis, stage=name, service=service, at=at)
