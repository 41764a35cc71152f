"""The schemas: one for each service that keeps state, with its own migrations."""

from importlib import resources
from pathlib import Path

# PostgreSQL: a schema of this name, owned by the service's role. SQLite: the file `<name>.db`.
SCHEMAS = {
    "analyzer_orchestrator": "spot_services.orchestrator.migrations",
    "gateway": "spot_services.gateway.migrations",
    "notifier": "spot_services.notifier.migrations",
    "result_processor": "spot_services.result_processor.migrations",
}


def migrations_of(schema: str) -> Path:
    """The folder with the migrations of a schema."""
    return Path(str(resources.files(SCHEMAS[schema]) / "versions"))
