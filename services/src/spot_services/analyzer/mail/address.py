"""Addresses and domains, for comparisons."""

import re
from email.utils import getaddresses
from functools import cache
from typing import NamedTuple

from publicsuffixlist import PublicSuffixList

from spot_services.analyzer.mail.structure import decode_words

_ADDRESS = re.compile(r"[\w.+!#$%&'*/=?^`{|}~-]{1,64}@[\w.-]{1,253}")
MAX_ADDRESSES = 100
# Python's address parser takes quadratic time on nested comments and quotes.
MAX_PARSED = 4_000


class Mailbox(NamedTuple):
    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].lower().rstrip(".")


def mailboxes(value: str) -> list[Mailbox]:
    """The mailboxes of an address header; display names decoded."""
    try:
        found = [
            Mailbox(decode_words(name), address)
            for name, address in getaddresses([value[:MAX_PARSED]])
            if "@" in address
        ]
    except Exception:  # the parser raises various errors on malformed input
        found = []
    # The strict parser returns nothing for a doubtful value, but mail clients still show an address.
    return (found or [Mailbox("", match) for match in addresses_in(value)])[:MAX_ADDRESSES]


def addresses_in(text: str) -> list[str]:
    """Everything in a text that looks like an address."""
    return _ADDRESS.findall(text[:10_000])[:MAX_ADDRESSES]


@cache
def _suffixes() -> PublicSuffixList:
    # The list in the package, so that no service needs the network for it.
    return PublicSuffixList()


def registrable(domain: str) -> str:
    """The registered part of a domain: `mail.example.co.uk` -> `example.co.uk`."""
    plain = domain.lower().strip(".")
    return _suffixes().privatesuffix(plain) or plain


def same_owner(one: str, other: str) -> bool:
    return registrable(one) == registrable(other)
