"""A mail server and a webhook receiver for tests: records each delivery, and deliberately loses some answers.

Writes one JSON line for each delivery to the file of the first argument. The second argument is N: of the first
deliveries of all keys, about one in N gets no answer, although it was recorded. While the file of the third argument
exists, webhooks whose keys begin with "refused-" are answered 500, and not recorded.
"""

import asyncio
import email
import email.policy
import hashlib
import json
import re
import sys
import time
from pathlib import Path

MAIL_PORT = 2525
WEBHOOK_PORT = 8080
LIMIT = 1024 * 1024

Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter


class Sink:
    def __init__(self, records: Path, lose_one_in: int, refusing: Path) -> None:
        self._refusing = refusing
        self._file = records.open("a", encoding="utf-8", buffering=1)
        self._lose_one_in = lose_one_in
        self._seen: set[tuple[str, str]] = set()
        for line in records.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            self._seen.add((record["channel"], record["key"]))

    def deliver(self, channel: str, key: str, *, kind: str, analysis: str, filename: str) -> bool:
        """Records a delivery and returns whether it gets its answer."""
        first = (channel, key) not in self._seen
        self._seen.add((channel, key))
        digest = hashlib.sha256(f"{channel} {key}".encode()).digest()
        lost = first and self._lose_one_in > 0 and int.from_bytes(digest[:4], "big") % self._lose_one_in == 0
        record = {"channel": channel, "key": key, "kind": kind, "analysis": analysis, "filename": filename}
        self._file.write(json.dumps({**record, "answered": not lost, "at": time.time()}) + "\n")
        return not lost

    async def webhook(self, reader: Reader, writer: Writer) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                headers = {
                    name.strip().lower(): value.strip()
                    for name, _, value in (line.partition(":") for line in head.split("\r\n")[1:])
                }
                body = json.loads(await reader.readexactly(int(headers.get("content-length", "0"))))
                key = headers.get("idempotency-key", "")
                if key.startswith("refused-") and self._refusing.exists():
                    writer.write(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n")
                    await writer.drain()
                    continue
                filename = body.get("filename") or ""
                if not self.deliver("webhook", key, kind=body["kind"], analysis=body["analysis"], filename=filename):
                    return
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def mail(self, reader: Reader, writer: Writer) -> None:
        async def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())
            await writer.drain()

        try:
            await say("220 sink")
            while True:
                verb = (await reader.readuntil(b"\r\n")).decode("latin-1").split(" ")[0].strip().upper()
                if verb == "DATA":
                    await say("354 go on")
                    if not self._letter(await reader.readuntil(b"\r\n.\r\n")):
                        return
                    await say("250 stored")
                elif verb == "QUIT":
                    await say("221 bye")
                    return
                else:
                    await say("250 fine")
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _letter(self, raw: bytes) -> bool:
        letter = email.message_from_bytes(raw.removesuffix(b".\r\n"), policy=email.policy.default)
        # Decoded: a letter with a character of another language is base64.
        body = letter.get_content()

        def line(name: str) -> str:
            found = re.search(rf"^{name}:\s*(\S+)", body, re.MULTILINE)
            return "" if found is None else found.group(1)

        return self.deliver(
            "email",
            letter["Message-ID"].strip("<>").partition("@")[0],
            kind="alert" if letter["Subject"].startswith("[spot] alert") else "end",
            analysis=line("Analysis"),
            filename=line("File"),
        )


async def main() -> None:
    sink = Sink(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
    # All addresses: only the test's own network reaches the container.
    mail = await asyncio.start_server(sink.mail, "0.0.0.0", MAIL_PORT, limit=LIMIT)  # noqa: S104
    webhook = await asyncio.start_server(sink.webhook, "0.0.0.0", WEBHOOK_PORT, limit=LIMIT)  # noqa: S104
    async with mail, webhook:
        await asyncio.gather(mail.serve_forever(), webhook.serve_forever())


asyncio.run(main())
