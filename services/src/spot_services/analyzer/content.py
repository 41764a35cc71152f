"""The visible and the hidden text of a mail."""

import re
from collections import Counter

import langdetect
from langdetect.lang_detect_exception import LangDetectException

from spot_services.analyzer.budget import Budget
from spot_services.analyzer.html.tree import read_page
from spot_services.analyzer.mail.structure import ParsedMail
from spot_services.analyzer.report import Report, clip
from spot_services.analyzer.text.phrases import Theme, find_phrases
from spot_services.analyzer.text.script import mixes_scripts
from spot_services.severity import Severity

# The detector samples randomly; with a fixed seed, the same mail has the same finding.
langdetect.DetectorFactory.seed = 0

LANGUAGE_SAMPLE = 5_000
# Fewer letters than this are too few for a guess.
MIN_LETTERS = 20
SHOUTING_LETTERS = 40
SHOUTING_RATIO = 0.6
# Mailing software hides a line of preview text in ordinary mail; a hidden paragraph is suspicious.
HIDDEN_TEXT_FROM = 200

_WORD = re.compile(r"[^\W\d_]{3,40}")
_INVISIBLE = re.compile("[^\\W_][\u200b\u200c\u200d\u2060\ufeff\u00ad][^\\W_]")

_SEVERITY: dict[Theme, Severity] = {
    "urgency": "low",
    "credentials": "medium",
    "payment": "low",
    "prize": "medium",
    "threat": "medium",
}


def prepare() -> None:
    """Loads the language profiles before the first job has to wait for them."""
    guess_language("a few words that are enough for a guess")


def analyze(mail: ParsedMail, report: Report, budget: Budget) -> None:
    plain, hypertext = _read(mail, report, budget)
    text = f"{mail.decoded('subject') or ''}\n{plain or hypertext}"
    body = plain or hypertext
    report.facts["characters"] = len(body)
    report.facts["words"] = len(_WORD.findall(body))
    if not body.strip():
        report.add("no-text", "info", "no readable text")
    if hypertext.strip() and not plain.strip():
        report.facts["htmlOnly"] = True
    report.facts["language"] = guess_language(body[:LANGUAGE_SAMPLE])
    # Both versions are searched, because mail programs show one or the other, and fraud can differ between them.
    _phrases(f"{text}\n{hypertext}" if plain else text, report)
    _shouting(body, report)
    _disguise(text, report, budget)


def _read(mail: ParsedMail, report: Report, budget: Budget) -> tuple[str, str]:
    plain: list[str] = []
    hypertext: list[str] = []
    for part, text, as_declared in mail.texts(budget):
        if not as_declared:
            report.add("charset-wrong", "low", f"text is not {clip(part.charset or 'us-ascii', 40)}")
        if part.content_type == "text/html":
            page = read_page(text, budget)
            hypertext.append(page.text)
            if len(page.hidden_text) >= HIDDEN_TEXT_FROM:
                report.add("hidden-text", "medium", f"{len(page.hidden_text)} characters that are not shown")
        else:
            plain.append(text)
    return "\n".join(plain), "\n".join(hypertext)


def guess_language(text: str) -> str | None:
    """ISO 639-1 code (Chinese with its script: zh-cn, zh-tw), or None for too little text."""
    if sum(character.isalpha() for character in text) < MIN_LETTERS:
        return None
    try:
        return str(langdetect.detect(text))
    except LangDetectException:
        # For text without a feature of any language, such as a link.
        return None


def _phrases(text: str, report: Report) -> None:
    themes: Counter[str] = Counter()
    for match in find_phrases(text):
        themes[match.theme] += 1
        if themes[match.theme] <= 3:
            report.add(f"phrase-{match.theme}", _SEVERITY[match.theme], f'says "{match.phrase}"')
    report.facts["phrases"] = dict(sorted(themes.items()))
    if themes["urgency"] and themes["credentials"]:
        report.add("pressure-for-credentials", "high", "urges the reader to give credentials")
    if themes["payment"] and themes["threat"]:
        report.add("extortion", "high", "threatens and demands payment")


def _shouting(text: str, report: Report) -> None:
    upper = sum(character.isupper() for character in text)
    cased = upper + sum(character.islower() for character in text)
    ratio = upper / cased if cased else 0.0
    report.facts["upperCaseRatio"] = round(ratio, 2)
    if cased >= SHOUTING_LETTERS and ratio >= SHOUTING_RATIO:
        report.add("shouting", "low", f"{round(ratio * 100)} % capital letters")


def _disguise(text: str, report: Report, budget: Budget) -> None:
    for count, word in enumerate(dict.fromkeys(_WORD.findall(text))):
        if count % 256 == 0 and budget.spent:
            return
        if not word.isascii() and mixes_scripts(word):
            report.add("homoglyphs", "high", f'word "{word}" mixes alphabets')
    if _INVISIBLE.search(text):
        report.add("invisible-characters", "medium", "invisible characters inside words")
