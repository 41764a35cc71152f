"""The command line says what is wrong in sentences and exit codes."""

import json
from pathlib import Path

import pytest

from fakes import CONNECTION, contract_json
from spot_services.__main__ import PROGRAMS, main


def test_names_the_known_services(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyzr"]) == 2
    assert capsys.readouterr().err == (
        f'spot-services: service "analyzr" is unknown; known: {", ".join(sorted(PROGRAMS))}\n'
    )


def test_lists_all_problems_without_a_stack_trace(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SPOT_DATA", str(tmp_path))
    monkeypatch.delenv("SPOT_CONTRACT", raising=False)
    monkeypatch.setenv("SPOT_CONNECTION", str(tmp_path / "none.json"))
    assert main(["analyzer"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "spot-services analyzer: 2 problems:",
        f'  - connection "{tmp_path / "none.json"}": cannot be read (no such file or directory); '
        "set SPOT_CONNECTION to the path of the file",
        "  - environment: SPOT_CONTRACT is not set; set it to the path of the contract file",
    ]


def test_refuses_another_services_contract(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "contract.json").write_text(json.dumps(contract_json()))
    (tmp_path / "connection.json").write_text(json.dumps(CONNECTION))
    monkeypatch.setenv("SPOT_DATA", str(tmp_path))
    monkeypatch.setenv("SPOT_CONTRACT", str(tmp_path / "contract.json"))
    monkeypatch.setenv("SPOT_CONNECTION", str(tmp_path / "connection.json"))
    assert main(["gateway"]) == 2
    assert 'is for service "analyzer.headers"; give "gateway" its own contract' in capsys.readouterr().err
