"""The broker could be swapped by writing one package again."""

import ast
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "src"
AMQP = {"aio_pika", "aiormq", "faststream", "pamqp"}


def importers(libraries: set[str]) -> set[str]:
    """The packages of this project that import one of the libraries."""
    found = set()
    for file in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module is not None:
                names.append(node.module)
            if any(name.split(".")[0] in libraries for name in names):
                found.add(file.relative_to(SOURCES).parts[0])
    return found


def test_only_the_messaging_package_imports_an_amqp_library() -> None:
    assert importers(AMQP) == {"spot_messaging"}
