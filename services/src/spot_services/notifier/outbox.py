"""The channels without a mail server or a webhook: files for people and tests."""

import asyncio
import os
from email.message import EmailMessage
from pathlib import Path

from spot_services.notifier.letter import FALLBACK_SENDER, compose
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


class Lines:
    """A file of JSON lines."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, line: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # One write for a whole line in append mode, so that lines never mix.
        with self._path.open("ab", buffering=0) as file:
            file.write(f"{line}\n".encode())
            os.fsync(file.fileno())


class OutboxChannel:
    def __init__(self, folder: Path) -> None:
        self._maildir = Maildir(folder)

    async def send(self, notification: Notification, message_id: str) -> None:
        letter = compose(notification, message_id, sender=FALLBACK_SENDER, recipient=FALLBACK_SENDER)
        await asyncio.to_thread(self._maildir.deliver, letter, file_name(message_id))


class LinesChannel:
    def __init__(self, path: Path) -> None:
        self._lines = Lines(path)

    async def send(self, notification: Notification, message_id: str) -> None:
        line = notification.model_dump_json(by_alias=True)
        await asyncio.to_thread(self._lines.append, f'{{"messageId":"{file_name(message_id)}",{line[1:]}')


def file_name(message_id: str) -> str:
    """A message id as a file name. The publisher chooses the id, so it must not be used as a path."""
    return "".join(character if character.isalnum() or character == "-" else "_" for character in message_id)[:200]
