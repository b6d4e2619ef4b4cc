"""What an image API's answer says: its pictures, what it notes of them, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from core import pricing
from core.pricing import Price
from core.providers.openai.decoding import Flaw, KeptPicture, Wanted

WANTED: Final = Wanted(places=(("data", None, "b64_json"),))
FACT_CHARACTERS_MAX: Final = 120
WORDS_CHARACTERS_MAX: Final = 2_000
Fact = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Picture:
    """One finished picture with what may be said of it."""

    kept: KeptPicture
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one request. `nanodollars` is None when the server did not say what it used."""

    pictures: tuple[Picture, ...]
    nanodollars: int | None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """A picture that has to be fetched yet."""

    url: str


def found_in(document: Any) -> list[tuple[KeptPicture | Flaw | Address, Mapping[str, Any]]]:
    """Every picture of a whole answer, with the object that it stands in."""
    data = document.get("data") if isinstance(document, Mapping) else None
    found: list[tuple[KeptPicture | Flaw | Address, Mapping[str, Any]]] = []
    for entry in data if isinstance(data, list) else ():
        if not isinstance(entry, Mapping):
            continue
        match entry.get("b64_json"), entry.get("url"):
            case (KeptPicture() | Flaw()) as picture, _:
                found.append((picture, entry))
            case _, str() as url if url:
                found.append((Address(url), entry))
            case _:
                found.append((Flaw("nothing"), entry))
    return found


def facts_of(document: Mapping[str, Any], entry: Mapping[str, Any], model: str, request_id: str) -> tuple[Fact, ...]:
    """What people see who look at the details. A server's words are cut and made one line."""
    facts = (
        ("Model", _line(document.get("model"), FACT_CHARACTERS_MAX) or model),
        ("Quality", _line(document.get("quality"), FACT_CHARACTERS_MAX)),
        ("Drawn from the words", _line(entry.get("revised_prompt"), WORDS_CHARACTERS_MAX)),
        ("Request", _line(request_id, FACT_CHARACTERS_MAX)),
    )
    return tuple((name, value) for name, value in facts if value)


def nanodollars_of(usage: Any, price: Price | None) -> int | None:
    """What the server says that it used, in money. A bill in dollars counts before tokens. None: it did not say."""
    if (cost := pricing.cost_of(usage)) is not None:
        return cost
    return None if price is None else pricing.settled(price, usage)


def _line(value: Any, characters_max: int) -> str:
    if not isinstance(value, str):
        return ""
    said = " ".join("".join(one if one.isprintable() else " " for one in value).split())
    return said if len(said) <= characters_max else said[: characters_max - 1] + "…"
