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

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ZERO = re.compile(r"[+-]?0*\.?0*(?:[a-z]{1,5}|%)?")
_FAR_LEFT = re.compile(r"-\d{3,}")
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
    style = _declarations((attributes.get("style") or "")[:MAX_STYLE])
    return (
        style.get("display") == "none"
        or style.get("visibility") in {"hidden", "collapse"}
        or style.get("content-visibility") == "hidden"
        or any(_ZERO.fullmatch(style.get(name, "?")) for name in _SIZES)
        or _FAR_LEFT.match(style.get("text-indent", "")) is not None
        or ("color" in style and style["color"] == style.get("background-color", style.get("background")))
    )


_SIZES = ("font-size", "opacity", "height", "max-height", "width", "max-width")


def _declarations(style: str) -> dict[str, str]:
    """The declarations of a style attribute; the last one of a name counts, unless an earlier one is important."""
    found: dict[str, str] = {}
    important: set[str] = set()
    for declaration in _COMMENT.sub(" ", style).lower().split(";"):
        name, colon, value = declaration.partition(":")
        value, mark, _ = value.partition("!")
        name = name.strip()
        if colon and (mark or name not in important):
            found[name] = value.strip()
        if mark:
            important.add(name)
    return found
