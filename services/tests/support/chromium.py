"""A page in Chromium, driven by the DevTools protocol over pipes: without a port and without another library."""

import asyncio
import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
    "--remote-debugging-pipe",
)


class Page:
    """One tab."""

    def __init__(self, process: "subprocess.Popen[bytes]", reader: asyncio.StreamReader, output: int) -> None:
        self._process = process
        self._reader = reader
        self._output = output
        self._number = 0
        self.session = ""
        # Errors of the page's scripts, of its security policy and of its requests.
        self.problems: list[str] = []

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self._output, json.dumps(message).encode() + b"\0")
        async with asyncio.timeout(60):
            while True:
                answer = json.loads((await self._reader.readuntil(b"\0"))[:-1])
                if answer.get("id") == self._number:
                    assert "error" not in answer, answer
                    result: dict[str, Any] = answer["result"]
                    return result
                self._note(answer)

    async def open(self, url: str) -> None:
        await self.call("Page.navigate", url=url)
        await self.until("document.readyState === 'complete'")

    async def run(self, script: str) -> Any:
        """The value of an expression, after its promise."""
        answer = await self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def until(self, script: str, seconds: float = 30) -> None:
        """Waits until an expression is true."""
        async with asyncio.timeout(seconds):
            while not await self.run(script):  # noqa: ASYNC110 - the page has no event for it
                await asyncio.sleep(0.05)

    async def press(self, key: str, text: str = "", *, modifiers: int = 0) -> None:
        code = {"Enter": 13, "Tab": 9, " ": 32, "ArrowRight": 39}[key]
        common = {"key": key, "windowsVirtualKeyCode": code, "modifiers": modifiers}
        await self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    async def choose_file(self, selector: str, path: Path) -> None:
        root = await self.call("DOM.getDocument")
        node = await self.call("DOM.querySelector", nodeId=root["root"]["nodeId"], selector=selector)
        await self.call("DOM.setFileInputFiles", nodeId=node["nodeId"], files=[str(path)])

    async def resize(self, width: int, height: int, *, dark: bool = False) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        await self.call("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.call("Emulation.setEmulatedMedia", features=[scheme])

    async def screenshot(self) -> bytes:
        return base64.b64decode((await self.call("Page.captureScreenshot", captureBeyondViewport=True))["data"])

    async def names(self) -> list[tuple[str, str]]:
        """The role and the name of every element, as a screen reader presents them."""
        tree = await self.call("Accessibility.getFullAXTree")
        return [
            (node["role"]["value"], node.get("name", {}).get("value", ""))
            for node in tree["nodes"]
            if not node["ignored"] and "role" in node
        ]

    def _note(self, event: dict[str, Any]) -> None:
        match event.get("method"):
            case "Runtime.exceptionThrown":
                self.problems.append(event["params"]["exceptionDetails"]["text"])
            case "Log.entryAdded":
                self.problems.append(event["params"]["entry"]["text"])


@asynccontextmanager
async def chromium_page() -> AsyncIterator[Page]:
    """A new browser with one tab."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    assert program is not None, 'program "chromium": not on PATH; install Chromium (apt-get install chromium)'
    (their_input, output), (incoming, their_output) = os.pipe(), os.pipe()

    def connect() -> None:
        # Copies first: the numbers 3 and 4, which Chromium expects, can be those of the pipes.
        copies = os.dup(their_input), os.dup(their_output)
        for copy, number in zip(copies, (3, 4), strict=True):
            os.dup2(copy, number, inheritable=True)

    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(  # noqa: ASYNC220, S603 - a fixed program, which starts in milliseconds
            [program, *OPTIONS, f"--user-data-dir={profile}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            close_fds=False,
            preexec_fn=connect,
        )
        os.close(their_input)
        os.close(their_output)
        reader = asyncio.StreamReader(limit=64 * 1024 * 1024)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(incoming, "rb")
        )
        page = Page(process, reader, output)
        try:
            target = await page.call("Target.createTarget", url="about:blank")
            attached = await page.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
            page.session = attached["sessionId"]
            for domain in ("Page", "Runtime", "Log", "DOM", "Accessibility"):
                await page.call(f"{domain}.enable")
            yield page
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait)
            transport.close()
            os.close(output)
