"""Brand names that fraud often uses, and domains that imitate them."""

from typing import Literal, NamedTuple

from spot_services.analyzer.mail.address import registrable
from spot_services.analyzer.text.script import mixes_scripts, skeleton

# Brand -> the registrable domains that its mails link to.
BRANDS: dict[str, frozenset[str]] = {
    name: frozenset(domains.split())
    for name, domains in {
        "adobe": "adobe.com",
        "amazon": "amazon.com amazon.de amazon.co.uk amazon.fr amazon.it amazon.es amazon.co.jp amazonaws.com",
        "apple": "apple.com icloud.com",
        "coinbase": "coinbase.com",
        "docusign": "docusign.com docusign.net",
        "dropbox": "dropbox.com",
        "facebook": "facebook.com facebookmail.com fb.com",
        "fedex": "fedex.com",
        "github": "github.com github.io",
        "google": "google.com google.de google.co.uk googlemail.com googleapis.com googleusercontent.com",
        "instagram": "instagram.com",
        "linkedin": "linkedin.com",
        "mastercard": "mastercard.com",
        "microsoft": "microsoft.com microsoftonline.com",
        "netflix": "netflix.com",
        "office365": "office365.com",
        "outlook": "outlook.com",
        "paypal": "paypal.com paypal.de paypal.me paypalobjects.com",
        "spotify": "spotify.com",
        "whatsapp": "whatsapp.com",
    }.items()
}

# Names of up to four letters are one edit away from many ordinary words.
_EDITABLE_FROM = 6

_LEET = str.maketrans("013457", "oleast")
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))


class Imitation(NamedTuple):
    brand: str
    how: Literal["mixed alphabets", "look-alike characters", "one character off", "brand name inside"]


def imitation(host: str) -> Imitation | None:
    """Which brand a host name imitates, if any. `host` is in Unicode form."""
    domain = registrable(host)
    if any(domain in domains for domains in BRANDS.values()):
        return None
    label = domain.partition(".")[0]
    plain = skeleton(label)
    readings = {plain, plain.translate(_LEET)} | {plain.replace(pair, single) for pair, single in _PAIRS}
    for brand in BRANDS:
        if brand in readings:
            if mixes_scripts(label):
                return Imitation(brand, "mixed alphabets")
            # Brands register the same name under other endings abroad; only a changed spelling is suspicious.
            return None if label == brand else Imitation(brand, "look-alike characters")
        if len(brand) >= _EDITABLE_FROM and any(
            _one_edit(reading, brand) for reading in (plain, plain.translate(_LEET))
        ):
            return Imitation(brand, "one character off")
    words = {word.translate(_LEET) for name in skeleton(host).split(".")[:-1] for word in name.split("-")}
    for brand in BRANDS:
        if brand in words and label != brand:
            return Imitation(brand, "brand name inside")
    return None


def _one_edit(text: str, other: str) -> bool:
    """One insertion, deletion, substitution or swap of neighbours apart."""
    if text == other or abs(len(text) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(text), len(other)) and text[start] == other[start]:
        start += 1
    rest, other_rest = text[start:], other[start:]
    return (
        rest[1:] == other_rest
        or rest == other_rest[1:]
        or rest[1:] == other_rest[1:]
        or (rest[:2] == other_rest[:2][::-1] and rest[2:] == other_rest[2:])
    )
