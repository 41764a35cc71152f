"""The input of a process: three paths and two files, read and checked once."""

import json
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from spot_health import DEFAULT_PATH
from spot_messaging.contract import REGENERATE, Contract, describe, read_contract
from spot_messaging.endpoint import Endpoint, read_endpoint
from spot_messaging.refusal import Refusal

DEFAULT_DATA = "/var/lib/spot"

Part = TypeVar("Part")
SettingsModel = TypeVar("SettingsModel", bound="Settings")


class Settings(BaseModel):
    """A service's own part of the contract."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, alias_generator=to_camel)


@dataclass(frozen=True)
class Runtime:
    contract_path: Path
    contract: Contract
    endpoint: Endpoint
    data: Path
    health: Path
    metrics_port: int | None = None

    def settings(self, model: type[SettingsModel]) -> SettingsModel:
        """:raises Refusal: with every invalid setting."""
        try:
            # Through JSON, because strict validation accepts lists as tuples only there.
            return model.model_validate_json(json.dumps(self.contract.settings))
        except ValidationError as error:
            place = f'contract "{self.contract_path}": settings'
            raise Refusal(describe(error, place, REGENERATE)) from None

    def require(
        self,
        *,
        publishes: Collection[str] = (),
        consumes: Collection[str] = (),
        calls: Collection[str] = (),
    ) -> None:
        """:raises Refusal: if the contract and the code do not have the same messages."""
        place = f'contract "{self.contract_path}"'
        problems = []
        given: tuple[tuple[str, Collection[str], Collection[str]], ...] = (
            ("publishes", publishes, self.contract.publishes),
            ("consumes", consumes, self.contract.consumes),
            ("calls", calls, self.contract.calls),
        )
        for section, needed, present in given:
            problems += [
                f'{place}: {section} "{name}" is missing, service "{self.contract.service}" needs it; {REGENERATE}'
                for name in set(needed) - set(present)
            ]
        # In the other direction only for queues: a queue without a consumer would fill up unnoticed.
        problems += [
            f'{place}: consumes "{name}" has no handler in this program; deploy the release that has one'
            for name in set(self.contract.consumes) - set(consumes)
        ]
        if problems:
            raise Refusal(problems)


def read_runtime(environment: Mapping[str, str] = os.environ) -> Runtime:
    """:raises Refusal: with all problems of the environment and of both files."""
    problems: list[str] = []

    def part(variable: str, noun: str, read: Callable[[Path], Part]) -> Part | None:
        value = environment.get(variable, "")
        if value == "":
            problems.append(f"environment: {variable} is not set; set it to the path of the {noun} file")
            return None
        try:
            return read(Path(value))
        except Refusal as refusal:
            problems.extend(refusal.problems)
            return None

    contract = part("SPOT_CONTRACT", "contract", read_contract)
    endpoint = part("SPOT_CONNECTION", "connection", read_endpoint)
    data = Path(environment.get("SPOT_DATA", DEFAULT_DATA))
    if not (data.is_dir() and os.access(data, os.W_OK | os.X_OK)):
        problems.append(f'environment: SPOT_DATA "{data}" is not a writable directory; mount a volume there')
    metrics_port = _port(environment.get("SPOT_METRICS_PORT", ""), problems)
    if contract is None or endpoint is None or problems:
        raise Refusal(problems)
    return Runtime(
        contract_path=Path(environment["SPOT_CONTRACT"]),
        contract=contract,
        endpoint=endpoint,
        data=data,
        health=Path(environment.get("SPOT_HEALTH", DEFAULT_PATH)),
        metrics_port=metrics_port,
    )


def _port(text: str, problems: list[str]) -> int | None:
    if text == "":
        return None
    if text.isascii() and text.isdecimal() and 1 <= int(text) <= 65535:
        return int(text)
    problems.append(f'environment: SPOT_METRICS_PORT "{text}" is not a port; use a number from 1 to 65535')
    return None
