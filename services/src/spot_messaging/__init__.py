"""Spot's messaging:

the only package that depends on the broker. Services use contracts, handlers, publishers and calls. Nothing outside
this package imports an AMQP library, so another broker needs changes only here.
"""

from spot_messaging.contract import Contract, Urgency
from spot_messaging.delivery import Delivery
from spot_messaging.failure import CallError, CallTimeoutError, PermanentError, PublishError, one_line
from spot_messaging.log import configure_logging, log
from spot_messaging.message import stable_id
from spot_messaging.publisher import Publishes
from spot_messaging.refusal import Refusal, sentence
from spot_messaging.replier import Reply, ReplyError, UnknownError, answer
from spot_messaging.rpc import RpcClient
from spot_messaging.runtime import Runtime, Settings, read_runtime
from spot_messaging.service import Service

__all__ = [
    "CallError",
    "CallTimeoutError",
    "Contract",
    "Delivery",
    "PermanentError",
    "PublishError",
    "Publishes",
    "Refusal",
    "Reply",
    "ReplyError",
    "RpcClient",
    "Runtime",
    "Service",
    "Settings",
    "UnknownError",
    "Urgency",
    "answer",
    "configure_logging",
    "log",
    "one_line",
    "read_runtime",
    "sentence",
    "stable_id",
]
