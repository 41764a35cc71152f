"""What the analyzers see of HTML is what Chromium shows. The answers are recorded: `python -m hostile.browser`."""

import json

import pytest

from hostile.browser import RECORDED, SAMPLES
from spot_services.analyzer.budget import Budget
from spot_services.analyzer.html.linear import read_linear
from spot_services.analyzer.html.page import Page
from spot_services.analyzer.html.tree import read_page
from spot_services.analyzer.links import internet_address, parse

ANSWERS = json.loads(RECORDED.read_text(encoding="utf-8"))

# Chromium counts the content of a canvas as text, although it draws the canvas instead.
UNLIKE: dict[str, tuple[list[str], list[str]]] = {"<canvas>unseen</canvas>seen": (["seen"], [])}
_IGNORED = dict.fromkeys(map(ord, "\xad\u200c\0"))


def words(text: str) -> list[str]:
    return text.translate(_IGNORED).split()


def hosts(page: Page) -> list[str]:
    found = [parse(link.url) for link in page.links if link.tag in {"a", "area", "button", "form"}]
    return [comparable(target.host) for target in found if target is not None and target.host]


def comparable(host: str) -> str:
    return internet_address(host) or host.strip("[]").encode("idna").decode()


def test_every_sample_is_recorded() -> None:
    assert [answer["html"] for answer in ANSWERS] == list(SAMPLES)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer["html"])
def test_text_and_links_are_those_of_a_browser(answer: dict[str, str]) -> None:
    page = read_page(answer["html"], Budget())
    shown = (words(answer["text"]), [comparable(host) for host in answer["links"]])
    assert (words(page.text), hosts(page)) == UNLIKE.get(answer["html"], shown)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer["html"])
def test_without_a_tree_no_link_of_a_browser_is_missed(answer: dict[str, str]) -> None:
    page = read_linear(answer["html"], Budget())
    # A base address changes relative links, which need no host to be found.
    absolute = [] if "<base" in answer["html"] else [comparable(host) for host in answer["links"]]
    assert set(absolute) <= set(hosts(page))
