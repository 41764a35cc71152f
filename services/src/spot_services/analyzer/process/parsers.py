"""The parser processes of a service: one for each mail, confined, and replaced when it is killed."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self, get_args

from prometheus_client import Counter
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from pydantic.alias_generators import to_camel

from spot_messaging import DependencyError, PermanentError, log
from spot_services.analyzer.budget import MEBIBYTE, BudgetName
from spot_services.analyzer.process import template
from spot_services.analyzer.process.admission import Admission
from spot_services.analyzer.process.memory import cost
from spot_services.analyzer.report import Report
from spot_services.severity import Severity

# CPU time: enough for every honest mail many times over; a large mail may take longer.
CPU_SECONDS = 3.0
CPU_SECONDS_PER_MEBIBYTE = 0.06
START_SECONDS = 30.0
MAX_ANSWER = 4 * MEBIBYTE
# A parser process that uses no CPU time for this long after it has the whole mail is stuck; it waits for nothing.
STUCK_SECONDS = 30.0

KILLS = Counter("spot_parser_kills", "Parser processes that were killed", ["analyzer"])
INCOMPLETE = Counter("spot_mails_incomplete", "Mails whose reading a budget ended", ["analyzer", "budget"])

Chunks = AsyncIterator[bytes]


class Answer(BaseModel):
    """What a parser process found. It read hostile bytes, so its answer is checked like any other input."""

    model_config = ConfigDict(extra="forbid", strict=True)

    score: int
    signals: list[tuple[str, Severity, str]]
    facts: dict[str, JsonValue]
    incomplete: dict[str, str]
    defects: list[str]
    used: dict[str, float]


class End(BaseModel):
    """How a parser process ended, as the kernel reports it."""

    model_config = ConfigDict(alias_generator=to_camel)

    signal: int
    status: int
    cpu_seconds: float
    memory_bytes: int


@dataclass(frozen=True)
class Outcome:
    answer: Answer
    kills: int
    cpu_seconds: float
    memory_bytes: int


class ParserLostError(DependencyError):
    """The parser process could not be started or reached; a property of this service, not of the mail."""


class Parsers:
    def __init__(
        self, analyzer: str, capacity: int, *, cpu_seconds: float = CPU_SECONDS, module: str = template.__name__
    ) -> None:
        self._analyzer = analyzer
        self._admission = Admission(capacity)
        self._cpu_seconds = cpu_seconds
        self._module = module
        self._template: asyncio.subprocess.Process | None = None
        self._control: socket.socket | None = None
        self._starting = asyncio.Lock()
        # From 0 on: a counter that appears with its first events has no increase.
        KILLS.labels(analyzer)
        for name in get_args(BudgetName):
            INCOMPLETE.labels(analyzer, name)

    async def __aenter__(self) -> Self:
        await self._ensure()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop()

    async def examine(self, size: int, open_mail: Callable[[], Chunks]) -> Outcome:
        """Examines one mail. `open_mail` is called again if the first process is killed.

        :raises ParserLostError: if no parser process can be started.
        """
        kills: list[str] = []
        seconds = self._cpu_seconds + CPU_SECONDS_PER_MEBIBYTE * size / MEBIBYTE
        async with self._admission.admit(cost(size)):
            while True:
                answer, end = await self._attempt(size, open_mail, seconds, kills[0] if kills else None)
                if answer is None:
                    kills.append(_reason(end, seconds))
                    KILLS.labels(self._analyzer).inc()
                    log("warning", "parser killed", reason=kills[-1], size=size, attempt=len(kills))
                    if len(kills) < 2:
                        continue
                    answer = _killed(kills)
                for name in answer.incomplete:
                    INCOMPLETE.labels(self._analyzer, name).inc()
                for defect in answer.defects:
                    log("error", "analyzer failed", analyzer=self._analyzer, reason=defect)
                return Outcome(answer, len(kills), end.cpu_seconds, end.memory_bytes)

    async def _attempt(
        self, size: int, open_mail: Callable[[], Chunks], seconds: float, killed: str | None
    ) -> tuple[Answer | None, End]:
        control = await self._ensure()
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        request = {"size": size, "cpuSeconds": seconds, "memory": cost(size), "killed": killed}
        try:
            with theirs:
                socket.send_fds(control, [json.dumps(request).encode()], [theirs.fileno()])
        except OSError as error:
            ours.close()
            raise ParserLostError("the parser process is not reachable") from error
        reader, writer = await asyncio.open_connection(sock=ours, limit=MAX_ANSWER)
        try:
            await _feed(writer, open_mail(), size)
            lines = await self._answer(reader)
        finally:
            # In every case, the parser process ends with its connection.
            writer.transport.abort()
        return _read(lines)

    async def _answer(self, reader: asyncio.StreamReader) -> list[bytes]:
        answer = bytearray()
        process: int | None = None
        before = -1.0
        while True:
            try:
                async with asyncio.timeout(STUCK_SECONDS):
                    more = await reader.read(MAX_ANSWER)
            except TimeoutError:
                if process is None and b"\n" in answer:
                    process = int(answer.partition(b"\n")[0])
                now = _cpu_ticks(process)
                if now == before:
                    return [b"", b"", b'{"signal": 0, "status": 0, "cpuSeconds": 0, "memoryBytes": 0}']
                before = now
                continue
            if not more:
                return bytes(answer).splitlines()
            answer += more
            if len(answer) > MAX_ANSWER:
                return [b"", b"", b'{"signal": 0, "status": 1, "cpuSeconds": 0, "memoryBytes": 0}']

    async def _ensure(self) -> socket.socket:
        async with self._starting:
            if self._template is not None and self._template.returncode is None and self._control is not None:
                return self._control
            await self._stop()
            control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            control.setblocking(False)
            with theirs:
                self._template = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-m",
                    self._module,
                    self._analyzer,
                    str(theirs.fileno()),
                    stdin=asyncio.subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    # Nothing of the service's own environment, which names its secrets.
                    env={
                        "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path)),
                        "LANG": "C.UTF-8",
                    },
                    cwd="/",
                    start_new_session=True,
                )
            self._control = control
            try:
                async with asyncio.timeout(START_SECONDS):
                    ready = await asyncio.get_running_loop().sock_recv(control, len(template.READY))
            except (TimeoutError, OSError):
                ready = b""
            if ready != template.READY:
                await self._stop()
                raise ParserLostError("the parser process did not start")
            return control

    async def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._template is not None:
            try:
                async with asyncio.timeout(2):
                    await self._template.wait()
            except TimeoutError:
                with suppress(ProcessLookupError):
                    self._template.kill()
                await self._template.wait()
            self._template = None


async def _feed(writer: asyncio.StreamWriter, chunks: Chunks, size: int) -> None:
    sent = 0
    try:
        async for chunk in chunks:
            sent += len(chunk)
            writer.write(chunk)
            await writer.drain()
        if sent != size:
            raise PermanentError(f"the mail has {sent:,} bytes, and its reference says {size:,}")
        writer.write_eof()
    except (ConnectionError, BrokenPipeError):
        # The process was killed while it received; its end is in the answer.
        pass


def _read(lines: list[bytes]) -> tuple[Answer | None, End]:
    """The answer's lines: process id, finding, end."""
    try:
        end = End.model_validate_json(lines[-1])
    except (ValidationError, IndexError) as error:
        raise ParserLostError("the parser process ended without a trace") from error
    if len(lines) < 3 or not lines[1] or end.signal or end.status:
        return None, end
    try:
        return Answer.model_validate_json(lines[1]), end
    except ValidationError:
        return None, end


def _reason(end: End, seconds: float) -> str:
    if end.signal == signal.SIGXCPU or (end.signal and end.cpu_seconds > seconds):
        return "cpu"
    if end.signal == signal.SIGKILL:
        return "memory"
    if end.signal:
        return signal.Signals(end.signal).name
    return f"status {end.status}" if end.status else "stuck"


def _killed(kills: list[str]) -> Answer:
    detail = f"the parser process was killed twice ({', '.join(kills)}); nothing was read"
    report = Report()
    report.add_first("incomplete", "medium", f"killed: {detail}")
    return Answer(
        score=report.score,
        signals=[(found.name, found.severity, found.detail) for found in report.signals],
        facts={"incomplete": ["killed"], "defects": []},
        incomplete={"killed": detail},
        defects=[],
        used={},
    )


def _cpu_ticks(process: int | None) -> float:
    """User and system time of a process; 0 if it has ended."""
    if process is None:
        return 0
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])
