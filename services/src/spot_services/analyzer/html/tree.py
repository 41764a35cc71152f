"""Hypertext as a browser reads it, by a tree of HTML5; as plain text where the tree would cost too much."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from spot_services.analyzer.budget import Budget
from spot_services.analyzer.html.linear import read_linear
from spot_services.analyzer.html.page import BLOCK, SILENT, VOID, Link, Page, hides, target_of

# A tree repeats each unclosed formatting element in each block that follows (HTML5, "reconstruct the active formatting
# elements"), so their product is what the tree costs; a newsletter has a few thousand.
MAX_REPEATED = 100_000
# Browsers stop at 512. Each start tag of a paragraph searches all open elements.
MAX_OPEN = 1_000
MAX_BASE = 2_000

_FORMATTING = frozenset(
    {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}
)
# Elements that end by themselves where another one begins.
_SELF_CLOSING = VOID | {
    "p",
    "li",
    "dt",
    "dd",
    "td",
    "th",
    "tr",
    "tbody",
    "thead",
    "tfoot",
    "option",
    "body",
    "html",
    "head",
}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,30})")
_CONDITIONAL = re.compile(r"\s*\[if\b[^\]]{0,200}\]>(.*)<!\[endif\]\s*$", re.DOTALL | re.IGNORECASE)


class Place(NamedTuple):
    """What the elements around a node mean for it."""

    silent: bool = False
    hidden: bool = False
    anchor: Link | None = None
    # Text before and behind is in other lines.
    block: bool = False
    # Shows nothing but its summary.
    closed: bool = False


def read_page(html: str, budget: Budget) -> Page:
    """The page that a reader sees."""
    costly = _costly(html, budget)
    if costly is None:
        page = _read_tree(html, budget)
        if page is not None:
            return page
        costly = "more memory or nesting than a tree of this text may use"
    budget.meet("elements", f"{costly}; links and text were read without a tree")
    return read_linear(html, budget)


def _costly(html: str, budget: Budget) -> str | None:
    """Why a tree of this text would cost too much, computed in linear time."""
    opened = deepest = formatting = repeated = 0
    for count, match in enumerate(_TAG.finditer(html)):
        if count > budget.limits.elements:
            return f"more than {budget.limits.elements:,} tags"
        closing, name = match[1], match[2].lower()
        if name in _FORMATTING:
            formatting = max(formatting - 1, 0) if closing else formatting + 1
        elif not closing:
            repeated += formatting
        if name not in _SELF_CLOSING:
            opened = max(opened - 1, 0) if closing else opened + 1
            deepest = max(deepest, opened)
        if repeated > MAX_REPEATED:
            return "unclosed formatting elements that a browser repeats too often"
        if deepest > MAX_OPEN:
            return f"more than {MAX_OPEN:,} open elements"
    return None


def _read_tree(html: str, budget: Budget) -> Page | None:
    """None if the parser refuses the text or runs out of memory."""
    try:
        root = LexborHTMLParser(html).root
    except (MemoryError, SelectolaxError, ValueError, RuntimeError):
        return None
    page = Page()
    if root is not None:
        _collect(root, page, budget)
    if page.base is not None:
        for link in page.links:
            if link.tag != "base":
                link.url = _absolute(page.base, link.url)
    return page


def _collect(root: LexborNode, page: Page, budget: Budget) -> None:
    places = [Place()]
    for depth, node in _walk(root):
        budget.used["elements"] += 1
        if budget.used["elements"] % 512 == 0 and budget.spent:
            return
        # Index 0 is outside of the root.
        if any(left.block for left in places[depth + 1 :]):
            page.show("\n")
        del places[depth + 1 :]
        place = places[depth]
        if place.closed and (not node.is_element_node or node.tag != "summary"):
            place = place._replace(hidden=True)
        if node.is_text_node:
            _text(node.text_content or "", place, page)
            place_inside = Place()
        elif node.is_element_node:
            place_inside = _element(node, place, page, budget)
        else:
            if node.is_comment_node:
                _comment(node.comment_content or "", page, budget)
            # Of the document itself: nothing is around its elements yet.
            place_inside = Place()
        places.append(place_inside)


def _walk(root: LexborNode) -> Iterator[tuple[int, LexborNode]]:
    """Nodes in document order with their depth, without recursion."""
    node: LexborNode | None = root
    depth = 0
    while node is not None:
        yield depth, node
        child = node.first_child
        if child is not None:
            node, depth = child, depth + 1
            continue
        while node is not None and depth > 0 and node.next is None:
            node, depth = node.parent, depth - 1
        if node is None or depth == 0:
            return
        node = node.next


def _text(text: str, place: Place, page: Page) -> None:
    if place.silent:
        return
    if place.hidden:
        page.hide(text)
    else:
        page.show(text, place.anchor)


def _element(node: LexborNode, place: Place, page: Page, budget: Budget) -> Place:
    tag = (node.tag or "").lower()
    attributes = node.attributes
    anchor = place.anchor
    target = target_of(tag, attributes)
    if target is not None and budget.take("links", "links"):
        link = Link(tag, target)
        page.links.append(link)
        if tag == "a":
            anchor = link
        elif tag == "base" and page.base is None:
            page.base = target[:MAX_BASE]
    # A dialog is shown by a script or not at all.
    hidden = place.hidden or hides(attributes) or (tag == "dialog" and "open" not in attributes)
    silent = place.silent or tag in SILENT
    block = tag in BLOCK and not silent and not hidden
    if block:
        page.show("\n")
    return Place(silent, hidden, anchor, block, tag == "details" and "open" not in attributes)


def _comment(content: str, page: Page, budget: Budget) -> None:
    """Outlook shows what conditional comments hold, so their links are links."""
    conditional = _CONDITIONAL.match(content)
    if conditional is not None:
        page.links.extend(read_linear(conditional[1], budget).links)


def _absolute(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return url
