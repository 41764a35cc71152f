"""A service's report, and what each probe makes of it."""

import subprocess
import sys
from pathlib import Path

import pytest

import spot_health
from spot_health import Ailment, Report, failures, incarnation, read_report, write_report
from spot_health.__main__ import main
from spot_messaging.health import Health

NOW = 10_000.0


def ill(kind: str, since: float) -> Report:
    return Report(NOW, [Ailment(kind, "it is away", NOW - since)])


@pytest.mark.parametrize(
    ("probe", "report", "reasons"),
    [
        ("startup", None, ["no report yet: the service is starting"]),
        ("liveness", None, ["no report yet: the service is starting"]),
        ("startup", Report(NOW, []), []),
        ("readiness", Report(NOW - 15, []), []),
        ("readiness", Report(NOW - 16, []), ["no report for 16 s: the event loop is blocked"]),
        ("liveness", Report(NOW - 60, []), []),
        ("liveness", Report(NOW - 61, []), ["no report for 61 s: the event loop is blocked"]),
        ("startup", ill("connection", 0), ["it is away for 0 s"]),
        ("readiness", ill("connection", 3), ["it is away for 3 s"]),
        ("readiness", ill("consumer", 3), ["it is away for 3 s"]),
        ("liveness", ill("consumer", 180), []),
        ("liveness", ill("consumer", 181), ["it is away for 181 s"]),
        # A new process would not bring the broker back.
        ("liveness", ill("connection", 600), []),
        ("liveness", ill("connection", 601), ["it is away for 601 s"]),
    ],
)
def test_evaluates_a_report(probe: str, report: Report | None, reasons: list[str]) -> None:
    assert failures(probe, report, NOW) == reasons


def test_tells_every_ailment(tmp_path: Path) -> None:
    path = str(tmp_path / "health")
    ailments = [Ailment("connection", "one is away", 9_990.5), Ailment("consumer", 'queue "a\tb"\nis away', 9_000.0)]
    write_report(path, Report(NOW, ailments), "run")
    report = read_report(path, "run")
    assert report is not None
    assert report.at == NOW
    assert report.ailments == (ailments[0], Ailment("consumer", 'queue "a b" is away', 9_000.0))
    assert failures("readiness", report, NOW) == ["one is away for 10 s", 'queue "a b" is away for 1000 s']
    assert failures("liveness", report, NOW) == ['queue "a b" is away for 1000 s']


def test_does_not_believe_the_report_of_an_earlier_run_of_the_container(tmp_path: Path) -> None:
    path = str(tmp_path / "health")
    write_report(path, Report(NOW, []), "earlier")
    assert read_report(path, "now") is None
    assert read_report(path, "earlier") is not None


@pytest.mark.parametrize("text", ["", "soon\trun\n", "1.0\trun\nconsumer\n", "1.0\trun\nconsumer\tlate\tx\n"])
def test_takes_an_unreadable_report_for_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "health"
    path.write_text(text)
    assert read_report(str(path), "run") is None


@pytest.mark.parametrize(
    ("text", "started"),
    [
        # A process may call itself anything.
        (f"1 (a) 7) S {' '.join(str(field) for field in range(4, 22))} 4711 0\n", "4711"),
        ("1 (short) S 0\n", ""),
        ("", ""),
    ],
)
def test_knows_one_run_of_the_container_from_another_by_when_its_first_process_started(
    tmp_path: Path, text: str, started: str
) -> None:
    (tmp_path / "stat").write_text(text)
    assert incarnation(str(tmp_path / "stat")) == started
    assert incarnation(str(tmp_path / "nowhere")) == ""


def test_remembers_since_when_each_thing_is_ill(tmp_path: Path) -> None:
    path, now = tmp_path / "run" / "health", 100.0
    health = Health(path, lambda: now)

    def report() -> Report:
        written = read_report(str(path), incarnation())
        assert written is not None
        return written

    health.report(disconnected=["the consuming connection is closed"], inactive=[])
    now = 102.0
    health.report(disconnected=["the consuming connection is closed"], inactive=['queue "jobs" is not being consumed'])
    assert report().at == 102.0
    assert report().ailments == (
        Ailment("connection", "the consuming connection is closed", 100.0),
        Ailment("consumer", 'queue "jobs" is not being consumed', 102.0),
    )
    health.report(disconnected=[], inactive=[])
    assert report().ailments == ()
    now = 110.0
    health.report(disconnected=["the consuming connection is closed"], inactive=[])
    assert report().ailments == (Ailment("connection", "the consuming connection is closed", 110.0),)
    assert [each.name for each in path.parent.iterdir()] == ["health"]


def test_says_ready_once_and_each_change_after_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    health = Health(tmp_path / "health")
    caplog.set_level("INFO", "spot")
    for inactive in (["starting"], [], [], ["lost"], ["lost"], []):
        health.report(disconnected=[], inactive=inactive)
    assert [record.getMessage() for record in caplog.records] == ["ready", "unhealthy", "healthy again"]


class TestCommand:
    def test_passes_while_the_service_is_fit(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("SPOT_HEALTH", str(tmp_path / "health"))
        Health(tmp_path / "health").report(disconnected=[], inactive=[])
        assert [main([probe]) for probe in spot_health.PROBES] == [0, 0, 0]
        assert capsys.readouterr().out == "fit\n" * 3

    def test_fails_with_the_reason_when_a_consumer_was_cancelled(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("SPOT_HEALTH", str(tmp_path / "health"))
        Health(tmp_path / "health").report(disconnected=[], inactive=['queue "jobs" is not being consumed'])
        assert [main([probe]) for probe in ("startup", "readiness", "liveness")] == [1, 1, 0]
        assert capsys.readouterr().out.splitlines() == [
            'queue "jobs" is not being consumed for 0 s',
            'queue "jobs" is not being consumed for 0 s',
            "fit",
        ]

    @pytest.mark.parametrize("arguments", [[], ["rediness"], ["readiness", "liveness"]])
    def test_refuses_what_it_does_not_know(self, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert main(arguments) == 2
        known = "known: startup, readiness, liveness"
        assert capsys.readouterr().err == f'spot_health: probe "{" ".join(arguments)}" is unknown; {known}\n'

    def test_loads_nothing_but_what_it_needs(self) -> None:
        loaded = "import sys, spot_health.__main__; print(*sys.modules)"
        source = Path(spot_health.__file__).parents[1]
        answer = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-S", "-c", loaded], env={"PYTHONPATH": str(source)}, capture_output=True, check=True
        )
        heavy = {
            "aio_pika",
            "asyncio",
            "dataclasses",
            "faststream",
            "json",
            "pathlib",
            "pydantic",
            "spot_messaging",
            "typing",
        }
        assert heavy & set(answer.stdout.decode().split()) == set()
