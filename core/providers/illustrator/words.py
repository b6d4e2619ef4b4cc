"""Cuts a prompt into the phrases that the lexicon knows, and the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fontTools.unicodedata import script as script_of

from core.providers.illustrator.vocabulary import Kind, Lexicon, Sense, drawing_file, lexicon, stop_words

WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*|[^\w\s]|_")
UNSPACED = frozenset({"Hani", "Hira", "Kana", "Thai"})  # scripts that put no spaces between words
AGGLUTINATING = frozenset({"Hang", "Deva", "Beng", "Arab"})  # endings and articles are written onto the word
LONGEST_ENDING = 3
LONGEST_UNSPACED = 16
ARABIC_PREFIXES = ("وال", "بال", "ال", "لل", "و", "ب", "ل")
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


def language_of_latin(words: list[str]) -> tuple[str, ...]:
    """The language of a prompt in Latin letters, by its function words; English unless another has more."""
    lowered = [word.lower() for word in words]
    english = sum(word in stop_words()["english"]["function"] for word in lowered)
    scores = {language: sum(word in known for word in lowered) for language, known in stop_words()["languages"].items()}
    best = max(scores, key=lambda language: scores[language])
    return (best,) if scores[best] > english else ("en",)


def tokens(text: str) -> tuple[list[Token], tuple[str, ...]]:
    """The prompt's phrases in order, and the language of its Latin words."""
    chunks = _chunks(text)
    latin = language_of_latin([word for word, script in chunks if script == "Latn"])
    scripts = tuple(sorted({"Hira" if script == "Kana" else script for _, script in chunks}))
    words = lexicon(latin, scripts)
    found: list[Token] = []
    at = 0
    while at < len(chunks):
        word, script = chunks[at]
        if script in UNSPACED:
            found += _cut(word, script, words)
            at += 1
            continue
        taken, sense = _longest(chunks, at, words)
        if sense is None and script in AGGLUTINATING:
            sense = _stem(word, words)
        if sense is None and drawing_file(word):
            sense = Sense(Kind.SUBJECT, word)
        found.append(Token(" ".join(w for w, _ in chunks[at : at + taken]), sense, script))
        at += taken
    return found, latin


def _longest(chunks: list[tuple[str, str]], at: int, words: Lexicon) -> tuple[int, Sense | None]:
    """The longest known phrase that begins here, in words; one word when none is known."""
    for length in range(min(words.longest, len(chunks) - at), 0, -1):
        phrase = " ".join(word for word, _ in chunks[at : at + length]).lower().replace("’", "'")
        sense = words.find(phrase)
        if sense is None and length == 1 and "-" in phrase:
            sense = words.find(phrase.replace("-", " "))
        if sense is not None:
            return length, sense
    return 1, None


def _stem(word: str, words: Lexicon) -> Sense | None:
    """A word without what is written onto it: Korean particles, Hindi and Bengali endings, Arabic prefixes."""
    for prefix in ARABIC_PREFIXES:
        if word.startswith(prefix) and words.find(word.removeprefix(prefix)):
            return words.find(word.removeprefix(prefix))
    for length in range(len(word) - 1, max(0, len(word) - 1 - LONGEST_ENDING), -1):
        sense = words.find(word[:length])
        if sense is not None:
            return sense
    return None


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
