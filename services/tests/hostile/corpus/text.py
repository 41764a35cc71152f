"""Bait for regular expressions, and texts that cost time: links, words, phrases, addresses."""

import random
from collections.abc import Iterator

Mails = Iterator[tuple[str, bytes]]

BAIT = {
    "spaces": " ", "newlines": "\r\n", "tabs": "\t", "www": "www.", "http": "http://", "links": "http://a.b/ ", "userinfo": "http://a@", "hosts": "a.", "xn": "http://xn--", "dots": ".",
    "brackets": "[", "at": "a@", "addresses": "a@b.c ", "hyphens": "a-", "long host": "a" * 60 + ".", "percent": "http://%41", "ports": "http://a:1", "ipv6": "http://[", "ip": "http://1.1.1.",
    "words": "раypal ", "letters": "я", "capitals": "ÄÖÜ ", "phrases": "act now ", "half phrases": "verify your ", "phrase spaces": "act" + " " * 500, "invisible": "a\u200b", "marks": "a\u0301",
    "digits": "1", "currency": "€", "Chinese": "立即验证您的", "Japanese": "至急アカウントを", "Thai": "กขค", "quotes": "> ", "boundaries": "--\r\n", "headers": "Subject: x\r\n", "from": "From x\r\n",
    "equals": "=\r\n", "dashes": "-" * 70 + "\r\n", "data": "data:text/html,", "slashes": "//", "wide": "ｈｔｔｐ：／／", "dotless": "http://a。b/", "numbers": "http://0x7f000001/ ", "shorteners": "http://bit.ly/x ",
}  # fmt: skip


def family_bait(_chance: random.Random) -> Mails:
    """One short text again and again, up to the limit of what is read."""
    for name, bait in BAIT.items():
        repeated = (bait * (600_000 // len(bait.encode()) + 1)).encode()
        yield name, b"Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + repeated


def family_bait_in_links(_chance: random.Random) -> Mails:
    """The same in the targets and texts of links."""
    for name, bait in BAIT.items():
        value = bait * (20_000 // len(bait) + 1)
        yield (
            name,
            f'Content-Type: text/html; charset=utf-8\r\n\r\n<a href="http://x.test/{value}">{value}</a><a href="{value}">x</a>'.encode(),
        )
