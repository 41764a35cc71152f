"""The known analyzers."""

import importlib

from spot_messaging import Refusal
from spot_services.analyzer.worker import Analyzer

# Imported on demand: only the content analyzer needs the language model.
_MODULES = {name: f"spot_services.analyzer.{name}" for name in ("attachments", "content", "headers", "links")}


def load_analyzer(name: str) -> Analyzer:
    """:raises Refusal: for an unknown name."""
    module_name = _MODULES.get(name)
    if module_name is None:
        known = ", ".join(f'"{known}"' for known in _MODULES)
        raise Refusal([f'settings: analyzer "{name}" is unknown; known: {known}'])
    module = importlib.import_module(module_name)
    prepare = getattr(module, "prepare", None)
    if prepare is not None:
        prepare()
    return Analyzer(name, module.analyze)
