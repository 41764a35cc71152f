"""What the HTTP interface takes and gives, for the code and for the OpenAPI document."""

from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from spot_messaging import Urgency
from spot_services.payload import Finding, Score, Verdict

NEWEST = 50
PAGE = 1000

State = Literal["accepted", "unknown", "running", "completed", "failed"]


def _file_name(value: object) -> object:
    """Only the file name: a path would reveal details of the sender's disk."""
    return PurePosixPath(value.replace("\\", "/")).name if isinstance(value, str) else value


class Query(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SubmitQuery(Query):
    """The query of `POST /analyses`."""

    urgency: Urgency = Field(default="normal", description="urgent mails are analysed first")
    filename: Annotated[str | None, BeforeValidator(_file_name)] = Field(
        default=None, max_length=255, description="the name of the mail's file, for people; a path is cut off"
    )
    via: Literal["publish", "rpc"] = Field(
        default="publish", description="how the gateway hands it over: by a confirmed publish, or by request and reply"
    )


class ListQuery(Query):
    """The query of `GET /analyses`."""

    list: bool = Field(default=False, description=f"also the newest {NEWEST} analyses")


class PageQuery(Query):
    """The query of `GET /submissions`."""

    after: str = Field(
        default="", pattern=r"^([0-9]+(\.[0-9]+)?_[\x21-\x7e]{1,100})?$", description="the `next` of the page before"
    )
    limit: int = Field(default=100, ge=1, le=PAGE, description="the number of submissions on the page")


class NoQuery(Query):
    """No parameters."""


class Answer(BaseModel):
    model_config = ConfigDict(extra="allow")


class SubmittedAnswer(Answer):
    """A mail was accepted: it is stored, and the broker has the request."""

    id: str = Field(description="the id of the analysis")


class AnalysisBrief(Answer):
    id: str
    state: State
    verdict: Verdict | None = None
    score: Score | None = None
    filename: str | None = None
    subject: str | None = None
    submittedAt: AwareDatetime | None = None  # noqa: N815 - as in the JSON


class AnalysisAnswer(AnalysisBrief):
    """The state of one analysis."""

    reasons: list[str] = []
    missing: list[str] = []
    findings: list[Finding] = []
    urgency: Urgency | None = None
    finishedAt: AwareDatetime | None = None  # noqa: N815


class OverviewAnswer(Answer):
    """How many analyses there are, and the newest on demand."""

    submitted: int
    completed: int
    failed: int
    running: int
    analyses: list[AnalysisBrief] | None = None


class SubmissionAnswer(Answer):
    id: str
    outcome: Literal["confirmed", "unknown"]
    state: Literal["completed", "failed"] | None = Field(description="null: no terminal state is known yet")
    submittedAt: AwareDatetime  # noqa: N815


class SubmissionsAnswer(Answer):
    """A page of all submissions, the oldest first."""

    submissions: list[SubmissionAnswer]
    next: str | None = Field(description="the `after` of the next page; null: there is none yet")


class HealthAnswer(Answer):
    healthy: bool


class ErrorAnswer(Answer):
    """What was wrong, and what to do."""

    error: str


class UnconfirmedAnswer(ErrorAnswer):
    """A mail was not accepted, or that is not known."""

    outcome: Literal["not accepted", "unknown"] | None = Field(
        default=None, description="unknown: repeat the request with the same Idempotency-Key, or read `statusUrl` later"
    )
    id: str | None = None
    statusUrl: str | None = None  # noqa: N815
