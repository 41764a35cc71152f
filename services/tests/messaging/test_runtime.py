"""The environment, both files and the service's own needs."""

import json
from pathlib import Path
from typing import Any

import pytest

from fakes import CONNECTION, contract_json
from spot_messaging.endpoint import HEARTBEAT_SECONDS, Endpoint
from spot_messaging.refusal import Refusal
from spot_messaging.runtime import Runtime, Settings, read_runtime


def environment(tmp_path: Path, connection: dict[str, Any] = CONNECTION) -> dict[str, str]:
    (tmp_path / "contract.json").write_text(json.dumps(contract_json()))
    (tmp_path / "connection.json").write_text(json.dumps(connection))
    return {
        "SPOT_CONTRACT": str(tmp_path / "contract.json"),
        "SPOT_CONNECTION": str(tmp_path / "connection.json"),
        "SPOT_DATA": str(tmp_path),
    }


def runtime(tmp_path: Path) -> Runtime:
    return read_runtime(environment(tmp_path))


def test_reports_everything_that_is_missing_together() -> None:
    with pytest.raises(Refusal) as raised:
        read_runtime({"SPOT_DATA": "/nowhere"})
    assert raised.value.problems == [
        "environment: SPOT_CONNECTION is not set; set it to the path of the connection file",
        "environment: SPOT_CONTRACT is not set; set it to the path of the contract file",
        'environment: SPOT_DATA "/nowhere" is not a writable directory; mount a volume there',
    ]


def test_never_repeats_a_secret_in_a_problem(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as raised:
        read_runtime(environment(tmp_path, {**CONNECTION, "password": 4711, "port": 0}))
    text = str(raised.value)
    assert "4711" not in text
    assert 'field "password": input should be a valid string' in text
    assert 'field "port": input should be greater than or equal to 1' in text


def test_makes_one_url_a_host_with_encoded_credentials(tmp_path: Path) -> None:
    urls = runtime(tmp_path).endpoint.urls("test")
    assert [url.host for url in urls] == ["rabbit-0", "rabbit-1"]
    assert urls[0].password == "p@ss/word"
    assert urls[0].path == "/spot"
    assert urls[0].query["heartbeat"] == str(HEARTBEAT_SECONDS)
    assert "p@ss/word" not in repr(runtime(tmp_path).endpoint)


def test_uses_tls_when_the_connection_says_so(tmp_path: Path) -> None:
    endpoint = Endpoint.model_validate_json(json.dumps({**CONNECTION, "tls": {"ca": None}}))
    assert endpoint.urls("test")[0].scheme == "amqps"
    assert endpoint.ssl_context() is not None
    broken = Endpoint.model_validate_json(json.dumps({**CONNECTION, "tls": {"ca": str(tmp_path / "no.pem")}}))
    with pytest.raises(Refusal, match="cannot be used"):
        broken.ssl_context()


def test_refuses_a_contract_that_lacks_a_message_or_has_a_queue_too_many(tmp_path: Path) -> None:
    given = runtime(tmp_path)
    given.require(publishes=["finding", "status"], consumes=["job", "admin"])
    with pytest.raises(Refusal) as raised:
        given.require(publishes=["finding", "alert"], consumes=["admin"], calls=["status"])
    place = f'contract "{given.contract_path}"'
    way_out = "generate the contract again (npm start, or pulumi up --stack dev)"
    assert raised.value.problems == [
        f'{place}: calls "status" is missing, service "analyzer.headers" needs it; {way_out}',
        f'{place}: consumes "job" has no handler in this program; deploy the release that has one',
        f'{place}: publishes "alert" is missing, service "analyzer.headers" needs it; {way_out}',
    ]


def test_reads_a_services_own_settings_strictly(tmp_path: Path) -> None:
    class Known(Settings):
        analyzer: str

    class Other(Settings):
        http_port: int

    assert runtime(tmp_path).settings(Known).analyzer == "headers"
    with pytest.raises(Refusal) as raised:
        runtime(tmp_path).settings(Other)
    assert [problem.split(": ", 2)[2].split(";")[0] for problem in raised.value.problems] == [
        'field "analyzer": extra inputs are not permitted',
        'field "httpPort": field required',
    ]
