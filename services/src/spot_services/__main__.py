"""`python -m spot_services <service>`: reads the contract, runs the service, and exits with a code for the reason.

0 stopped on request, 1 a defect in the service, 2 wrong input (contract, connection, topology), 3 broker unreachable.
"""

import asyncio
import importlib
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from spot_messaging import Refusal, Service, configure_logging, configure_tracing, log, read_runtime, sentence
from spot_messaging.metrics import serve_metrics
from spot_messaging.runtime import DEFAULT_DATA

Program = Callable[[Service], AbstractAsyncContextManager[None]]

# Imported on demand: nine processes start together, but only one needs a language model, and one a web server.
PROGRAMS = {
    "analyzer": "spot_services.analyzer.program",
    "analyzer-orchestrator": "spot_services.orchestrator.program",
    "gateway": "spot_services.gateway.program",
    "notifier": "spot_services.notifier.program",
    "result-processor": "spot_services.result_processor.program",
}


async def _serve(name: str) -> None:
    runtime = read_runtime()
    service_name = runtime.contract.service
    if service_name != name and not service_name.startswith(f"{name}."):
        problem = f'contract "{runtime.contract_path}": is for service "{service_name}"; give "{name}" its own contract'
        raise Refusal([problem])
    configure_logging(service_name, os.environ.get("SPOT_LOG_LEVEL", "INFO"))
    configure_tracing(service_name)
    if runtime.metrics_port is not None:
        serve_metrics(runtime.metrics_port)
    program: Program = importlib.import_module(PROGRAMS[name]).program
    service = Service(runtime)
    async with program(service):
        await service.run()


async def _prepare_database() -> None:
    from spot_services.state.roles import prepare_database

    configure_logging("database", os.environ.get("SPOT_LOG_LEVEL", "INFO"))
    await prepare_database()


async def _move(parts: Sequence[str]) -> int:
    from spot_services.move import move, report

    configure_logging("move", os.environ.get("SPOT_LOG_LEVEL", "INFO"))
    text, exit_code = report(await move(parts, os.environ, Path(os.environ.get("SPOT_DATA", DEFAULT_DATA))))
    print(text)  # noqa: T201 - for the reader of the terminal
    return exit_code


async def _receive_traces() -> None:
    from spot_services.traces import receive_traces

    await asyncio.to_thread(receive_traces)


async def _print_records(since: str) -> None:
    from spot_services.records import print_records

    try:
        moment = float(since)
    except ValueError:
        raise Refusal([f'argument "{since}": is not a time; write seconds since 1970']) from None
    runtime = read_runtime()
    await print_records(runtime.contract.service, moment, runtime.data)


def main(arguments: Sequence[str] | None = None) -> int:
    work: Coroutine[None, None, int | None]
    match sys.argv[1:] if arguments is None else list(arguments):
        case ["records" as name, *rest] if len(rest) <= 1:
            work = _print_records(*(rest or ["0"]))
        case ["move" as name, *parts]:
            work = _move(parts)
        case ["database" as name]:
            work = _prepare_database()
        case ["traces" as name]:
            work = _receive_traces()
        case [name] if name in PROGRAMS:
            work = _serve(name)
        case given:
            known = ", ".join(sorted(PROGRAMS))
            print(f'spot-services: service "{" ".join(given)}" is unknown; known: {known}', file=sys.stderr)  # noqa: T201
            return 2
    try:
        exit_code = asyncio.run(work)
    except Refusal as refusal:
        print(sentence(refusal, f"spot-services {name}"), file=sys.stderr)  # noqa: T201 - for the reader of the terminal
        return refusal.exit_code
    except Exception as error:
        log("error", "crashed", error=error)
        return 1
    return exit_code or 0


if __name__ == "__main__":
    sys.exit(main())
