"""Every mail of the corpus gets a finding from every analyzer, within the budgets that its process reports."""

import asyncio
from collections.abc import AsyncIterator
from typing import NamedTuple

import pytest

from hostile.corpus import Mail, families, generate
from spot_services.analyzer.budget import MEBIBYTE, Limits
from spot_services.analyzer.process.memory import cost
from spot_services.analyzer.process.parsers import CPU_SECONDS, CPU_SECONDS_PER_MEBIBYTE, Outcome, Parsers
from spot_services.analyzer.registry import ANALYZERS
from spot_services.analyzer.worker import to_finding

# What the template process has in memory before it reads a mail.
TEMPLATE = 96 * MEBIBYTE
MAX_FINDING = 512 * 1024


class Result(NamedTuple):
    mail: str
    size: int
    analyzer: str
    outcome: Outcome


def examine_all(names: list[str]) -> dict[str, list[Result]]:
    """All mails of the families, each by all analyzers."""
    return asyncio.run(_examine_all(names))


async def _examine_all(names: list[str]) -> dict[str, list[Result]]:
    results: dict[str, list[Result]] = {name: [] for name in names}
    running = {analyzer: Parsers(analyzer, 1024 * MEBIBYTE) for analyzer in ANALYZERS}

    async def one(mail: Mail, analyzer: str) -> None:
        async def chunks() -> AsyncIterator[bytes]:
            yield mail.raw

        outcome = await running[analyzer].examine(len(mail.raw), chunks)
        results[mail.family].append(Result(mail.name, len(mail.raw), analyzer, outcome))

    for parsers in running.values():
        await parsers.__aenter__()
    try:
        for name in names:
            for mail in generate(name):
                await asyncio.gather(*(one(mail, analyzer) for analyzer in ANALYZERS))
    finally:
        for parsers in running.values():
            await parsers.__aexit__()
    return results


@pytest.fixture(scope="module")
def results() -> dict[str, list[Result]]:
    return examine_all(list(families()))


def test_the_corpus_has_at_least_600_mails_that_are_always_the_same() -> None:
    small = [name for name in families() if name != "volume"]
    first = [(mail.family, mail.name, hash(mail.raw)) for name in small for mail in generate(name)]
    assert len(first) >= 600
    assert len({(family, name) for family, name, _ in first}) == len(first)
    assert first == [(mail.family, mail.name, hash(mail.raw)) for name in small for mail in generate(name)]


@pytest.mark.parametrize("family", families())
def test_every_analyzer_concludes_within_its_budgets(family: str, results: dict[str, list[Result]]) -> None:
    limits = Limits()
    for mail, size, analyzer, outcome in results[family]:
        place = f"{family}: {mail}: {analyzer}"
        assert (outcome.kills, outcome.answer.defects) == (0, []), place
        assert outcome.cpu_seconds <= CPU_SECONDS + CPU_SECONDS_PER_MEBIBYTE * size / MEBIBYTE, place
        assert outcome.memory_bytes <= TEMPLATE + cost(size), place
        assert outcome.answer.used.get("depth", 0) <= limits.depth, place
        assert outcome.answer.used.get("parts", 0) <= limits.parts, place
        finding = to_finding("a-1", analyzer, outcome.answer, 0)
        assert len(finding.model_dump_json(by_alias=True)) <= MAX_FINDING, place
        named = {signal.detail.partition(":")[0] for signal in finding.signals if signal.id == "incomplete"}
        assert named == set(outcome.answer.incomplete), place
