"""Every signal that every sample raises, exactly. That the weights suit the world's mail is not proven here."""

import random
from pathlib import Path
from typing import Any

import pytest

from spot_services.analyzer.budget import Budget, Limits
from spot_services.analyzer.process.examination import Examination
from spot_services.analyzer.process.examination import examine as examine_within
from spot_services.analyzer.registry import Analyzer, load_analyzer
from spot_services.analyzer.worker import to_finding
from spot_services.orchestrator.verdict import combine
from spot_services.payload import Finding

SAMPLES = Path(__file__).parents[2] / "samples"
ANALYZERS = [load_analyzer(name) for name in ("attachments", "content", "headers", "links")]

# sample -> analyzer -> (score, signals); an analyzer that is not named finds nothing.
EXPECTED: dict[str, dict[str, tuple[int, list[str]]]] = {
    "alternative": {},
    "broken-base64": {"attachments": (10, ["broken-encoding"])},
    "cyrillic": {
        "content": (90, ["homoglyphs", "phrase-credentials", "phrase-urgency", "pressure-for-credentials"]),
        "links": (84, ["look-alike", "mixed-script-host"]),
    },
    "double-extension": {
        "attachments": (96, ["double-extension", "executable"]),
        "content": (10, ["phrase-payment"]),
    },
    "forwarded": {
        "attachments": (96, ["direction-override", "executable"]),
        "content": (30, ["phrase-prize"]),
    },
    "garbage-headers": {
        "content": (0, ["no-text"]),
        "headers": (
            54,
            ["date-malformed", "duplicate-header", "header-8bit", "malformed-mime", "message-id-malformed"],
        ),
    },
    "german": {},
    "japanese": {"content": (75, ["phrase-credentials", "phrase-urgency", "pressure-for-credentials"])},
    "missing-boundary": {"headers": (10, ["malformed-mime"])},
    "newsletter": {},
    "phishing": {
        "content": (82, ["hidden-text", "phrase-credentials", "phrase-urgency", "pressure-for-credentials"]),
        "headers": (
            94,
            [
                "display-name-spoofing",
                "dmarc-fail",
                "message-id-missing",
                "received-time-travel",
                "reply-to-differs",
                "return-path-differs",
                "spf-fail",
            ],
        ),
        "links": (99, ["form", "ip-link", "look-alike", "text-mismatch", "unusual-port", "userinfo-link"]),
    },
    "plain": {},
    "truncated": {"headers": (10, ["malformed-mime"])},
    "zip-with-program": {"attachments": (64, ["archived-executable", "nested-archive"])},
}


def examine(analyzer: Analyzer, raw: bytes, limits: Limits | None = None) -> Examination:
    found = examine_within(analyzer, raw, Budget(limits))
    assert found.defects == []
    return found


def read(sample: str) -> bytes:
    return (SAMPLES / f"{sample}.eml").read_bytes()


def find(name: str, raw: bytes) -> Finding:
    return to_finding("a-1", name, examine(load_analyzer(name), raw), 0)


def facts(name: str, sample: str) -> dict[str, Any]:
    return find(name, read(sample)).facts


def signals(name: str, raw: str | bytes) -> dict[str, str]:
    finding = find(name, raw.encode() if isinstance(raw, str) else raw)
    return {signal.id: signal.detail for signal in finding.signals}


def test_every_sample_is_expected() -> None:
    assert {path.stem for path in SAMPLES.glob("*.eml")} == set(EXPECTED)


@pytest.mark.parametrize("sample", sorted(EXPECTED))
@pytest.mark.parametrize("analyzer", ANALYZERS, ids=lambda analyzer: analyzer.name)
def test_finds_exactly(sample: str, analyzer: Analyzer) -> None:
    finding = find(analyzer.name, read(sample))
    found = (finding.score, sorted({signal.id for signal in finding.signals}))
    assert found == EXPECTED[sample].get(analyzer.name, (0, []))


@pytest.mark.parametrize(
    ("sample", "verdict"),
    [
        ("plain", "clean"),
        ("newsletter", "clean"),
        ("german", "clean"),
        ("japanese", "suspicious"),
        ("zip-with-program", "suspicious"),
        ("phishing", "malicious"),
        ("double-extension", "malicious"),
        ("cyrillic", "malicious"),
        ("forwarded", "malicious"),
    ],
)
def test_combined_verdict(sample: str, verdict: str) -> None:
    assert combine([find(analyzer.name, read(sample)) for analyzer in ANALYZERS]).verdict == verdict


def test_finds_nothing_dangerous_in_an_empty_mail() -> None:
    """The gateway refuses it, so it is not a sample; a job can still have one."""
    findings = [find(analyzer.name, b"") for analyzer in ANALYZERS]
    assert {finding.analyzer: (finding.score, [signal.id for signal in finding.signals]) for finding in findings} == {
        "attachments": (0, []),
        "content": (0, ["no-text"]),
        "headers": (30, ["no-headers"]),
        "links": (0, []),
    }
    assert combine(findings).verdict == "clean"


def test_decodes_what_people_see() -> None:
    assert facts("headers", "german")["subject"] == "Grüße aus Köln – und eine Überraschung"
    assert facts("headers", "japanese")["subject"] == "重要なお知らせ"
    assert facts("headers", "cyrillic")["subject"] == "Срочно: ваш аккаунт"
    assert [facts("content", sample)["language"] for sample in ("plain", "german", "cyrillic", "japanese")] == [
        "en",
        "de",
        "ru",
        "ja",
    ]


def test_lists_attachments_with_digests_and_contents() -> None:
    [attachment] = facts("attachments", "zip-with-program")["attachments"]
    assert attachment["filename"] == "Vertrag Übersicht.zip"
    assert attachment["detectedType"] == "zip"
    assert attachment["entries"] == ["readme.txt", "docs/contract.scr", "more.zip", "photo.png"]
    assert (len(attachment["sha256"]), len(attachment["md5"])) == (64, 32)


def test_reads_authentication_results() -> None:
    assert facts("headers", "plain")["authentication"] == {"spf": "pass", "dkim": "pass", "dmarc": "pass"}
    assert facts("headers", "phishing")["authentication"] == {"dkim": "none", "dmarc": "fail", "spf": "fail"}


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="https://evil.test">https://bank.example.com/x</a>', {"text-mismatch": "shows bank.example.com, leads to evil.test"}),
        ('<a href="https://www.example.com/">example.com</a>', {}),
        ('<a href="https://files.example.com/r">report.pdf</a>', {}),
        ('<a href="mailto:a@example.com">example.org</a>', {}),
        ('<a href="java\nscript:alert(1)">x</a>', {"script-link": "a runs javascript"}),
        ('<a href="data:text/html,hi">x</a>', {"data-link": "a holds its page in itself"}),
        ('<img src="data:image/png;base64,AAAA">', {}),
        ('<a href="http://0x7f000001/">x</a>', {"ip-link": "leads to the address 0x7f000001"}),
        ('<a href="https://bit.ly/x">x</a>', {"shortener": "bit.ly hides its target"}),
        ('<a href="https://paypal.com.login.test/">x</a>', {"look-alike": "paypal.com.login.test imitates paypal: brand name inside"}),
        ('<a href="https://rnicrosoft.test/">x</a>', {"look-alike": "rnicrosoft.test imitates microsoft: look-alike characters"}),
        ('<a href="https://amazom.test/">x</a>', {"look-alike": "amazom.test imitates amazon: one character off"}),
        ('<a href="https://www.paypal.com/">x</a>', {}),
        ('<a href="https://[broken/">x</a>', {"malformed-link": "https://[broken/"}),
        ('<form action="https://example.test/in">', {"form": "sends input to example.test"}),
    ],
)  # fmt: skip
def test_follows_links(html: str, expected: dict[str, str]) -> None:
    assert signals("links", f"Content-Type: text/html; charset=utf-8\n\n{html}") == expected


@pytest.mark.parametrize(
    ("headers", "data", "expected"),
    [
        ('filename="x.docm"', b"PK\x03\x04", {"macro-format", "broken-archive"}),
        ('filename="x.pdf"', b"MZ" + b"\0" * 70, {"disguised-executable"}),
        ('filename="x.pdf"', b"\x89PNG\r\n\x1a\n" + b"\0" * 30, {"type-mismatch"}),
        ('filename="x.html"', b"<html>", {"active-content"}),
        ('filename="=?utf-8?Q?photo=E2=80=AEgpj.exe?="', b"x", {"direction-override", "executable"}),
        ("filename*=utf-8''a%2Epdf%2Ejs", b"x", {"executable", "double-extension"}),
        ('filename="notes.txt"', b"plain", set()),
    ],
)
def test_looks_at_attachments(headers: str, data: bytes, expected: set[str]) -> None:
    raw = f"Content-Type: application/octet-stream\nContent-Disposition: attachment; {headers}\n\n".encode() + data
    assert set(signals("attachments", raw)) == expected


def test_survives_hostile_structures() -> None:
    nested = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(1500))
    messages = "Content-Type: message/rfc822\n\n" * 1500
    many = 'Content-Type: multipart/mixed; boundary="b"\n\n' + "--b\n\nx\n" * 5000
    long_header = "From: " + ", ".join(f'"{n}" <{n}@example.com>' for n in range(20000))
    for raw in (nested, messages, many, long_header, "\0" * 1000, "Content-Type: text/html\n\n" + "<div>" * 50000):
        for analyzer in ANALYZERS:
            examine(analyzer, raw.encode())


def test_survives_damage_of_every_kind() -> None:
    """Seeded, so that a failure can be repeated; each round damages another sample."""
    chance = random.Random(4711)  # noqa: S311 - repeatable, not secret
    samples = [path.read_bytes() for path in sorted(SAMPLES.glob("*.eml"))] + [b""]
    for _ in range(300):
        raw = bytearray(chance.choice(samples))
        for _ in range(chance.randint(1, 30)):
            at = chance.randrange(len(raw) + 1)
            match chance.randrange(3):
                case 0:
                    raw[at : at + 1] = bytes([chance.randrange(256)])
                case 1:
                    del raw[at : at + chance.randint(1, 40)]
                case _:
                    raw[at:at] = chance.choice([b"\r\n", b"=?utf-8?B?", b"--", b"\xff", b'"', b";", b"<", b"\0"])
        for analyzer in ANALYZERS:
            finding = find(analyzer.name, bytes(raw))
            # The published message must be JSON for every mail.
            Finding.model_validate_json(finding.model_dump_json(by_alias=True))


def test_says_so_when_it_runs_out_of_time() -> None:
    finding = examine(load_analyzer("links"), read("phishing"), Limits(cpu_seconds=0))
    assert finding.signals[0] == ("incomplete", "medium", "cpu: more than 0 s of computing; the rest was not read")
