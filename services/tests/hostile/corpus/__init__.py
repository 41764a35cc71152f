"""Hostile mails, generated from seeds. Each family is one kind of trouble; the same seed gives the same bytes."""

import random
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import NamedTuple

MODULES = ("archives", "characters", "formats", "headers", "hypertext", "structure", "text", "volume")


class Mail(NamedTuple):
    family: str
    name: str
    raw: bytes


Family = Callable[[random.Random], Iterator[tuple[str, bytes]]]


def families() -> dict[str, Family]:
    """The functions of the modules whose docstring describes a family, by name."""
    found: dict[str, Family] = {}
    for module in MODULES:
        for name, value in vars(import_module(f"hostile.corpus.{module}")).items():
            if callable(value) and name.startswith("family_"):
                found[name.removeprefix("family_")] = value
    return found


def generate(family: str) -> Iterator[Mail]:
    """The mails of a family. Only one is in memory at a time, since some have 50 MB."""
    # A string is a seed that is the same on every machine.
    chance = random.Random(f"hostile {family}")  # noqa: S311 - repeatable, not secret
    for name, raw in families()[family](chance):
        yield Mail(family, name, raw)
