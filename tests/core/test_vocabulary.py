"""Sixty everyday nouns in fifteen languages and the 80 classes of COCO find a right picture, alone and in sentences.

The lists (words/*.psv) were written before anything was measured; the least shares are what is promised, and
words/misses.psv is the result: what is not found. A word that is newly lost fails; a word that is newly found, too.
`EASEL_UPDATE_GOLDEN=1 python -m pytest tests/core/test_vocabulary.py` writes it anew.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.providers.illustrator.reading import Reading, read

WORDS = Path(__file__).parent / "words"
LEAST_PERCENT = 90  # 45 of 50
LEAST_COCO = 76  # of 80

# A thing in the middle of other words, as people write: with articles, cases, particles, and a place.
SENTENCES = {
    "en": ("a drawing of a {} in the forest", "the {} at night, in the rain"),
    "zh": ("森林里的{}", "一幅画，画面里有{}，下雨的夜晚"),
    "ja": ("森の中の{}", "雨の夜、{}がある絵を描いて"),
    "ko": ("숲 속의 {}", "비 오는 밤, {}"),
    "hi": ("जंगल में एक {}", "रात में {} की तस्वीर"),
    "bn": ("জঙ্গলে একটি {}", "রাতে {} আঁকো"),
    "es": ("un dibujo de un {} en el bosque", "la {} de noche, con lluvia"),
    "fr": ("un dessin d'un {} dans la forêt", "le {} de nuit, sous la pluie"),
    "de": ("eine Zeichnung mit {} im Wald", "der {} bei Nacht im Regen"),
    "pt": ("um desenho de um {} na floresta", "o {} de noite, com chuva"),
    "it": ("un disegno di un {} nella foresta", "il {} di notte con la pioggia"),
    "ar": ("صورة {} في الغابة", "ارسم {} في الليل"),
    "ru": ("рисунок: {} в лесу", "{} ночью, дождь"),
    "tr": ("ormanda bir {} resmi", "gece ve yağmur, bir {} çiz"),
    "id": ("gambar {} di hutan", "sebuah {} di malam hari, hujan"),
}


@dataclass(frozen=True, slots=True)
class Noun:
    """A word in a language, and what may be drawn for it."""

    language: str
    word: str
    accepted: frozenset[str]


def _rows(name: str) -> list[list[str]]:
    lines = (WORDS / name).read_text("utf-8").splitlines()
    return [[cell.strip() for cell in line.split("|")] for line in lines if line and not line.startswith("#")]


def known_misses(language: str, template: str, wrong: list[str]) -> list[str]:
    """The words that are not found in this sentence, as words/misses.psv has them."""
    path = WORDS / "misses.psv"
    table = {(row[0], row[1]): row[2] for row in _rows("misses.psv")} if path.exists() else {}
    if os.environ.get("EASEL_UPDATE_GOLDEN"):
        table[language, template] = ", ".join(wrong)
        lines = [" | ".join((*key, value)) for key, value in sorted(table.items())]
        path.write_text("# language | sentence | words that are not found in it\n" + "\n".join(lines) + "\n", "utf-8")
    return [word for word in table[language, template].split(", ") if word]


def everyday() -> list[Noun]:
    header, *rows = _rows("everyday.psv")
    return [
        Noun(language, word, frozenset(row[0].split()))
        for row in rows
        for language, word in zip(header[1:], row[1:], strict=True)
    ]


def _shown(reading: Reading) -> set[str]:
    things = {cast.drawing for cast in reading.casts}
    return things | {f"=feature:{name}" for name in reading.features} | {f"=setting:{reading.setting}"}


def _right(noun: Noun, sentence: str, others: int) -> bool:
    """A right picture, and no wrong one beside it."""
    reading = read(sentence)
    strangers = [cast for cast in reading.casts if cast.drawing not in noun.accepted]
    return bool(_shown(reading) & noun.accepted) and len(strangers) <= others


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_everyday_nouns_find_their_picture(language: str) -> None:
    nouns = [noun for noun in everyday() if noun.language == language]
    assert len(nouns) >= 60
    for template in ("{}", *SENTENCES[language]):
        wrong = [noun.word for noun in nouns if not _right(noun, template.format(noun.word), 0)]
        assert len(wrong) * 100 <= len(nouns) * (100 - LEAST_PERCENT), (template, wrong)
        assert wrong == known_misses(language, template, wrong)


def test_the_nouns_of_coco_find_their_picture() -> None:
    rows = _rows("coco.psv")
    assert len(rows) == 80
    for template in ("{}", "a photo of a {}, on a sunny day", "two {}s in the city"):
        wrong = [
            name
            for name, accepted in rows
            if not _right(Noun("en", name, frozenset(accepted.split())), template.format(name), 0)
        ]
        assert 80 - len(wrong) >= LEAST_COCO, (template, wrong)
        assert wrong == known_misses("COCO", template, wrong)
