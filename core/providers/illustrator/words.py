"""Cuts a prompt into the phrases that the lexicon knows, and the rest."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from fontTools.unicodedata import script as script_of

from core.providers.illustrator.languages import language_of_latin, languages_of_scripts
from core.providers.illustrator.vocabulary import Kind, Lexicon, Sense, drawing_file, lexicon

WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*|[^\w\s]|_")
UNSPACED = frozenset({"Hani", "Hira", "Kana", "Thai"})  # scripts that put no spaces between words
ELISION = re.compile(r"(\w{1,4})['’](\w+)")
LONGEST_UNSPACED = 16
MARKS = {"Deva", "Beng", "Thai", "Arab"}


@dataclass(frozen=True, slots=True)
class Token:
    """A phrase of the prompt. `sense` is None for a word that the lexicon does not hold; `text` is as written."""

    text: str
    sense: Sense | None
    script: str

    @property
    def is_mark(self) -> bool:
        """Punctuation: a boundary between phrases."""
        return not any(character.isalnum() for character in self.text)


def _chunks(text: str) -> list[tuple[str, str]]:
    """Words and marks, each with its script. Combining vowels belong to their word."""
    found: list[tuple[str, str]] = []
    pattern = re.compile(
        r"[\w\u0300-\u036f\u0900-\u0dff\u0e00-\u0e7f\u200c\u200d]+(?:[-'’][^\W_]+)*|[^\w\s]\ufe0f?", re.UNICODE
    )
    for match in pattern.finditer(text):
        word = match.group()
        script = next((s for s in map(script_of, word) if s not in {"Zyyy", "Zinh"}), "Zyyy")
        found.append((word, script))
    return found


def tokens(text: str) -> tuple[list[Token], tuple[str, ...]]:
    """The prompt's phrases in order, and the language of its Latin words."""
    chunks = _chunks(unicodedata.normalize("NFC", text))
    latin = language_of_latin([word for word, script in chunks if script == "Latn"])
    words = lexicon(latin, languages_of_scripts(chunks))
    found: list[Token] = []
    at = 0
    while at < len(chunks):
        word, script = chunks[at]
        if script in UNSPACED:
            found += _cut(word, script, words)
            at += 1
            continue
        taken, sense = _longest(chunks, at, words)
        if sense is None and (parts := ELISION.fullmatch(word)):
            chunks[at : at + 1] = [(parts[1], script), (parts[2], script)]  # "l'arbre", "sull'albero"
            continue
        if sense is None and drawing_file(word):
            sense = Sense(Kind.SUBJECT, word)
        found.append(Token(" ".join(w for w, _ in chunks[at : at + taken]), sense, script))
        at += taken
    return found, (latin,)


def _longest(chunks: list[tuple[str, str]], at: int, words: Lexicon) -> tuple[int, Sense | None]:
    """The longest known phrase that begins here, in words; one word when none is known."""
    script = chunks[at][1]
    for length in range(min(words.longest, len(chunks) - at), 0, -1):
        phrase = " ".join(word for word, _ in chunks[at : at + length]).lower().replace("’", "'")
        sense = words.find(phrase, script)
        if sense is None and length == 1 and "-" in phrase:
            sense = words.find(phrase.replace("-", " "), script)
        if sense is not None:
            return length, sense
    return 1, None


def _cut(run: str, script: str, words: Lexicon) -> list[Token]:
    """Longest match through a run without spaces. One sign alone counts only when nothing unknown touches it."""
    parts: list[Token] = []
    at = 0
    while at < len(run):
        length = next(
            (n for n in range(min(LONGEST_UNSPACED, len(run) - at), 0, -1) if run[at : at + n] in words.senses), 0
        )
        if length:
            parts.append(Token(run[at : at + length], words.senses[run[at : at + length]], script))
        elif parts and parts[-1].sense is None:
            parts[-1] = Token(parts[-1].text + run[at], None, script)
        else:
            parts.append(Token(run[at], None, script))
        at += length or 1
    return _joined([_alone(parts, index) for index in range(len(parts))])


def _joined(parts: list[Token]) -> list[Token]:
    """Unknown neighbours are one unknown word."""
    found: list[Token] = []
    for token in parts:
        if token.sense is None and found and found[-1].sense is None:
            found[-1] = Token(found[-1].text + token.text, None, token.script)
        else:
            found.append(token)
    return found


def _alone(parts: list[Token], index: int) -> Token:
    """A single Han character beside unknown ones is part of a longer word that is not known: 花 in 花椒."""
    token = parts[index]
    neighbours = parts[max(0, index - 1) : index] + parts[index + 1 : index + 2]
    inside = any(other.sense is None for other in neighbours)
    if len(token.text) == 1 and token.script == "Hani" and inside and token.sense is not None:
        return token if token.sense.kind is Kind.STOP else Token(token.text, None, token.script)
    return token
