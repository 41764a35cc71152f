"""Writing systems: a word that mixes look-alike alphabets is probably deceptive."""

import unicodedata
from functools import lru_cache

# Letters of other alphabets that look like Latin ones in common fonts.
_LOOKALIKES = str.maketrans(
    {
        **dict(zip("авеёһіїјкӏмноԛрѕтухԝԁ", "abeehiijklmhoqpstyxwd", strict=True)),
        **dict(zip("αβεικνορτυχω", "abeiknoptuxw", strict=True)),
        **dict(zip("ɑɡıłøđ", "agilod", strict=True)),
    }
)


@lru_cache(maxsize=4096)
def script_of(character: str) -> str | None:
    """LATIN, CYRILLIC, GREEK, ... for letters; None for everything else."""
    if not character.isalpha():
        return None
    return unicodedata.name(character, "UNKNOWN").split(" ")[0]


def mixes_scripts(word: str) -> bool:
    """Whether a word mixes Latin with Cyrillic or Greek. Japanese normally mixes its scripts and does not count."""
    scripts = {script for character in word if (script := script_of(character)) is not None}
    return "LATIN" in scripts and bool(scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})


def skeleton(text: str) -> str:
    """The text with look-alikes and accents replaced by plain Latin letters."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_LOOKALIKES))
    return "".join(character for character in folded if not unicodedata.combining(character))
