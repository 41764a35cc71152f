"""The file is young only while everything was seen working."""

from pathlib import Path

import pytest

from spot_messaging.health import Health


def test_touches_the_file_only_while_nothing_ails(tmp_path: Path) -> None:
    path = tmp_path / "run" / "health"
    health = Health(path)
    health.report(["the consuming connection is closed"])
    assert not path.exists()
    health.report([])
    assert path.exists()
    path.unlink()
    health.report(["the consuming connection is closed"])
    assert not path.exists()


def test_says_ready_once_and_each_change_after_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    health = Health(tmp_path / "health")
    caplog.set_level("INFO", "spot")
    for ailments in (["starting"], [], [], ["lost"], ["lost"], []):
        health.report(ailments)
    assert [record.getMessage() for record in caplog.records] == ["ready", "unhealthy", "healthy again"]
