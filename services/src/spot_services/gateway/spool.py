"""Where large bodies wait on the disk until the mail store has them."""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

from spot_messaging import Refusal

_LOCK = "lock"


class Spool:
    """A folder of this process. The folders of processes that ended are removed at start."""

    def __init__(self, folder: Path) -> None:
        """:raises Refusal: if the folder cannot be written."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for other in folder.iterdir():
                _remove_abandoned(other)
            self.folder = Path(tempfile.mkdtemp(prefix="process-", dir=folder))
            self._lock = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            raise Refusal(
                [f'spool "{folder}": cannot be written ({reason}); mount a writable volume at SPOT_DATA']
            ) from None

    def create(self) -> tuple[int, Path]:
        """A new file: its descriptor and its path. The caller closes and removes it."""
        handle, name = tempfile.mkstemp(dir=self.folder)
        return handle, Path(name)

    def close(self) -> None:
        os.close(self._lock)
        shutil.rmtree(self.folder, ignore_errors=True)


def _remove_abandoned(folder: Path) -> None:
    """Removes a folder whose process ended: its lock is free. A process in another container can share the volume."""
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR)
    except FileNotFoundError:
        # Its process is starting, or it ended before it made the lock. An empty folder takes no space.
        return
    except NotADirectoryError:
        folder.unlink(missing_ok=True)
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(lock)
