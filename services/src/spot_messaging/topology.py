"""The passive check at start: all objects that this service uses exist.

It declares nothing and has no permission to.
"""

from aio_pika import RobustConnection
from aiormq.abc import AbstractChannel
from aiormq.exceptions import ChannelAccessRefused, ChannelClosed, ChannelNotFoundEntity

from spot_messaging.contract import Contract
from spot_messaging.endpoint import Endpoint
from spot_messaging.refusal import DECLARE_FIRST, Refusal

CHECK_TIMEOUT = 10.0


async def check_topology(connection: RobustConnection, contract: Contract, endpoint: Endpoint) -> None:
    """:raises Refusal: with every queue and exchange that is missing or that this user cannot access."""
    things = [
        *(("queue", name) for name in sorted(contract.queues)),
        *(("exchange", name) for name in sorted(contract.exchanges)),
    ]
    problems = []
    for noun, name in things:
        reason = await _missing(connection, noun, name, endpoint.username)
        if reason is not None:
            problems.append(f'vhost "{endpoint.vhost}": {noun} "{name}" {reason}')
    if problems:
        raise Refusal(problems)


async def _missing(connection: RobustConnection, noun: str, name: str, user: str) -> str | None:
    transport = connection.transport
    if transport is None:
        raise ConnectionError("the connection was lost during the topology check")
    # The broker closes the channel if an object is missing, so each check has its own channel.
    channel: AbstractChannel = await transport.connection.channel(publisher_confirms=False)
    try:
        if noun == "queue":
            await channel.queue_declare(name, passive=True, timeout=CHECK_TIMEOUT)
        else:
            await channel.exchange_declare(name, passive=True, timeout=CHECK_TIMEOUT)
    except ChannelNotFoundEntity:
        return f"does not exist; {DECLARE_FIRST}"
    except ChannelAccessRefused:
        # RabbitMQ 4.2.6 and 4.3.0 require the configure permission for a passive declare, all others any permission.
        return f'is closed to user "{user}"; {DECLARE_FIRST}, and run no broker 4.2.6 or 4.3.0'
    except ChannelClosed as error:
        return f"cannot be checked ({error}); read the broker's log"
    finally:
        if not channel.is_closed:
            await channel.close()
    return None
