"""A word list held against a text: whole words where words are written apart, anywhere where they are not. Pure.

What is seen: other capitals, full-width and other compatibility forms (Unicode NFKC and case folding), characters that
are not seen (zero-width, soft hyphens, Arabic stretching), and a word whose letters are set apart (`s.p.a.c.e.d`,
`s p a c e d`). What is not: digits and look-alikes of other alphabets in the place of letters (`sp4ced`), accents that
were added, misspellings, and other forms of a word: "ball" does not cover "balls", so that "class" never stands for
something that it happens to contain. A list is a courtesy among people, not a wall.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

WORD_CHARACTERS_MAX: Final = 100
_SPELLED_OUT_MIN: Final = 3  # letters: "a b" is two words

# Scripts without blanks between words, or, as Korean, with endings written on to them: Thai, Lao, Tibetan, Myanmar,
# Khmer, kana, Bopomofo, Han, Hangul (Unicode 17, Blocks.txt).
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u312f\u3130-\u318f\u31a0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_STRETCHING: Final = "\u0640"  # Arabic tatweel


def folded(text: str) -> str:
    """The text as it is compared: two texts that read the same become the same."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    # Turkish writes capital i with a dot and small i without one; folded, the four letters are one.
    plain = plain.replace("i\u0307", "i").replace("ı", "i")
    if plain.isascii():
        return plain
    return "".join(character for character in plain if not _unseen(character))


def _unseen(character: str) -> bool:
    if character < "\x80":
        return False
    return (
        character == _STRETCHING
        or "\ufe00" <= character <= "\ufe0f"  # variation selectors: a heart, red or not
        or unicodedata.category(character) == "Cf"
    )


def _is_of_word(character: str) -> bool:
    # A vowel sign of an Indic script is a mark, and no letter by itself.
    return character.isalnum() or (character > "\x7f" and unicodedata.category(character)[0] == "M")


def _tokens(plain: str) -> list[str]:
    """The words of scripts that write them apart, in order."""
    spaced = _UNSPACED.sub(" ", plain)
    return "".join(character if _is_of_word(character) else " " for character in spaced).split()


def _is_anywhere(plain: str, tokens: Sequence[str]) -> bool:
    """Whether an entry is looked for as it stands: written without blanks, an emoji, or with a sign such as C++'s."""
    if not tokens or _UNSPACED.search(plain):
        return True
    return any(unicodedata.category(character)[0] == "S" for character in plain)


def is_usable(word: str) -> bool:
    """Whether an entry can ever be found, and is not a whole paragraph."""
    return bool(folded(word).strip()) and len(word) <= WORD_CHARACTERS_MAX


class WordList:
    """Entries, made ready once. An entry of several words is found with any blanks or punctuation between them."""

    __slots__ = ("_anywhere", "_phrases", "_single", "words")

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.words = tuple(words)
        self._single: dict[str, str] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._anywhere: list[tuple[str, str]] = []
        for word in self.words:
            self._add(word)

    def __repr__(self) -> str:
        return f"WordList({len(self.words)} entries)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WordList) and self.words == other.words

    def __hash__(self) -> int:
        return hash(self.words)

    def _add(self, word: str) -> None:
        plain = " ".join(folded(word).split())
        tokens = tuple(_tokens(plain))
        if not plain:
            return
        if _is_anywhere(plain, tokens):
            self._anywhere.append((plain, word))
        elif len(tokens) == 1:
            self._single.setdefault(tokens[0], word)
        else:
            self._phrases.setdefault(tokens[0], []).append((tokens, word))

    def find(self, text: str) -> str | None:
        """The first entry that the text holds, as it was written in the list; None when it holds none."""
        if not self.words:
            return None
        plain = " ".join(folded(text).split())
        tokens = _tokens(plain)
        for at, token in enumerate(tokens):
            if token in self._single:
                return self._single[token]
            for phrase, word in self._phrases.get(token, ()):
                if tuple(tokens[at : at + len(phrase)]) == phrase:
                    return word
        return self._spelled_out(tokens) or next((word for entry, word in self._anywhere if entry in plain), None)

    def _spelled_out(self, tokens: Sequence[str]) -> str | None:
        """An entry whose letters stand apart, as a part of a run of single letters."""
        runs = "".join(token if len(token) == 1 else " " for token in tokens).split()
        long_enough = [run for run in runs if len(run) >= _SPELLED_OUT_MIN]
        if not long_enough:
            return None
        entries = ((entry, word) for entry, word in self._single.items() if len(entry) >= _SPELLED_OUT_MIN)
        return next((word for entry, word in entries if any(entry in run for run in long_enough)), None)
