"""What a reader sees of a hypertext: visible text, hidden text, and links."""

import re
from dataclasses import dataclass, field

MAX_LINK_TEXT = 1_000
MAX_STYLE = 2_000

# Elements whose text a browser does not display. That of `noscript` is displayed: mail programs run no scripts.
SILENT = frozenset(
    {"script", "style", "head", "title", "template", "noembed", "noframes", "iframe", "textarea", "video", "audio"}
    | {"canvas", "datalist", "rp"}
)
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
BLOCK = frozenset(
    {"p", "div", "br", "tr", "td", "th", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote", "hr", "pre"}
    | {"ul", "ol", "dl", "dt", "dd", "form", "center", "section", "article", "header", "footer", "main", "address"}
    | {"option", "fieldset", "legend", "summary", "details", "figure", "figcaption", "nav", "aside", "caption"}
)
TARGETS = {
    "a": ("href", "xlink:href"),
    "area": ("href",),
    "base": ("href",),
    "button": ("formaction",),
    "embed": ("src",),
    "form": ("action",),
    "frame": ("src",),
    "iframe": ("src",),
    "img": ("src",),
    "input": ("formaction", "src"),
    "object": ("data",),
}

_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?![.\d]*[1-9])"
    r"|opacity\s*:\s*0(?![.\d]*[1-9])|(?:max-)?(?:height|width)\s*:\s*0(?:px)?\s*(?:;|$)|text-indent\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
_COLOR = re.compile(r"(?<![-\w])(color|background(?:-color)?)\s*:\s*([^;!]{1,100})", re.IGNORECASE)
_REFRESH = re.compile(r"\s*\d*\.?\d*\s*[;,]?\s*url\s*=\s*[\"']?\s*([^\"']+)", re.IGNORECASE)


@dataclass
class Link:
    tag: str
    url: str
    text: str = ""


@dataclass
class Page:
    links: list[Link] = field(default_factory=list)
    # The address that relative links refer to.
    base: str | None = None
    _text: list[str] = field(default_factory=list)
    _hidden: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self._text)

    @property
    def hidden_text(self) -> str:
        return " ".join("".join(self._hidden).split())

    def show(self, text: str, anchor: Link | None = None) -> None:
        self._text.append(text)
        if anchor is not None and len(anchor.text) < MAX_LINK_TEXT:
            anchor.text += text[:MAX_LINK_TEXT]

    def hide(self, text: str) -> None:
        self._hidden.append(text)


def target_of(tag: str, attributes: dict[str, str | None]) -> str | None:
    """The address that an element leads to, loads, or sends to."""
    if tag == "meta":
        if (attributes.get("http-equiv") or "").strip().lower() != "refresh":
            return None
        found = _REFRESH.match(attributes.get("content") or "")
        return None if found is None else found[1].strip() or None
    for name in TARGETS.get(tag, ()):
        value = (attributes.get(name) or "").strip()
        if value:
            return value
    return None


def hides(attributes: dict[str, str | None]) -> bool:
    """Whether an element hides its content by its own attributes."""
    if "hidden" in attributes:
        return True
    style = (attributes.get("style") or "")[:MAX_STYLE]
    if not style:
        return False
    if _HIDING.search(style):
        return True
    colors = {name.lower().removesuffix("-color"): value.strip().lower() for name, value in _COLOR.findall(style)}
    return "color" in colors and colors.get("color") == colors.get("background")
