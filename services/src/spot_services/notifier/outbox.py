"""The channels without a mail server or a webhook: files for people and tests."""

import asyncio
import email
import json
import os
import threading
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from spot_messaging import Erasure
from spot_services import retention
from spot_services.clock import now
from spot_services.notifier.letter import FALLBACK_SENDER, compose, is_about
from spot_services.payload import Notification


class Maildir:
    """A Maildir with one file for each message id: a second delivery writes the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, letter: EmailMessage, name: str) -> None:
        for part in ("tmp", "new", "cur"):
            (self._folder / part).mkdir(parents=True, exist_ok=True)
        if any((self._folder / "cur").glob(f"{name}*")):
            return
        temporary = self._folder / "tmp" / name
        with temporary.open("wb") as file:
            file.write(letter.as_bytes())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._folder / "new" / name)
        _sync(self._folder / "new")

    def erase(self, analysis: str | None, before: datetime | None) -> None:
        for part in ("tmp", "new", "cur"):
            for path in (self._folder / part).glob("*"):
                letter = email.message_from_bytes(path.read_bytes(), policy=SMTP)
                at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                if (before is not None and at < before) or (analysis is not None and is_about(letter, analysis)):
                    path.unlink(missing_ok=True)


class Lines:
    """A file of JSON lines with one line for each message id: a second delivery adds nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: set[str] | None = None
        # A retry and a redelivery can come from two handlers at the same time.
        self._alone = threading.Lock()

    def append(self, message_id: str, line: str) -> None:
        with self._alone:
            if self._known is None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._known = self._read()
            if message_id in self._known:
                return
            # One write for a whole line in append mode, so that lines never mix.
            with self._path.open("ab", buffering=0) as file:
                file.write(f"{line}\n".encode())
                os.fsync(file.fileno())
            self._known.add(message_id)

    def erase(self, analysis: str | None, before: datetime | None) -> None:
        """Writes the other lines into a new file, which replaces the file."""
        with self._alone:
            if not self._path.exists():
                return
            temporary = self._path.with_suffix(".erasing")
            with self._path.open("rb") as old, temporary.open("wb") as new:
                for line in old:
                    entry = json.loads(line) if line.endswith(b"\n") else {}
                    at = datetime.fromisoformat(entry["at"]) if "at" in entry else None
                    is_old = before is not None and at is not None and at < before
                    if entry and not is_old and entry.get("analysis") != (analysis or ""):
                        new.write(line)
                new.flush()
                os.fsync(new.fileno())
            temporary.replace(self._path)
            self._known = None

    def _read(self) -> set[str]:
        """The ids of all lines; removes the rest of a line that a crash cut, because its message comes again."""
        known: set[str] = set()
        with self._path.open("a+b") as file:
            file.seek(0)
            length = 0
            for line in file:
                if not line.endswith(b"\n"):
                    file.truncate(length)
                    break
                length += len(line)
                known.add(json.loads(line)["messageId"])
        return known


class OutboxChannel:
    def __init__(self, folder: Path) -> None:
        self._maildir = Maildir(folder)

    async def send(self, notification: Notification, message_id: str) -> None:
        letter = compose(notification, message_id, sender=FALLBACK_SENDER, recipient=FALLBACK_SENDER)
        await asyncio.to_thread(self._maildir.deliver, letter, file_name(message_id))

    async def erase(self, erasure: Erasure) -> None:
        await asyncio.to_thread(self._maildir.erase, erasure.analysis, erasure.before)

    async def prune(self) -> None:
        await asyncio.to_thread(self._maildir.erase, None, now() - retention.NOTIFICATIONS)


class LinesChannel:
    def __init__(self, path: Path) -> None:
        self._lines = Lines(path)

    async def send(self, notification: Notification, message_id: str) -> None:
        name, line = file_name(message_id), notification.model_dump_json(by_alias=True)
        await asyncio.to_thread(self._lines.append, name, f'{{"messageId":"{name}",{line[1:]}')

    async def erase(self, erasure: Erasure) -> None:
        await asyncio.to_thread(self._lines.erase, erasure.analysis, erasure.before)

    async def prune(self) -> None:
        await asyncio.to_thread(self._lines.erase, None, now() - retention.NOTIFICATIONS)


def file_name(message_id: str) -> str:
    """A message id as a file name. The publisher chooses the id, so it must not be used as a path."""
    return "".join(character if character.isalnum() or character == "-" else "_" for character in message_id)[:200]


def _sync(folder: Path) -> None:
    """Makes a rename survive a power failure."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
