"""A parser process may do anything: its mail gets a finding, and its neighbours do not notice."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable

import pytest

from spot_messaging import PermanentError
from spot_services.analyzer.budget import MEBIBYTE
from spot_services.analyzer.process import parsers as parsers_module
from spot_services.analyzer.process.parsers import ParserLostError, Parsers

GIBIBYTE = 1024 * MEBIBYTE


def misbehaving(cpu_seconds: float = 0.3, capacity: int = GIBIBYTE) -> Parsers:
    return Parsers("headers", capacity, cpu_seconds=cpu_seconds, module="hostile.misbehaving")


def mail(subject: str) -> bytes:
    return f"Subject: {subject}\n\nx".encode()


def chunks(*parts: bytes) -> Callable[[], AsyncIterator[bytes]]:
    async def read() -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    return read


async def examine(parsers: Parsers, raw: bytes) -> parsers_module.Outcome:
    return await parsers.examine(len(raw), chunks(raw))


@pytest.mark.parametrize(
    ("subject", "kills", "incomplete"),
    [
        ("nothing", 0, {}),
        ("compute", 0, {"cpu": "more than 0.3 s of computing; the rest was not read"}),
        ("allocate", 0, {"memory": "more memory than this mail may use; the rest was not read"}),
        ("recurse", 0, {"depth": "nested too deep; the rest was not read"}),
        ("raise", 0, {"error": "the analyzer failed (RuntimeError); the rest was not read"}),
        (
            "compute all the same",
            2,
            {"killed": "the parser process was killed twice (cpu, cpu); nothing was read"},
        ),
        ("be killed", 2, {"killed": "the parser process was killed twice (memory, memory); nothing was read"}),
        ("crash", 2, {"killed": "the parser process was killed twice (SIGSEGV, SIGSEGV); nothing was read"}),
        ("exit", 2, {"killed": "the parser process was killed twice (status 3, status 3); nothing was read"}),
        ("stop", 2, {"killed": "the parser process was killed twice (stuck, stuck); nothing was read"}),
    ],
)
async def test_every_end_of_a_parser_process_is_a_finding(
    subject: str, kills: int, incomplete: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsers_module, "STUCK_SECONDS", 0.5)
    async with misbehaving() as parsers:
        outcome = await examine(parsers, mail(subject))
        assert (outcome.kills, outcome.answer.incomplete) == (kills, incomplete)
        assert [(signal[0], signal[2]) for signal in outcome.answer.signals if signal[0] == "incomplete"] == [
            ("incomplete", f"{name}: {detail}") for name, detail in incomplete.items()
        ]
        # What was found before the end is kept.
        assert ("seen" in {signal[0] for signal in outcome.answer.signals}) == (kills == 0)
        assert (await examine(parsers, mail("nothing"))).answer.incomplete == {}


async def test_a_parser_process_sees_nothing_of_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPOT_CONNECTION", "/run/secrets/connection.json")
    async with misbehaving() as parsers:
        facts = (await examine(parsers, mail("look around"))).answer.facts
    assert facts["environment"] == ["LANG", "LC_CTYPE", "PYTHONPATH"] or facts["environment"] == ["LANG", "PYTHONPATH"]
    # The three standard descriptors, the mail's socket, and the one that lists them.
    assert facts["descriptors"] == 5
    assert facts["oom"] == "1000"
    assert "NoNewPrivs:\t1" in str(facts["status"])
    assert facts["file"] == "OSError"


async def test_neighbours_of_a_killed_process_are_finished() -> None:
    async with misbehaving(cpu_seconds=0.5) as parsers:
        subjects = ["be killed", "nothing", "crash", "nothing", "exit", "nothing", "compute", "nothing"]
        outcomes = await asyncio.gather(*(examine(parsers, mail(subject)) for subject in subjects))
    # Not how often the others were killed: on a machine without memory, the kernel may end any parser process once.
    ends = [[*outcome.answer.incomplete] for outcome in outcomes]
    assert ends == [["killed"], [], ["killed"], [], ["killed"], [], ["cpu"], []]


async def test_a_lost_template_is_replaced() -> None:
    async with misbehaving() as parsers:
        await examine(parsers, mail("nothing"))
        template = parsers._template
        assert template is not None
        os.kill(template.pid, 9)
        await template.wait()
        assert (await examine(parsers, mail("nothing"))).kills == 0


async def test_a_mail_that_cannot_be_read_ends_its_process_and_not_the_service() -> None:
    async def fails() -> AsyncIterator[bytes]:
        yield b"Subject: x"
        raise OSError("the store is away")

    async with misbehaving() as parsers:
        with pytest.raises(OSError, match="the store is away"):
            await parsers.examine(100, fails)
        for size in (5, 50):
            with pytest.raises(PermanentError, match=f"has 19 bytes, and its reference says {size}"):
                await parsers.examine(size, chunks(mail("nothing")))
        assert (await examine(parsers, mail("nothing"))).kills == 0


async def test_a_cancelled_job_ends_its_process() -> None:
    async with misbehaving(cpu_seconds=60) as parsers:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await examine(parsers, mail("compute"))
        # Alone in memory, so that this one waits for the end of the other.
        started = time.monotonic()
        await examine(parsers, mail("nothing"))
        assert time.monotonic() - started < 5


async def test_a_program_that_does_not_start_is_named() -> None:
    with pytest.raises(ParserLostError, match="the parser process did not start"):
        async with Parsers("headers", GIBIBYTE, module="hostile.missing"):
            pass
