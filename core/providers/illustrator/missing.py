"""Which unknown words name a thing that the person wanted to see. Only those may be reported as having no drawing.

English only, and careful: a word counts when it stands where a noun stands (after an article, a number, a preposition
or a comma, and before a boundary). Of other languages the words that were not read are reported as just that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.providers.illustrator.vocabulary import Kind, stop_words
from core.providers.illustrator.words import MARKS, UNSPACED, Token

NOT_NOUN_ENDINGS = re.compile(
    r"(ly|ing|ed|ous|ful|ive|ish|less|able|ible|esque|ical|ique|ary|ened|est|ient|ant|ern|ward|wards|ized|ised)$"
)
PRONOUNS = frozenset(
    [
        "i",
        "you",
        "he",
        "she",
        "they",
        "we",
        "it",
        "who",
        "that",
        "which",
        "to",
        "will",
        "would",
        "can",
        "could",
        "may",
        "must",
        "not",
        "never",
        "always",
    ]
)
NAMERS = frozenset({"named", "called", "by"})
LEAST_LETTERS = 3
MANY = 12  # a list of more unknown words than this tells nobody anything


def names_of_characters(found: Sequence[Token]) -> frozenset[str]:
    """Words that name somebody: "Mila the fox", "a fox named Mila", "Mila, a small fox"."""
    names: set[str] = set()
    for before, token, after in _neighbours(found):
        if token.sense is not None or token.script != "Latn" or not token.text[:1].isupper():
            continue
        introduced = after is not None and after.text.lower() in {"the", ",", "'s", "’s"}
        if introduced or (before is not None and before.text.lower() in NAMERS):
            names.add(token.text)
    return frozenset(names)


def missing_nouns(found: Sequence[Token]) -> tuple[str, ...]:
    """The English words that name something to draw for which there is no drawing, in their order, each once."""
    names = names_of_characters(found)
    nouns: dict[str, None] = {}
    for before, token, after in _neighbours(found):
        if token.sense is None and token.text not in names and _stands_as_noun(before, token, after):
            if before is not None and before.text in names:
                continue  # what somebody does
            nouns[token.text] = None
    return tuple(nouns)[:MANY]


def unread_words(found: Sequence[Token]) -> tuple[str, ...]:
    """Words of other languages than English that mean nothing to the lexicon, in their order, each once."""
    unread: dict[str, None] = {}
    for token in found:
        signs = 2 if token.script in UNSPACED | MARKS | {"Hang"} else LEAST_LETTERS
        if token.sense is None and not token.is_mark and len(token.text) >= signs and not _has_digit(token.text):
            unread[token.text] = None
    return tuple(unread)[:MANY]


def _neighbours(found: Sequence[Token]) -> list[tuple[Token | None, Token, Token | None]]:
    padded = [None, *found, None]
    return [(padded[at], token, padded[at + 2]) for at, token in enumerate(found)]


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _stands_as_noun(before: Token | None, token: Token, after: Token | None) -> bool:
    word = token.text.lower()
    if token.script != "Latn" or len(word) < LEAST_LETTERS or _has_digit(word) or NOT_NOUN_ENDINGS.search(word):
        return False
    if after is not None and not after.is_mark and _is_content(after):
        return False  # it describes what follows: "velvet" in "velvet cushion"
    if before is None or before.is_mark:
        return True
    if before.text.lower() in PRONOUNS | NAMERS:
        return False
    # After a known thing it is most often a verb ("a fox ponders"); a false report would be worse than none.
    return before.sense is None or before.sense.kind is not Kind.SUBJECT


def _is_content(token: Token) -> bool:
    if token.sense is None:
        return token.script == "Latn"
    if token.sense.kind is Kind.STOP:
        return token.sense.value in stop_words()["english"]["things"]
    return token.sense.kind is Kind.SUBJECT
