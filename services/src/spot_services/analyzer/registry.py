"""The known analyzers."""

import importlib
from collections.abc import Callable
from typing import NamedTuple

from spot_services.analyzer.budget import Budget
from spot_services.analyzer.mail.structure import ParsedMail
from spot_services.analyzer.report import Report

Analyze = Callable[[ParsedMail, Report, Budget], None]

ANALYZERS = ("attachments", "content", "headers", "links")


class Analyzer(NamedTuple):
    name: str
    analyze: Analyze


def load_analyzer(name: str) -> Analyzer:
    """Imports the module of a known analyzer; only the content analyzer needs the language model."""
    module = importlib.import_module(f"spot_services.analyzer.{name}")
    prepare = getattr(module, "prepare", None)
    if prepare is not None:
        prepare()
    return Analyzer(name, module.analyze)
