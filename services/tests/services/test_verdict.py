"""One verdict from many findings."""

import pytest

from spot_services.orchestrator.verdict import combine
from spot_services.payload import Finding, Signal
from spot_services.severity import Severity


def finding(analyzer: str, score: int, *signals: tuple[str, Severity]) -> Finding:
    return Finding(
        analysis="a",
        analyzer=analyzer,
        score=score,
        signals=[Signal(id=name, severity=severity, detail="d") for name, severity in signals],
        facts={},
        duration_ms=1,
    )


@pytest.mark.parametrize(
    ("scores", "verdict", "score"),
    [
        ({}, "clean", 0),
        ({"headers": 0, "content": 0, "links": 0, "attachments": 0}, "clean", 0),
        ({"attachments": 100, "headers": 0, "content": 0, "links": 0}, "malicious", 95),
        ({"content": 100}, "suspicious", 60),
        ({"headers": 50, "links": 20}, "suspicious", 49),
        ({"headers": 20, "content": 20}, "clean", 25),
        ({"new": 100}, "malicious", 70),
    ],
)
def test_combines_scores(scores: dict[str, int], verdict: str, score: int) -> None:
    combined = combine([finding(analyzer, given) for analyzer, given in scores.items()])
    assert (combined.verdict, combined.score) == (verdict, score)


def test_gives_the_worst_reasons_first_and_none_that_is_mere_information() -> None:
    combined = combine(
        [
            finding("content", 10, ("b", "low"), ("x", "info")),
            finding("links", 90, ("c", "critical"), ("a", "low")),
        ]
    )
    assert combined.reasons == ["links: c: d", "content: b: d", "links: a: d"]
