"""Spot's messaging:

the only package that depends on the broker. Services use contracts, handlers, publishers and calls. Nothing outside
this package imports an AMQP library, so another broker needs changes only here.
"""

from spot_messaging.admin import Erasure
from spot_messaging.contract import Contract, Urgency, describe
from spot_messaging.delivery import Delivery
from spot_messaging.failure import (
    CallError,
    CallTimeoutError,
    DependencyError,
    DisconnectedError,
    ExpiredError,
    PermanentError,
    PublishError,
    RefusedError,
    ReturnedError,
    UnconfirmedError,
    one_line,
)
from spot_messaging.log import configure_logging, log, log_fields
from spot_messaging.message import stable_id
from spot_messaging.publisher import Publishes
from spot_messaging.refusal import Refusal, sentence
from spot_messaging.replier import Reply, ReplyError, UnknownError, answer
from spot_messaging.rpc import RpcClient
from spot_messaging.runtime import Runtime, Settings, read_runtime
from spot_messaging.service import Service
from spot_messaging.tracing import TraceMiddleware, configure_tracing, continue_trace, traceparent

__all__ = [
    "CallError",
    "CallTimeoutError",
    "Contract",
    "Delivery",
    "DependencyError",
    "DisconnectedError",
    "Erasure",
    "ExpiredError",
    "PermanentError",
    "PublishError",
    "Publishes",
    "Refusal",
    "RefusedError",
    "Reply",
    "ReplyError",
    "ReturnedError",
    "RpcClient",
    "Runtime",
    "Service",
    "Settings",
    "TraceMiddleware",
    "UnconfirmedError",
    "UnknownError",
    "Urgency",
    "answer",
    "configure_logging",
    "configure_tracing",
    "continue_trace",
    "describe",
    "log",
    "log_fields",
    "one_line",
    "read_runtime",
    "sentence",
    "stable_id",
    "traceparent",
]
