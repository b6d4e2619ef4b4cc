"""Which languages a prompt is written in: by its scripts, and by the words that its Latin letters spell."""

from __future__ import annotations

from collections.abc import Sequence

from core.providers.illustrator.vocabulary import LANGUAGES_OF, LATIN, Kind, lexicon, stop_words

CLEARLY = 2  # so many English function words, and none of another language: no need to look further
PERSIAN = frozenset("پچژگکی")  # letters that Arabic does not write


def language_of_latin(words: Sequence[str]) -> str:
    """The language of words in Latin letters: the one that knows most of them; English unless another knows more."""
    lowered = [word.lower() for word in words]
    english = sum(word in stop_words()["english"]["function"] for word in lowered)
    function = {language: sum(word in known for word in lowered) for language, known in _function_words().items()}
    if not lowered or (english >= CLEARLY and english > max(function.values())):
        return "en"
    scores = {language: function.get(language, english) + _known(lowered, language) for language in LATIN}
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] > scores["en"] else "en"


def _function_words() -> dict[str, frozenset[str]]:
    return stop_words()["languages"]


def _known(lowered: Sequence[str], language: str) -> int:
    """How many words name something in this language."""
    words = lexicon(language)
    found = (words.find(word) for word in dict.fromkeys(lowered))
    return sum(sense is not None and sense.kind is not Kind.STOP for sense in found)


def languages_of_scripts(chunks: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The languages of the scripts other than Latin, the likeliest first."""
    scripts = {script for _, script in chunks}
    found = [language for script in sorted(scripts) for language in LANGUAGES_OF.get(script, ())]
    if scripts & {"Hira", "Kana"} or any(_has_kana(word) for word, _ in chunks):
        found.append("ja")
    elif "Hani" in scripts:
        found += ["zh", "ja"]
    if "Arab" in scripts:
        persian = any(PERSIAN & set(word) for word, script in chunks if script == "Arab")
        found += ["fa", "ar"] if persian else ["ar", "fa"]
    return tuple(found)


def _has_kana(word: str) -> bool:
    return any("\u3041" <= character <= "\u30ff" for character in word)
