"""Reads an instruction into tokens: every word is either known, from `edits_words.toml`, or left over by name."""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources

QUOTE = "\ue000"  # stands for each character of a quoted text while the rest is read: private use, in no vocabulary
SEPARATORS = frozenset(",;.!?\n、。，；！？।")
OPENERS = "\"'“”„‟«»‹›‘’‚「『《〈＂＇`"
CLOSERS = "\"'“”„‟«»‹›‘’‚」』》〉＂＇`"

_RATIO = re.compile(r"(\d{1,5}(?:\.\d)?) ?[:：x×/∶] ?(\d{1,5}(?:\.\d)?)(?!\d)")
_ANGLE = re.compile(r"(\d{1,3}) ?(?:°|º|degrees?|deg\b|度|도|grados?|degrés?|grad\b|graus?|डिग्री|ডিগ্রি)")
_PERCENT = re.compile(r"(?:by |um |de |en )?(\d{1,3}) ?%")
_NUMBER = re.compile(r"\d+")
_HEX = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-z])")
_EDGE = re.compile(r"([248]) ?k(?![a-z])")
_TIMES = re.compile(r"(?:x ?([2348])|([2348])[- ]?(?:x|times|倍|배|veces|fois|mal|fach|vezes|गुना|গুণ))(?![a-z0-9])")


@dataclass(frozen=True, slots=True)
class Meaning:
    """One reading of a term: ("effects", "night"), ("colours", "red"), ("fillers", "en")."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of the instruction. No meanings: a word that is not known. A term may mean several things."""

    start: int
    end: int
    meanings: frozenset[Meaning]

    def value(self, kind: str) -> str | None:
        """What it means as this kind, if it can."""
        return next((meaning.value for meaning in self.meanings if meaning.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Terms and what they mean."""

    terms: Mapping[str, frozenset[Meaning]]
    longest: int


@functools.cache
def lexicon() -> Lexicon:
    """The vocabulary that comes with Easel."""
    table = tomllib.loads(resources.files(__package__).joinpath("edits_words.toml").read_text("utf-8"))
    terms: defaultdict[str, set[Meaning]] = defaultdict(set)
    for section, entries in table.items():
        for value, words in entries.items():
            for word in words if isinstance(words, list) else [term for terms_ in words.values() for term in terms_]:
                terms[fold(word)].add(Meaning(section, value))
    return Lexicon({term: frozenset(found) for term, found in terms.items()}, max(map(len, terms)))


def tidy(text: str) -> str:
    """Composed characters, plain apostrophes, single spaces: what is read, and what a refusal quotes."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def fold(text: str) -> str:
    """Lower case and ordinary width, character by character, so that every place in the text stays where it is."""
    return "".join(_fold_one(letter) for letter in unicodedata.normalize("NFC", text))


def _fold_one(letter: str) -> str:
    if letter in "’‘`´":
        return "'"
    plain = unicodedata.normalize("NFKC", letter).lower()
    return plain if len(plain) == 1 else letter


def hide_quotes(text: str, quoted: tuple[str, ...]) -> tuple[str, dict[int, str]]:
    """The tidy text with each quoted text, quotation marks included, covered by `QUOTE`; and which begins where.

    A quoted text that is not found (the prompt's grammar folded it) is still to be set: it is reported at -1, -2, ...
    """
    starts: dict[int, str] = {}
    covered = text
    for number, words in enumerate(quoted, start=1):
        wanted = tidy(words)
        at = covered.find(wanted) if wanted else -1
        if at < 0:
            starts[-number] = words
            continue
        first = at - 1 if at and covered[at - 1] in OPENERS else at
        last = at + len(wanted)
        last += 1 if covered[last : last + 1] and covered[last] in CLOSERS else 0
        covered = covered[:first] + QUOTE * (last - first) + covered[last:]
        starts[first] = words
    return covered, starts


def tokens(text: str) -> Iterator[Token]:
    """Tokens of a tidy text whose quotes are hidden. Separators are tokens of the kind "connectors"."""
    folded, words, at = fold(text), lexicon(), 0
    while at < len(folded):
        letter = folded[at]
        if letter == QUOTE:
            end = len(folded) - len(folded[at:].lstrip(QUOTE))
            yield Token(at, end, frozenset({Meaning("quotes", str(at))}))
        elif token := _measure(folded, at) or _term(folded, at, words):
            yield token
            end = token.end
        elif letter in SEPARATORS:
            end = at + 1
            yield Token(at, end, frozenset({Meaning("connectors", letter)}))
        elif not _wordlike(letter):
            end = at + 1
        else:
            end = _word_end(folded, at)
            yield Token(at, end, frozenset())
        at = end


def _measure(folded: str, at: int) -> Token | None:
    if at and folded[at - 1].isdigit():
        return None
    if found := _HEX.match(folded, at):
        return Token(at, found.end(), frozenset({Meaning("colours", found[0])}))
    if found := _TIMES.match(folded, at):
        return Token(at, found.end(), frozenset({Meaning("times", found[1] or found[2])}))
    if found := _EDGE.match(folded, at):
        return Token(at, found.end(), frozenset({Meaning("edges", found[1])}))
    for kind, pattern in (("ratios", _RATIO), ("angles", _ANGLE), ("percents", _PERCENT)):
        if found := pattern.match(folded, at):
            return Token(at, found.end(), frozenset({Meaning(kind, ":".join(found.groups()))}))
    if found := _NUMBER.match(folded, at):
        return Token(at, found.end(), frozenset({Meaning("numbers", found[0])}))
    return None


def _term(folded: str, at: int, words: Lexicon) -> Token | None:
    """The longest known term that begins here and ends at a word's end."""
    for length in range(min(words.longest, len(folded) - at), 0, -1):
        term = folded[at : at + length]
        if term in words.terms and _bounded(folded, at, at + length):
            return Token(at, at + length, words.terms[term])
    return None


def _bounded(folded: str, start: int, end: int) -> bool:
    before = start > 0 and _wordlike(folded[start - 1]) and not unspaced(folded[start - 1])
    after = end < len(folded) and _wordlike(folded[end]) and not unspaced(folded[end])
    elided = folded[end - 1] == "'"  # l'arrière-plan: what follows is a word of its own
    return not (before and not unspaced(folded[start])) and not (after and not unspaced(folded[end - 1]) and not elided)


def _wordlike(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LMN"


def unspaced(letter: str) -> bool:
    """True for scripts whose words run together or carry particles: Han, kana, Hangul."""
    return "\u3040" <= letter <= "\u30ff" or "\u3400" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7a3"


def _word_end(folded: str, at: int) -> int:
    if unspaced(folded[at]):
        return at + 1
    end = at
    while end < len(folded) and (_wordlike(folded[end]) or folded[end] in "'-") and not unspaced(folded[end]):
        end += 1
    return end
