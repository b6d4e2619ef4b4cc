"""`[moderation]` and `[[workspaces]]`: what is not drawn, and what holds in one workspace only."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field, field_validator

from core.model import Mode
from core.moderation import CATEGORIES, EVERYWHERE, Check, ModerationRules, OnTrouble
from core.moderation_words import WORD_CHARACTERS_MAX, WordList, is_usable
from core.settings_fields import Explained, Group, Kind, WrittenRow, setting, whole
from core.settings_openai import ILLUSTRATOR
from core.settings_wording import did_you_mean
from core.wording import MINUTE_US

if TYPE_CHECKING:
    from core.settings import Settings

Score = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
_WORKSPACE: Final = re.compile(r"[a-z]+:\S{1,200}")
# "This first implementation supports text only": https://localai.io/docs/features/moderation/
_READS_WORDS_ONLY: Final = frozenset({"localai"})
_WORDS = f"words or phrases of at most {WORD_CHARACTERS_MAX} characters"


def _workspace(name: str) -> str:
    if name != EVERYWHERE and not _WORKSPACE.fullmatch(name):
        raise ValueError(f"workspace is {name[:60]!r}, but must be like discord:123, or * for all.")
    return name


def _unheard_of(name: str) -> str:
    return f"there is no category {name[:60]!r}.{did_you_mean(name, CATEGORIES)}"


def _category(name: str) -> str:
    if name not in CATEGORIES:
        raise ValueError(_unheard_of(name))
    return name


def _words(words: tuple[str, ...]) -> tuple[str, ...]:
    if not all(is_usable(word) for word in words):
        raise ValueError(f"they must be {_WORDS}.")
    return words


class RuleRow(WrittenRow):
    """One threshold in one workspace."""

    workspace: str
    category: str
    score: Score

    _named = field_validator("workspace")(_workspace)
    _known = field_validator("category")(_category)


class WorkspaceRow(WrittenRow):
    """What holds in one workspace, or in all of them (`*`); a workspace's own mode comes before that of all."""

    workspace: str
    mode: Mode | None = None
    blocked_words: tuple[str, ...] = ()

    _named = field_validator("workspace")(_workspace)
    _usable = field_validator("blocked_words")(_words)


class ModerationSettings(Group):
    """What the operator does not want drawn."""

    check: Check = setting(
        Check.OFF, "what the server's safety check is shown before anything is drawn", "off, text or all"
    )
    on_trouble: OnTrouble = setting(
        OnTrouble.ALLOW, "what happens while the safety check cannot be asked", "allow or refuse"
    )
    model: str = setting("omni-moderation-latest", "the model that checks", "a model's name, without blanks")
    thresholds: dict[str, Score] = setting(
        {},
        "the highest score of a category that is still drawn; without one the check decides by itself",
        "a table of categories and scores from 0 to 1",
        kind=Kind.TABLE,
    )
    rules: tuple[RuleRow, ...] = setting(
        (),
        "thresholds for single workspaces",
        "rows of workspace, category and score",
        kind=Kind.ROWS,
        row=RuleRow,
    )
    words: tuple[str, ...] = setting((), "words that nobody may use", _WORDS, kind=Kind.MANY)
    cool_down_refusals: int = whole(3, 0, 1000, "refusals after which a person has to wait; 0: nobody does")
    cool_down_minutes: int = whole(30, 1, 10_080, "minutes within which they count, and for which the person waits")

    _usable = field_validator("words")(_words)

    @field_validator("model")
    @classmethod
    def _name(cls, name: str) -> str:
        if not re.fullmatch(r"[!-~]{1,200}", name):
            raise ValueError("not a name")
        return name

    @field_validator("thresholds")
    @classmethod
    def _categories(cls, thresholds: dict[str, float]) -> dict[str, float]:
        for name in thresholds.keys() - CATEGORIES.keys():
            raise Explained(f"cannot be used: {_unheard_of(name)}")
        return thresholds


def contradictions(settings: Settings) -> list[str]:
    """What each setting allows and all of them together do not."""
    said = settings.moderation
    problems = _twice("[[workspaces]]", (row.workspace for row in settings.workspaces))
    problems += _twice("[[moderation.rules]]", (f"{row.workspace} {row.category}" for row in said.rules))
    if said.check is Check.OFF:
        return problems
    where = f"EASEL_MODERATION__CHECK is {said.check}, and"
    if settings.provider_name == ILLUSTRATOR:
        problems.append(f"{where} the illustrator has no safety check: set it to off, or set up OpenAI.")
    elif not settings.openai.profile.moderations:
        problems.append(f"{where} {settings.openai.profile.label} has no safety check: set it to off.")
    elif said.check is Check.ALL and settings.openai.profile.name in _READS_WORDS_ONLY:
        problems.append(f"{where} {settings.openai.profile.label} checks words only: set it to text.")
    return problems


def _twice(where: str, names: Iterable[str]) -> list[str]:
    return [f"{where} has {count} rows for {name}: keep one." for name, count in Counter(names).items() if count > 1]


def moderation_of(settings: Settings) -> ModerationRules:
    """The rules that requests are held against."""
    said = settings.moderation
    inside: dict[str, dict[str, float]] = {}
    for row in said.rules:
        inside.setdefault(row.workspace, {})[row.category] = row.score
    return ModerationRules(
        check=said.check,
        on_trouble=said.on_trouble,
        model=said.model,
        words=WordList(said.words),
        words_in={row.workspace: WordList(row.blocked_words) for row in settings.workspaces if row.blocked_words},
        thresholds=said.thresholds,
        thresholds_in=inside,
        cool_down_refusals=said.cool_down_refusals,
        cool_down_us=said.cool_down_minutes * MINUTE_US,
    )
