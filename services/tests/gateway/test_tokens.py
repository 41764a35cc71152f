"""Bearer tokens: valid ones pass, all others get 401, and a changed file counts without a restart."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from spot_messaging import Refusal
from spot_services.gateway.tokens import Tokens, open_tokens
from spot_services.state import State
from support.gateway import running_gateway


def write(path: Path, **tokens: str) -> None:
    entries = [{"name": name, "sha256": hashlib.sha256(token.encode()).hexdigest()} for name, token in tokens.items()]
    path.with_suffix(".new").write_text(json.dumps({"tokens": entries}))
    path.with_suffix(".new").replace(path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tokens.json"
    write(path, ci="first-token", billing="second.token~+/==")
    return path


async def test_accepts_valid_tokens_only(gateway_state: State, tmp_path: Path, file: Path) -> None:
    async with running_gateway(gateway_state, tmp_path, tokens=Tokens(file)) as bench:
        wrong = [
            "",
            "Bearer",
            "Bearer wrong",
            "Basic Zmlyc3Q6dG9rZW4=",
            "first-token",
            "Bearer first-token x",
        ]
        for path in ("/analyses", "/analyses/a", "/submissions"):
            for value in [None, *wrong]:
                answer = await bench.get(path, headers={} if value is None else {"Authorization": value})
                assert answer.status_code == 401, value
                assert answer.headers["www-authenticate"].startswith('Bearer realm="spot"')
                assert "first-token" not in answer.text
        for value in ("Bearer first-token", "bearer  first-token", "Bearer second.token~+/=="):
            assert (await bench.get("/analyses", headers={"Authorization": value})).status_code == 200
        for path in ("/", "/healthz", "/openapi.json"):
            assert (await bench.get(path)).status_code == 200


async def test_keys_of_one_token_are_not_those_of_another(gateway_state: State, tmp_path: Path, file: Path) -> None:
    async with running_gateway(gateway_state, tmp_path, tokens=Tokens(file)) as bench:
        answers = [
            await bench.post(b"x", headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "k"})
            for token in ("first-token", "second.token~+/==", "first-token")
        ]
        identities = [answer.json()["id"] for answer in answers]
        assert identities[0] == identities[2] != identities[1]


async def test_rotates_without_a_restart_and_survives_a_wrong_file(
    gateway_state: State, tmp_path: Path, file: Path
) -> None:
    async with running_gateway(gateway_state, tmp_path, tokens=Tokens(file)) as bench:

        async def status(token: str) -> int:
            return (await bench.get("/analyses", headers={"Authorization": f"Bearer {token}"})).status_code

        write(file, ci="first-token", ci2="third-token")
        assert [await status(token) for token in ("first-token", "third-token")] == [200, 200]
        file.write_text("{not json")  # noqa: ASYNC240 - a few bytes
        assert await status("third-token") == 200
        write(file, ci2="third-token")
        assert [await status(token) for token in ("first-token", "third-token")] == [401, 200]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"tokens": []}',
        '{"tokens": [{"name": "ci"}]}',
        json.dumps({"tokens": [{"name": "", "sha256": "0" * 64}]}),
        '{"tokens": [{"name": "ci", "sha256": "secret-in-clear-text"}]}',
        json.dumps({"tokens": [{"name": name, "sha256": "0" * 64} for name in ("a", "b")]}),
    ],
)
def test_refuses_a_wrong_file_without_its_content(tmp_path: Path, content: str) -> None:
    path = tmp_path / "tokens.json"
    path.write_text(content)
    with pytest.raises(Refusal) as refused:
        open_tokens({"SPOT_TOKENS": str(path)}, is_required=True)
    assert all(problem.startswith(f'environment: SPOT_TOKENS "{path}": ') for problem in refused.value.problems)
    assert "secret" not in str(refused.value)


def test_refuses_to_start_without_tokens_where_they_are_required(tmp_path: Path) -> None:
    assert open_tokens({}, is_required=False) is None
    with pytest.raises(Refusal, match="SPOT_TOKENS is not set"):
        open_tokens({}, is_required=True)
    with pytest.raises(Refusal, match="cannot be read"):
        open_tokens({"SPOT_TOKENS": str(tmp_path / os.devnull.strip("/"))}, is_required=False)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "mail.example"}, 200),
        ({"Host": "MAIL.example:8080"}, 200),
        ({"Host": "mail.example", "Origin": "https://mail.example"}, 200),
        ({"Origin": "https://app.example"}, 200),
        ({"Origin": "https://app.example:8443"}, 403),
        ({"Origin": "http://app.example"}, 403),
        ({"Host": "app.example"}, 421),
    ],
)
async def test_knows_the_hosts_and_origins_of_its_settings(
    gateway_state: State, tmp_path: Path, headers: dict[str, str], status: int
) -> None:
    options = {"hosts": ["mail.example"], "origins": ["https://app.example"]}
    async with running_gateway(gateway_state, tmp_path, **options) as bench:
        answer = await bench.get("/analyses", headers=headers)
        assert answer.status_code == status
        is_cors = status == 200 and headers.get("Origin") == "https://app.example"
        assert ("access-control-allow-origin" in answer.headers) == is_cors


async def test_answers_the_preflight_of_a_listed_origin_only(gateway_state: State, tmp_path: Path, file: Path) -> None:
    options = {"origins": ["https://app.example"], "tokens": Tokens(file)}
    preflight = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,idempotency-key",
    }
    async with running_gateway(gateway_state, tmp_path, **options) as bench:
        for origin, status in {"https://app.example": 200, "https://other.example": 403}.items():
            answer = await bench.client.options("/analyses", headers={"Origin": origin, **preflight})
            assert answer.status_code == status
        answer = await bench.get("/analyses", headers={"Origin": "https://app.example"})
        assert answer.status_code == 401
