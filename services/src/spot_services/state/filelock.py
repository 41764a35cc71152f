"""A lock file: one process at a time."""

import asyncio
import fcntl
import os
from pathlib import Path

from spot_messaging import Refusal

LOCK_WAIT = 60.0


async def lock_file(path: Path, wait: float) -> int:
    """Waits for another process to exit, as in a rolling restart; returns the handle, whose close unlocks the file.

    :raises Refusal: if the other process does not exit in time.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise Refusal([f'data "{path}": cannot be opened ({reason}); mount a writable volume at SPOT_DATA']) from None
    deadline = asyncio.get_running_loop().time() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if asyncio.get_running_loop().time() >= deadline:
                os.close(handle)
                problem = (
                    f'data "{path}": another process uses it; stop that process, run one replica of this service, '
                    "or give all replicas a PostgreSQL database (SPOT_DATABASE)"
                )
                raise Refusal([problem]) from None
            await asyncio.sleep(0.5)
        except BaseException:
            os.close(handle)
            raise
        else:
            return handle
