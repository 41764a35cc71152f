"""`python -m hostile.bench`: what hostile mails cost their neighbours, and whether large mails fit into the memory.

Each analyzer examines honest mails one by one: alone, together with three streams of hostile mails, and together with
three streams of honest ones. They take turns, so that the load of the machine is the same for all. Then it examines
four mails of 50 MB together. It runs in a container with the memory of production, see `npm run bench:hostile`.

Exits with 1 if hostile neighbours more than double the 95th percentile of an honest mail and cost it more than honest
neighbours, which share the processors with it too; and if a process is killed. Exits with 2 if the figures prove
nothing.
"""

import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple

from hostile.corpus import generate
from spot_services.analyzer.budget import MEBIBYTE
from spot_services.analyzer.process.memory import capacity, container_memory
from spot_services.analyzer.process.parsers import Parsers
from spot_services.analyzer.registry import ANALYZERS

MEMORY = 512 * MEBIBYTE
ROUNDS = 6
HONEST = 20
STREAMS = 3
LARGE = 50_000_000
WORDS = [
    "meeting",
    "Thursday",
    "please",
    "bring",
    "the",
    "figures",
    "of",
    "last",
    "month",
    "and",
    "plan",
    "for",
    "autumn",
]

# An honest mail cannot be that much faster together with hostile ones: then the machine did something else, too.
UNBELIEVABLE = 0.8

# Of the second and the first version of control groups.
EVENTS = (Path("/sys/fs/cgroup/memory.events"), Path("/sys/fs/cgroup/memory/memory.oom_control"))
PEAK = (Path("/sys/fs/cgroup/memory.peak"), Path("/sys/fs/cgroup/memory/memory.max_usage_in_bytes"))


def honest(chance: random.Random) -> bytes:
    """An ordinary letter: text and HTML with some links, and sometimes a picture."""
    text = " ".join(chance.choices(WORDS, k=chance.randint(50, 2_000)))
    rows = "".join(
        f"<tr><td><p>{text[at : at + 200]}</p><a href='https://example.com/{at}'>more</a></td></tr>"
        for at in range(0, len(text), 200)
    )
    parts = [
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}",
        f"Content-Type: text/html; charset=utf-8\r\n\r\n<table>{rows}</table>",
    ]
    if chance.random() < 0.3:
        parts.append(
            "Content-Type: image/png\r\nContent-Disposition: attachment; filename=a.png\r\n\r\n\x89PNG\r\n"
            + "x" * chance.randint(1_000, 200_000)
        )
    body = "".join(f"--b\r\n{part}\r\n" for part in parts)
    head = (
        "From: Anna <anna@example.com>\r\nTo: bob@example.com\r\nSubject: Thursday\r\nMessage-ID: <1@example.com>\r\n"
    )
    return f"{head}Content-Type: multipart/mixed; boundary=b\r\n\r\n{body}--b--\r\n".encode()


def chunks(raw: bytes, times: int = 1) -> Callable[[], AsyncIterator[bytes]]:
    async def read() -> AsyncIterator[bytes]:
        for _ in range(times):
            yield raw

    return read


async def examine_honest(parsers: Parsers, mails: list[bytes]) -> list[float]:
    seconds = []
    for raw in mails:
        started = time.monotonic()
        await parsers.examine(len(raw), chunks(raw))
        seconds.append(time.monotonic() - started)
    return seconds


async def stream(parsers: Parsers, mails: list[bytes], start: int) -> None:
    at = start
    while True:
        raw = mails[at % len(mails)]
        await parsers.examine(len(raw), chunks(raw))
        at += STREAMS


class Percentiles(NamedTuple):
    """The 95th percentiles of honest mails in seconds."""

    alone: float
    among_hostile: float
    among_honest: float


async def compare(parsers: Parsers, mails: list[bytes], hostile: list[bytes]) -> Percentiles:
    await examine_honest(parsers, mails[:5])
    measured: list[list[float]] = [[], [], []]
    for _ in range(ROUNDS):
        for seconds, others in zip(measured, ([], hostile, mails), strict=True):
            streams = [
                asyncio.create_task(stream(parsers, others, number)) for number in range(STREAMS if others else 0)
            ]
            await asyncio.sleep(0.1)
            seconds += await examine_honest(parsers, mails)
            for task in streams:
                task.cancel()
            await asyncio.gather(*streams, return_exceptions=True)
    return Percentiles(*(quantiles(seconds, n=20)[-1] for seconds in measured))


async def examine_large(parsers: Parsers) -> tuple[float, int, int]:
    """Four large mails together: seconds, the largest parser process in bytes, and how many were killed."""
    block = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVpBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWkFC\r\n" * 13_514
    head = b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    times = LARGE // len(block)

    async def one() -> AsyncIterator[bytes]:
        yield head
        for _ in range(times):
            yield block

    started = time.monotonic()
    outcomes = await asyncio.gather(*(parsers.examine(len(head) + times * len(block), one) for _ in range(4)))
    largest = max(outcome.memory_bytes for outcome in outcomes)
    return time.monotonic() - started, largest, sum(outcome.kills for outcome in outcomes)


def read_first(files: tuple[Path, ...]) -> str:
    for file in files:
        if file.exists():
            return file.read_text()
    raise SystemExit(f"none of the files {', '.join(map(str, files))} exists; run `npm run bench:hostile`")


def peak() -> int:
    """The largest memory of this container in bytes, with its page cache."""
    return int(read_first(PEAK))


def oom_kills() -> int:
    """Processes that the kernel killed for their memory in this container."""
    return int(dict(line.split() for line in read_first(EVENTS).splitlines())["oom_kill"])


async def main(names: list[str]) -> int:
    memory = container_memory()
    if memory != MEMORY:
        raise SystemExit(f"the memory limit is {memory} bytes, not {MEMORY}; run `npm run bench:hostile`")
    chance = random.Random("honest mails")  # noqa: S311 - repeatable, not secret
    mails = [honest(chance) for _ in range(HONEST)]
    families = ("parts", "bait", "nesting", "parameters")
    hostile = [mail.raw for family in families for mail in generate(family)]
    chance.shuffle(hostile)
    failed = doubtful = False
    for name in names or ANALYZERS:
        async with Parsers(name, capacity(memory)) as parsers:
            honest_mails = await compare(parsers, mails, hostile)
            seconds, largest, kills = await examine_large(parsers)
        alone, among_hostile, among_honest = honest_mails
        print(  # noqa: T201
            f"{name}: honest p95 {alone * 1000:.0f} ms alone, {among_hostile * 1000:.0f} ms among hostile mails, "
            f"{among_hostile / alone:.2f} times, {among_honest * 1000:.0f} ms among honest mails; "
            f"four mails of 50 MB: {seconds:.1f} s, parser processes of at most "
            f"{largest / MEBIBYTE:.0f} MiB, {kills} killed; out-of-memory kills of the container {oom_kills()}, "
            f"its largest memory {peak() / MEBIBYTE:.0f} MiB",
            flush=True,
        )
        failed |= among_hostile > max(2 * alone, among_honest) or kills > 0 or oom_kills() > 0
        if among_hostile < UNBELIEVABLE * alone:
            print(f"{name}: the machine was busy; measure it again")  # noqa: T201
            doubtful = True
    return 1 if failed else 2 if doubtful else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
