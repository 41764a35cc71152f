"""Mail bodies under their SHA-256 digest: in an S3-compatible object store, or in a directory."""

from spot_services.mailstore.configuration import DEFAULT_FOLDER, open_mailstore
from spot_services.mailstore.directory import DirectoryStore
from spot_services.mailstore.store import DamagedMailError, MailStore, MissingMailError, StoreUnavailableError

__all__ = [
    "DEFAULT_FOLDER",
    "DamagedMailError",
    "DirectoryStore",
    "MailStore",
    "MissingMailError",
    "StoreUnavailableError",
    "open_mailstore",
]
