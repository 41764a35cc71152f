"""The contract's sentences are what an operator reads when a deployment is wrong, so they are pinned."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakes import contract_json
from spot_messaging.contract import Contract, read_contract
from spot_messaging.refusal import Refusal, sentence

WAY_OUT = "generate the contract again (npm start, or pulumi up --stack dev)"


def refusal_of(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> list[str]:
    broken = contract_json()
    change(broken)
    path = tmp_path / "contract.json"
    path.write_text(json.dumps(broken))
    with pytest.raises(Refusal) as raised:
        read_contract(path)
    assert raised.value.exit_code == 2
    return [problem.replace(str(path), "C").replace(WAY_OUT, "W") for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        (lambda c: c.pop("limits"), ['contract "C": field "limits": field required; W']),
        (lambda c: c.update(format=2), ['contract "C": field "format": input should be 1; W']),
        (lambda c: c.update(colour=1), ['contract "C": field "colour": extra inputs are not permitted; W']),
        (
            lambda c: c["consumes"]["job"].update(prefetch=0),
            ['contract "C": field "consumes.job.prefetch": input should be greater than or equal to 1; W'],
        ),
        (
            lambda c: c["consumes"]["job"].update(prefetch="8"),
            ['contract "C": field "consumes.job.prefetch": input should be a valid integer; W'],
        ),
        (
            lambda c: c["broker"].update(version="4.2"),
            ['contract "C": consumes "job": retry mode "broker" needs RabbitMQ 4.3, not 4.2; W'],
        ),
        (
            lambda c: c["consumes"]["job"].update(
                retry={"mode": "exchange", "attempts": 3, "exchange": "spot.retry", "routingKeys": ["one"]}
            ),
            ['contract "C": field "consumes.job.retry.exchange": 3 attempts need 2 routing keys, not 1; W'],
        ),
        (
            lambda c: (c.pop("calls"), c["publishes"]["status"].update(mandatory=None)),
            [
                'contract "C": field "calls": field required; W',
                'contract "C": field "publishes.status.mandatory": input should be a valid boolean; W',
            ],
        ),
        (
            lambda c: c.update(calls={"status": {"exchange": "rpc", "routingKey": "status", "timeoutMs": 5000}}),
            ['contract "C": has "calls", but no stream for their "replies"; W'],
        ),
        (
            lambda c: c.update(replies={"queue": "", "prefetch": 0}),
            [
                'contract "C": field "replies.prefetch": input should be greater than or equal to 1; W',
                'contract "C": field "replies.queue": string should have at least 1 character; W',
            ],
        ),
        (
            lambda c: c.update(callers={"gateway": {"exchange": "replies", "routingKey": "gateway", "users": "("}}),
            ['contract "C": field "callers.gateway.users": input should be a valid regular expression; W'],
        ),
    ],
)
def test_names_every_problem_with_its_field_and_the_way_out(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], problems: list[str]
) -> None:
    assert refusal_of(tmp_path, change) == problems


def test_reports_a_file_that_is_not_json(tmp_path: Path) -> None:
    path = tmp_path / "contract.json"
    path.write_text("{")
    with pytest.raises(Refusal) as raised:
        read_contract(path)
    [problem] = raised.value.problems
    assert problem.startswith(f'contract "{path}": invalid JSON: ')


def test_reports_a_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.json"
    with pytest.raises(Refusal) as raised:
        read_contract(path)
    assert raised.value.problems == [
        f'contract "{path}": cannot be read (no such file or directory); set SPOT_CONTRACT to the path of the file'
    ]


def test_collects_every_exchange_and_queue_that_it_uses() -> None:
    given = contract_json()
    given["broker"]["version"] = "4.2"
    given["consumes"]["job"]["retry"] = {
        "mode": "exchange",
        "attempts": 1,
        "exchange": "spot.retry",
        "routingKeys": [],
    }
    given["calls"] = {"status": {"exchange": "spot.rpc", "routingKey": "analysis.status", "timeoutMs": 5000}}
    given["replies"] = {"queue": "analyzer.headers.replies", "prefetch": 100}
    given["callers"] = {"gateway": {"exchange": "spot.replies", "routingKey": "gateway", "users": "^gateway$"}}
    contract = Contract.model_validate_json(json.dumps(given))
    assert contract.exchanges == {
        "spot.analysis",
        "spot.notifications",
        "spot.rpc",
        "spot.replies",
        "spot.retry",
        "spot.dead-letter",
    }
    assert contract.queues == {"analyzer.headers", "admin.analyzer.headers", "analyzer.headers.replies"}


def test_prints_one_problem_on_one_line_and_several_as_a_sorted_list() -> None:
    assert sentence(Refusal(["only"]), "spot") == "spot: only"
    assert sentence(Refusal(["b", "a", "b"]), "spot") == "spot: 2 problems:\n  - a\n  - b"
