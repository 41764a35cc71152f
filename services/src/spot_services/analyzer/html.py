"""HTML as a reader sees it: visible text, hidden text, and links."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from typing_extensions import override

MAX_LINKS = 2_000

# Elements whose text is never displayed.
_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript", "object"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_BLOCK = frozenset(
    {"p", "div", "br", "tr", "td", "th", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote"}
)
_TARGETS = {
    "a": "href",
    "area": "href",
    "form": "action",
    "img": "src",
    "iframe": "src",
    "base": "href",
    "button": "formaction",
}

_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])"
    r"|(?:max-)?(?:height|width)\s*:\s*0(?:px)?\s*(?:;|$)|text-indent\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
_COLOR = re.compile(r"(?<![-\w])(color|background(?:-color)?)\s*:\s*([^;!]+)", re.IGNORECASE)


@dataclass
class Link:
    tag: str
    url: str
    text: str = ""


class Page(HTMLParser):
    """Collects text and links during parsing; unclosed and overlapping elements are common in mail."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[Link] = []
        self.broken = False
        self._text: list[str] = []
        self._hidden: list[str] = []
        self._stack: list[tuple[str, bool]] = []
        self._silent = 0
        self._concealed = 0
        self._anchor: Link | None = None

    @property
    def text(self) -> str:
        return "".join(self._text)

    @property
    def hidden_text(self) -> str:
        return " ".join("".join(self._hidden).split())

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        target = attributes.get(_TARGETS.get(tag, ""), "").strip()
        if target and len(self.links) < MAX_LINKS:
            link = Link(tag, target)
            self.links.append(link)
            if tag == "a":
                self._anchor = link
        if tag in _BLOCK:
            self._text.append("\n")
        if tag in _VOID:
            return
        concealing = "hidden" in attributes or _hides(attributes.get("style", ""))
        self._stack.append((tag, concealing))
        self._silent += tag in _SILENT
        self._concealed += concealing

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._anchor = None
        if tag in _BLOCK:
            self._text.append("\n")
        # Only an open element can be closed; a limited search up the stack keeps hostile nesting linear.
        for depth in range(1, min(len(self._stack), 50) + 1):
            if self._stack[-depth][0] == tag:
                for closed, concealing in self._stack[-depth:]:
                    self._silent -= closed in _SILENT
                    self._concealed -= concealing
                del self._stack[-depth:]
                return

    @override
    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._concealed:
            self._hidden.append(data)
            return
        self._text.append(data)
        if self._anchor is not None and len(self._anchor.text) < 1000:
            self._anchor.text += data


def read_page(html: str) -> Page:
    """Parses as far as possible; Python's parser raises on some invalid markup."""
    page = Page()
    try:
        page.feed(html)
        page.close()
    except Exception:  # any error of the parser on hostile markup; keep what was collected so far
        page.broken = True
    return page


def _hides(style: str) -> bool:
    if _HIDING.search(style):
        return True
    colors = {name.lower().removesuffix("-color"): value.strip().lower() for name, value in _COLOR.findall(style)}
    return "color" in colors and colors.get("color") == colors.get("background")
