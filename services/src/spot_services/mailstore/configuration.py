"""Which mail store a service uses."""

from collections.abc import Callable, Mapping
from pathlib import Path

from spot_messaging import Refusal, log
from spot_services.mailstore.directory import DirectoryStore
from spot_services.mailstore.location import VARIABLE, Location, read_location
from spot_services.mailstore.objectstore import ObjectStore
from spot_services.mailstore.store import MailStore

DEFAULT_FOLDER = "/var/lib/spot-mail"


def open_mailstore(environment: Mapping[str, str], *, writable: bool) -> MailStore:
    """The object store of the file `SPOT_OBJECT_STORE`, else the directory `SPOT_MAIL`.

    :raises Refusal: with all problems of the file, or if there is no directory.
    """
    configured = environment.get(VARIABLE, "")
    if configured:
        return ObjectStore(_following(Path(configured)), writable=writable)
    folder = Path(environment.get("SPOT_MAIL", "") or DEFAULT_FOLDER)
    if not folder.is_dir():
        problem = (
            f'environment: SPOT_MAIL "{folder}" is not a directory; mount the volume of the mails there, '
            "or set SPOT_OBJECT_STORE"
        )
        raise Refusal([problem])
    return DirectoryStore(folder, writable=writable)


def _following(path: Path) -> Callable[[], Location]:
    """The content of a file that can be replaced while the service runs; the last valid one counts."""
    location, changed = read_location(path), _changed(path)

    def current() -> Location:
        nonlocal location, changed
        if (latest := _changed(path)) != changed:
            changed = latest
            try:
                location = read_location(path)
            except Refusal as refusal:
                log("error", "object store file refused", problems=refusal.problems)
            else:
                log("info", "object store file read again")
        return location

    return current


def _changed(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino
