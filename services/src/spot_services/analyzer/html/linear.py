"""Hypertext read tag by tag, without a tree: linear in time and memory, less exact than a browser."""

import re
from html import unescape

from spot_services.analyzer.budget import Budget
from spot_services.analyzer.html.page import BLOCK, SILENT, VOID, Link, Page, hides, target_of

# A tag with its attributes, a comment, or a declaration. Bounded, so that unclosed ones cost no second search.
_MARKUP = re.compile(
    r"<!--(?:>|->)?|<(?P<closing>/?)(?P<name>[a-zA-Z][^\s/>]{0,50})"
    r"(?P<attributes>(?:[^>\"']++|\"[^\"]{0,2000}\"|'[^']{0,2000}')*+)>?|<[!?/][^>]{0,2000}>?"
)
_ATTRIBUTE = re.compile(
    r"([^\s\"'<>/=]{1,100})(?:\s{0,20}=\s{0,20}(?:\"([^\"]{0,4000})\"?|'([^']{0,4000})'?|([^\s>]{0,4000})))?"
)
_RAW = frozenset({"script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"})
_SEARCH_UP = 50


def read_linear(html: str, budget: Budget) -> Page:
    """Visible text, hidden text and links, as far as they can be read without a tree."""
    page = Page()
    stack: list[tuple[str, bool, bool]] = []
    silent = concealed = 0
    anchor: Link | None = None
    at = 0
    tags = 0
    while at < len(html):
        begin = html.find("<", at)
        text = html[at : begin if begin >= 0 else len(html)]
        if text and not silent:
            if concealed:
                page.hide(unescape(text))
            else:
                page.show(unescape(text), anchor)
        if begin < 0:
            break
        match = _MARKUP.match(html, begin)
        tags += 1
        if tags % 256 == 0 and budget.spent:
            break
        if match is None:
            if not silent and not concealed:
                page.show("<", anchor)
            at = begin + 1
            continue
        at = match.end()
        name = (match["name"] or "").lower()
        if match[0].startswith("<!--"):
            end = html.find("-->", at)
            at = end + 3 if end >= 0 else len(html)
            continue
        if not name:
            continue
        if name in BLOCK and not silent and not concealed:
            page.show("\n")
        if match["closing"]:
            if name == "a":
                anchor = None
            for up in range(1, min(len(stack), _SEARCH_UP) + 1):
                if stack[-up][0] == name:
                    silent -= sum(one[1] for one in stack[-up:])
                    concealed -= sum(one[2] for one in stack[-up:])
                    del stack[-up:]
                    break
            continue
        attributes = read_attributes(match["attributes"])
        target = target_of(name, attributes)
        if target is not None and budget.take("links", "links"):
            link = Link(name, target)
            page.links.append(link)
            anchor = link if name == "a" else anchor
        if name in _RAW:
            # Raw text until its end tag; nothing in it is markup.
            end = _raw_end(html, name, at)
            at = end if end >= 0 else len(html)
            continue
        if name in VOID:
            continue
        entry = (name, name in SILENT, hides(attributes))
        silent += entry[1]
        concealed += entry[2]
        stack.append(entry)
    return page


def read_attributes(text: str) -> dict[str, str | None]:
    attributes: dict[str, str | None] = {}
    for match in _ATTRIBUTE.finditer(text):
        value = next((group for group in match.groups()[1:] if group is not None), None)
        attributes.setdefault(match[1].lower(), None if value is None else unescape(value))
        if len(attributes) >= 100:
            break
    return attributes


def _raw_end(html: str, name: str, at: int) -> int:
    match = re.compile(f"</{name}", re.IGNORECASE).search(html, at)
    return -1 if match is None else match.start()
