"""The passive check asks about everything and reports everything."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from aio_pika import RobustConnection
from aiormq.exceptions import ChannelAccessRefused, ChannelNotFoundEntity

from fakes import ENDPOINT, contract
from spot_messaging.refusal import Refusal
from spot_messaging.topology import check_topology


class FakeBroker:
    def __init__(self, missing: set[str], closed: set[str]) -> None:
        self.missing = missing
        self.closed = closed
        self.asked: list[str] = []
        self.transport = SimpleNamespace(connection=self)

    async def channel(self, **_options: Any) -> Any:
        async def close() -> None:
            return

        return SimpleNamespace(
            is_closed=False, close=close, queue_declare=self._declare, exchange_declare=self._declare
        )

    async def _declare(self, name: str, *, passive: bool, timeout: float) -> None:  # noqa: ASYNC109
        assert passive
        assert timeout
        self.asked.append(name)
        if name in self.missing:
            raise ChannelNotFoundEntity("404")
        if name in self.closed:
            raise ChannelAccessRefused("403")


async def check(broker: FakeBroker) -> None:
    await check_topology(cast("RobustConnection", broker), contract(), ENDPOINT)


async def test_asks_about_every_queue_and_exchange_of_the_contract() -> None:
    broker = FakeBroker(set(), set())
    await check(broker)
    assert broker.asked == [
        "admin.analyzer.headers",
        "analyzer.headers",
        "spot.analysis",
        "spot.dead-letter",
        "spot.notifications",
    ]


async def test_reports_all_problems_together() -> None:
    with pytest.raises(Refusal) as raised:
        await check(FakeBroker({"analyzer.headers", "spot.analysis"}, {"spot.dead-letter"}))
    assert raised.value.exit_code == 2
    way_out = "declare the topology first (npm start, or pulumi up --stack dev)"
    assert raised.value.problems == [
        f'vhost "spot": exchange "spot.analysis" does not exist; {way_out}',
        f'vhost "spot": exchange "spot.dead-letter" is closed to user "analyzer.headers"; {way_out}, '
        "and run no broker 4.2.6 or 4.3.0",
        f'vhost "spot": queue "analyzer.headers" does not exist; {way_out}',
    ]
