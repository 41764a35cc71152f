"""Every analyzer concludes every kind of body; a library's exception is not a result."""

import pytest

from spot_services.analyzer.budget import Budget
from spot_services.analyzer.content import guess_language
from spot_services.analyzer.process.examination import examine
from spot_services.analyzer.registry import ANALYZERS, load_analyzer

BODIES = {
    "nothing": "",
    "white space": " \t\r\n\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}",
    "one character": "x",
    "one letter of another script": "я",
    "a link": "http://example.com/reset/abcdefghijklmnopqrstuvwxyz",
    "two links": "https://example.com/abcdefghijklmnop https://example.org/abcdefghijklmnop",
    "an address": "somebody.with.a.long.name@mail.example.com",
    "emoji": "\U0001f600\U0001f44d\U0001f3fd\u200d\U0001f525" * 20,
    "digits": "0123456789 " * 20,
    "digits of another script": "٠١٢٣٤٥٦٧٨٩" * 20,
    "punctuation": "!?.,;:-_()" * 20,
    "NUL": "\0" * 200,
    "control characters": "".join(map(chr, range(32))) * 10,
    "combining marks": "a" + "\u0301" * 500,
    "private use": "\ue000\uf8ff" * 100,
    "modifier letters": "ʰʲʳʷʸˠˡˢˣˤ" * 10,
    "phonetic letters": "ɐɑɒɓɔɕɖɗɘəɚɛɜɝɞɟɠɡɢɣ" * 3,
    "one letter again and again": "a" * 5_000,
    "capital letters without a language": "BCDFGHJKLMNPQRSTVWXZ" * 10,
    "cuneiform": "𒀀𒀁𒀂𒀃𒀄𒀅𒀆𒀇" * 10,
    "unassigned": "\u0378\U000e0fff" * 50,
    "right to left": "\u202e\u202d\u2066\u2069" * 50,
    "Hangul fillers": "\u3164\uffa0" * 100,
}


@pytest.mark.parametrize("analyzer", ANALYZERS)
@pytest.mark.parametrize("content_type", ["text/plain", "text/html"])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_every_analyzer_concludes_every_body(body: str, content_type: str, analyzer: str) -> None:
    raw = f"Content-Type: {content_type}; charset=utf-8\r\n\r\n{body}".encode()
    found = examine(load_analyzer(analyzer), raw, Budget())
    assert (found.defects, found.incomplete) == ([], {})


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_text_without_a_language_has_none(body: str) -> None:
    language = guess_language(body)
    assert language is None or 2 <= len(language) <= 5


def test_a_link_alone_has_no_language() -> None:
    assert guess_language(BODIES["a link"]) is None
    assert guess_language(BODIES["two links"]) is None
