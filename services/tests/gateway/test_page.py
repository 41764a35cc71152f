"""The page, in a real Chromium against a running gateway."""

import asyncio
import hashlib
import json
import os
from pathlib import Path

import pytest

from spot_services.gateway.page import PATHS
from spot_services.gateway.tokens import Tokens
from spot_services.state import State
from support.chromium import Page, chromium_page
from support.gateway import Bench, running_gateway

FINDING = {
    "analysis": "a",
    "analyzer": "links",
    "score": 80,
    "signals": [{"id": "link.mismatch", "severity": "high", "detail": "<img src=x onerror=alert(1)> leads elsewhere"}],
    "facts": {},
    "durationMs": 3,
}


def url(bench: Bench) -> str:
    return f"http://127.0.0.1:{bench.port}/"


async def published(bench: Bench, count: int) -> None:
    async with asyncio.timeout(30):
        while len(bench.publisher.names) < count:  # noqa: ASYNC110 - the fake has no event for it
            await asyncio.sleep(0.02)


async def concluded(bench: Bench) -> str:
    """The id of the mail that was submitted, after its analysis."""
    await published(bench, 1)
    identity: str = bench.publisher.only("request").analysis
    bench.orchestrator.conclude(
        identity,
        verdict="malicious",
        score=80,
        subject="<b>Your account</b>",
        reasons=["a link shows another address than it opens"],
        findings=[FINDING],
        submittedAt="2026-01-05T09:00:00.000+00:00",
    )
    return identity


async def submit(page: Page, tmp_path: Path) -> None:
    mail = tmp_path / "strange mail.eml"
    mail.write_bytes(b"From: a\r\nSubject: x\r\n\r\nhello")
    await page.choose_file("#file", mail)
    await page.run("document.querySelector('#file').focus()")
    # By keyboard alone: the file, the urgency, the button.
    await page.press("Tab")
    await page.press("ArrowRight")
    await page.press("Tab")
    assert await page.run("document.activeElement.id") == "submit"
    await page.press("Enter", "\r")


async def test_shows_the_verdict_of_a_mail_that_is_submitted_by_keyboard(bench: Bench, tmp_path: Path) -> None:
    async with chromium_page() as page:
        await page.open(url(bench))
        await submit(page, tmp_path)
        identity = await concluded(bench)
        await page.until("document.querySelector('#verdict').textContent === 'Malicious'")
        text: str = await page.run("document.querySelector('main').innerText")
        assert "a link shows another address than it opens" in text
        assert "high: <img src=x onerror=alert(1)> leads elsewhere" in text
        assert "<b>Your account</b>" in text
        assert identity in text
        assert await page.run("document.activeElement.id") == "result-title"
        await page.until("document.querySelector('#rows').rows.length === 1")
        request = bench.publisher.only("request")
        assert (request.urgency, request.filename) == ("urgent", "strange mail.eml")
        assert page.problems == []


async def test_fits_phones_and_desktops_in_light_and_dark(bench: Bench, tmp_path: Path) -> None:
    async with chromium_page() as page:
        await page.open(url(bench))
        await submit(page, tmp_path)
        await concluded(bench)
        await page.until("document.querySelector('#rows').rows.length === 1")
        await page.until("document.querySelector('#verdict').textContent === 'Malicious'")
        for width, height, dark in ((360, 740, False), (360, 740, True), (1280, 900, False), (1280, 900, True)):
            await page.resize(width, height, dark=dark)
            assert await page.run("document.documentElement.scrollWidth") <= width
            shown = await page.run(CONTRASTS)
            assert shown, "no text was measured"
            assert {name: ratio for name, ratio in shown.items() if ratio < 4.5} == {}
            if (folder := os.environ.get("SPOT_SCREENSHOTS")) is not None:
                name = f"{width}-{'dark' if dark else 'light'}.png"
                (Path(folder) / name).write_bytes(await page.screenshot())


async def test_a_screen_reader_finds_a_name_for_every_control(bench: Bench, tmp_path: Path) -> None:
    async with chromium_page() as page:
        await page.open(url(bench))
        await submit(page, tmp_path)
        await concluded(bench)
        await page.until("document.querySelector('#rows').rows.length === 1")
        names = await page.names()
        controls = [(role, name) for role, name in names if role in ("button", "radio", "textbox", "link", "table")]
        assert ("button", "Submit e-mail") in controls
        assert ("radio", "Urgent") in controls
        assert [role for role, name in controls if name == "" and role != "table"] == []
        headings = [name for role, name in names if role == "heading"]
        assert headings[:2] == ["Analyse an e-mail", "Submit"]


async def test_repeats_a_submission_that_was_not_confirmed_with_the_same_key(bench: Bench, tmp_path: Path) -> None:
    bench.store.fails = True
    async with chromium_page() as page:
        await page.open(url(bench))
        await submit(page, tmp_path)
        await page.until("document.querySelector('#message').textContent.includes('not accepted')")
        bench.store.fails = False
        await page.until("!document.querySelector('#submit').disabled")
        await page.run("document.querySelector('#submit').click()")
        await page.until("document.querySelector('#message').textContent.startsWith('Accepted')")
        await page.until("!document.querySelector('#submit').disabled")
        # The key ends with its success: the same mail again is a new submission.
        await page.run("document.querySelector('#submit').click()")
        await published(bench, 2)
        assert len(set(bench.publisher.ids)) == 2


async def test_asks_for_a_token_where_one_is_required(gateway_state: State, tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    digest = hashlib.sha256(b"secret-token").hexdigest()
    file.write_text(json.dumps({"tokens": [{"name": "ci", "sha256": digest}]}))
    async with running_gateway(gateway_state, tmp_path, tokens=Tokens(file)) as bench, chromium_page() as page:
        await page.open(url(bench))
        await page.until("!document.querySelector('#access').hidden")
        for token in ("wrong", "secret-token"):
            await page.run(f"document.querySelector('#token').value = '{token}'")
            await page.run("document.querySelector('#access button').click()")
            wanted = "includes('not valid')" if token == "wrong" else "length === 0"
            await page.until(f"document.querySelector('#message').textContent.{wanted}")
        await page.until("document.querySelector('#access').hidden")
        await submit(page, tmp_path)
        await concluded(bench)
        submission = await bench.submissions.get(bench.publisher.only("request").analysis)
        assert submission is not None
        assert submission.token == "ci"


@pytest.mark.parametrize("path", PATHS)
async def test_the_page_needs_nothing_from_elsewhere(bench: Bench, path: str) -> None:
    response = await bench.get(path)
    assert response.status_code == 200
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "http://" not in response.text
    assert "https://" not in response.text
    assert "innerHTML" not in response.text


# The contrast of every visible text with the ground behind it (WCAG 2.2, 1.4.3).
CONTRASTS = """(() => {
    const channel = (value) => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    const numbers = (colour) => colour.match(/[0-9.]+/g).map(Number);
    const luminance = ([red, green, blue]) => {
        const [r, g, b] = [red, green, blue].map((each) => channel(each / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const colour = numbers(getComputedStyle(at).backgroundColor);
            if (colour[3] === undefined || colour[3] > 0) return colour;
        }
        return [255, 255, 255];
    };
    const found = {};
    for (const element of document.querySelectorAll("body *")) {
        const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== "");
        if (!own || element.getClientRects().length === 0) continue;
        const [a, b] = [numbers(getComputedStyle(element).color), ground(element)].map(luminance);
        const name = element.tagName + " " + element.textContent.slice(0, 30);
        found[name] = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }
    return found;
})()"""
