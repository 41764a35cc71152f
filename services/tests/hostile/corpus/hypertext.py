"""HTML: trees that explode, depth, unclosed and overlapping elements, attributes, entities, comments."""

import random
from collections.abc import Iterator

Mails = Iterator[tuple[str, bytes]]

ELEMENTS = ("a", "b", "p", "div", "table", "tr", "td", "ul", "li", "form", "select", "option", "button", "font", "nobr", "svg", "math", "mi", "foreignObject", "template", "noscript",
            "iframe", "object", "frameset", "frame", "script", "style", "title", "textarea", "plaintext", "xmp", "details", "dialog", "marquee", "ruby", "rt", "h1", "body", "html", "head")  # fmt: skip


def page(html: str) -> bytes:
    return f"Content-Type: text/html; charset=utf-8\r\n\r\n{html}".encode("utf-8", "surrogatepass")


def family_trees(_chance: random.Random) -> Mails:
    """Trees that become far larger or deeper than their text."""
    for count in (100, 300, 2_000, 5_000):
        yield f"adoption {count}", page("<p>" + "".join(f"<b id={n}>" for n in range(count)) + "<p>" * count)
        yield (
            f"adoption in a table {count}",
            page("<table>" + "".join(f"<i class=c{n}>" for n in range(count)) + "<tr><td>x" * count),
        )
        yield f"misnested {count}", page("".join(f"<a href={n}><b><div>" for n in range(count)) + "</a>" * count)
    for element in ELEMENTS:
        yield f"deep {element}", page(f"<{element}>" * 60_000)
        yield f"closed {element}", page(f"<{element}>x</{element}>" * 15_000)
    yield "closing only", page("</p></b></div>" * 40_000)
    yield "tables in tables", page("<table><tr><td>" * 20_000)
    yield "many links", page("<a href=http://x.test/>x</a>" * 20_000)


def family_markup(chance: random.Random) -> Mails:
    """Markup that is cut, unclosed, repeated, or hides what follows."""
    pieces = {
        "open angles": "<", "open tags": "<a ", "quotes": '<a href="', "comments": "<!--", "bogus comments": "<!", "ended comments": "<!-->", "processing": "<?", "CDATA": "<![CDATA[", "doctype": "<!DOCTYPE ",
        "attributes": " a=b", "same attributes": "<a href=1 href=2>", "long attribute": "x" * 1_000, "entities": "&amp", "numeric": "&#x41", "huge numeric": "&#99999999999;", "slashes": "</", "NUL": "\0<a\0>",
        "conditional": "<!--[if mso]>", "conditional end": "<![endif]-->", "style": "<p style='color:", "styles": "<p style='display:none;'>", "base": "<base href='//x'>", "refresh": "<meta http-equiv=refresh content='0;url=//x'>",
        "srcdoc": "<iframe srcdoc='<a href=x>'>", "newlines in a scheme": "<a href='java\nscript:x'>", "tabs": "<a\thref\t=\tx>", "form feed": "<a\x0chref=x>", "upper case": "<A HREF=X>", "svg link": "<svg><a xlink:href=//x>",
    }  # fmt: skip
    for name, piece in pieces.items():
        for count in (1, 50_000 // len(piece) + 1, 400_000 // len(piece) + 1):
            yield f"{name} {count}", page("<p>before" + piece * count + "after")
    for number in range(25):
        parts = [
            chance.choice(
                [f"<{e}>", f"</{e}>", "text", "&lt;", "<!--", "-->", f"<{e} hidden>", '<a href="http://x.test">', '"']
            )
            for e in chance.choices(ELEMENTS, k=400)
        ]
        yield f"random {number}", page("".join(parts))
