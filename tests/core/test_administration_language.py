"""The order `language`: read, carried out, shown, written down, and declared in a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from support_house import BOARD, MEMBER, WALL, House, house

from core.administration.orders import SetLanguage
from core.administration.reading import help_of, read_order
from core.administration.reading_parts import NotUnderstood, Speaker
from core.i18n import LANGUAGES
from core.model import Actor
from core.settings_policies import PolicyRow

SPEAKER = Speaker(person="U1", channel="C9")
MODERATOR = Actor(BOARD, "hall", "moderator", "Moderator", is_admin=True)


async def say(home: House, words: str) -> str:
    return await home.studio.administration.order(MODERATOR, WALL, words, words)


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("language de", "de"),
        ("Language DEUTSCH", "de"),
        ("language japanese", "ja"),
        ("language 中文", "zh-CN"),
        ("language es", "es-ES"),
        ("language english", "en"),
        ("language off", ""),
    ],
)
def test_a_language_is_said_in_many_ways(words: str, language: str) -> None:
    assert read_order(words, SPEAKER) == SetLanguage(language)


@pytest.mark.parametrize("words", ["language", "language klingon", "language de fr", "language {de}"])
def test_another_one_is_answered_with_those_that_there_are(words: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        read_order(words, SPEAKER)
    for language, (name, _) in LANGUAGES.items():
        assert f"{language} ({name})" in refused.value.remedy


def test_it_is_explained() -> None:
    assert "- `language Japanese`" in (help_of("language") or "")


async def test_it_is_decided_shown_and_written_down(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        assert await home.studio.language_in(MEMBER, WALL) == "en"
        assert await say(home, "language de") == "What everybody sees is said in German."
        assert await home.studio.language_in(MEMBER, WALL) == "de"
        assert "What everybody sees is said in German." in await say(home, "show")
        assert "`language de`" in await say(home, "audit")
        assert "or in English" in await say(home, "language off")
        assert await home.studio.language_in(MEMBER, WALL) == "en"


async def test_what_is_kept_of_a_job_is_in_the_workspaces_language(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await say(home, "language fr")
        admitted = await home.submit("a square --ar 9:1")
        assert admitted.plan.language == "fr"
        assert "plus large que ce que ce modèle dessine" in admitted.plan.remarks[0]
        alone = await home.submit("a square --private")
        assert alone.plan.language == "en", "only its maker reads it"
        finished = await home.board.finished(admitted.job)
        assert finished.remarks == admitted.plan.remarks


async def test_a_file_declares_it_once(tmp_path: Path) -> None:
    row = PolicyRow(workspace=f"{BOARD}:hall", orders=("language Korean",))
    with pytest.raises(ValueError, match="no language that I speak"):
        PolicyRow(workspace=f"{BOARD}:hall", orders=("language elvish",))
    async with house(tmp_path) as home:
        declare = home.studio.administration.declare
        assert await declare(*row.home, row.orders) == 1
        assert await declare(*row.home, row.orders) == 0
        assert await home.studio.language_in(MEMBER, WALL) == "ko"
