"""`python -m spot_services.analyzer.process.template <analyzer> <descriptor>`: the original of the parser processes.

It loads one analyzer, then forks for each mail, so that a mail can neither change nor see anything of another one. It
holds no secret: its environment is empty, and it has only the socket that it was started with.

A request is one datagram with a socket; the mail arrives on that socket, and the answer is three lines: the parser
process's id, what it found (empty if it was killed), and how it ended.
"""

import gc
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from typing import NamedTuple

from spot_services.analyzer.budget import Budget, Limits
from spot_services.analyzer.process.confinement import CpuTimer, confine
from spot_services.analyzer.process.examination import examine
from spot_services.analyzer.registry import Analyzer, load_analyzer

READY = b"ready"
MAX_REQUEST = 4_096
MAX_DESCRIPTOR = 1_024
_RECEIVED_AT_ONCE = 1024 * 1024


class Running(NamedTuple):
    process: int
    handle: int
    channel: int


def main(load: Callable[[str], Analyzer] = load_analyzer) -> None:
    name, descriptor = sys.argv[1:]
    control = socket.socket(fileno=int(descriptor))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # The service decides when this process ends, by closing the socket.
        signal.signal(number, signal.SIG_IGN)
    analyzer = load(name)
    # The collector would write to every object that the copies share with this process.
    gc.collect()
    gc.freeze()
    control.send(READY)
    _serve(control, analyzer)


def _serve(control: socket.socket, analyzer: Analyzer) -> None:
    watch = select.epoll()
    watch.register(control.fileno(), select.EPOLLIN)
    running: dict[int, Running] = {}
    while True:
        # Requests last: a new socket may have the number of one that ended in the same round.
        for descriptor, _ in sorted(watch.poll(), key=lambda event: event[0] == control.fileno()):
            if descriptor == control.fileno():
                request, descriptors, _, _ = socket.recv_fds(control, MAX_REQUEST, 1)
                if not request:
                    return
                one = _start(analyzer, request, descriptors[0])
                # The end of the process, and the end of interest in it: the service has closed its side.
                watch.register(one.handle, select.EPOLLIN)
                watch.register(one.channel, 0)
                running[one.handle] = running[one.channel] = one
                continue
            found = running.get(descriptor)
            if found is None:
                continue
            if descriptor == found.channel:
                signal.pidfd_send_signal(found.handle, signal.SIGKILL)
                watch.unregister(found.channel)
                continue
            del running[found.handle], running[found.channel]
            _finish(found)


def _start(analyzer: Analyzer, request: bytes, channel: int) -> Running:
    process = os.fork()
    if process == 0:
        status = 1
        try:
            # Above all the sockets of other mails, which end when their last holder closes them.
            os.closerange(3, channel)
            os.closerange(channel + 1, MAX_DESCRIPTOR)
            _parse(analyzer, json.loads(request), channel)
            status = 0
        finally:
            # Without the exit handlers of the process that this one is a copy of.
            os._exit(status)
    return Running(process, os.pidfd_open(process), channel)


def _finish(one: Running) -> None:
    _, status, usage = os.wait4(one.process, 0)
    end = {
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
        "status": os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0,
        "cpuSeconds": round(usage.ru_utime + usage.ru_stime, 3),
        "memoryBytes": usage.ru_maxrss * 1024,
    }
    try:
        os.write(one.channel, b"\n" + json.dumps(end).encode() + b"\n")
    except OSError:
        # The service no longer wants to know.
        pass
    finally:
        os.close(one.channel)
        os.close(one.handle)


def _parse(analyzer: Analyzer, request: dict[str, float | str | None], descriptor: int) -> None:
    channel = socket.socket(fileno=descriptor)
    channel.sendall(f"{os.getpid()}\n".encode())
    size, cpu_seconds, memory = (float(request[name] or 0) for name in ("size", "cpuSeconds", "memory"))
    confine(cpu_seconds, int(memory))
    # Before the mail arrives, because a large one also takes time to receive.
    timer = CpuTimer(cpu_seconds, int(size))
    raw = _receive(channel, int(size))
    if len(raw) != int(size):
        # The service could not read the mail to its end and will try again.
        return
    killed = request["killed"]
    budget = Budget(Limits(cpu_seconds=cpu_seconds))
    try:
        timer.start()
        result = examine(analyzer, raw, budget, killed=None if killed is None else str(killed))
    finally:
        timer.stop()
    channel.sendall(result.to_json())


def _receive(channel: socket.socket, size: int) -> bytearray:
    raw = bytearray(size)
    view = memoryview(raw)
    at = 0
    while at < size:
        count = channel.recv_into(view[at : at + _RECEIVED_AT_ONCE])
        if count == 0:
            break
        at += count
    view.release()
    del raw[at:]
    return raw


if __name__ == "__main__":
    main()
