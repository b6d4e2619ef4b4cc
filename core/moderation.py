"""What the operator does not want drawn: words, thresholds of a safety check, and how long a person then has to wait.

Pure: the check itself is asked over the network elsewhere (`core.providers.openai.moderation`), and what it says is
judged here. A workspace is named as in the settings: the platform and its own id, `discord:123`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from core.errors import Moderated, NotAllowed
from core.i18n import Said, joined, listed, say
from core.model import Place
from core.moderation_words import WordList
from core.wording import MINUTE_US, duration

EVERYWHERE: Final = "*"
WORD_LIST: Final = "word-list"  # stands among the categories of a refusal by the operator's own words
UNNAMED: Final = "other"  # flagged, and the check did not say for what

# The categories of omni-moderation-latest, by the names that the API gives them (openai-python, types/moderation.py),
# and how they are said to a person: "... was taken for <these words>".
CATEGORIES: Final[Mapping[str, Said]] = MappingProxyType(
    {
        "harassment": say("harassment"),
        "harassment/threatening": say("threats against somebody"),
        "hate": say("hatred of a group of people"),
        "hate/threatening": say("threats against a group of people"),
        "illicit": say("help with something unlawful"),
        "illicit/violent": say("help with violence or weapons"),
        "self-harm": say("self-harm"),
        "self-harm/intent": say("a wish to harm oneself"),
        "self-harm/instructions": say("instructions for self-harm"),
        "sexual": say("sexual content"),
        "sexual/minors": say("sexual content with minors"),
        "violence": say("violence"),
        "violence/graphic": say("graphic violence"),
    }
)


class Check(StrEnum):
    """What is shown to the safety check before anything is drawn."""

    OFF = "off"
    TEXT = "text"
    ALL = "all"  # the pictures to start from, too


class OnTrouble(StrEnum):
    """What happens to a request while the safety check cannot be asked."""

    ALLOW = "allow"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Scores:
    """What the safety check said of one text, or of one text and one picture."""

    flagged: bool
    named: frozenset[str] = frozenset()  # the categories that it would refuse by itself
    scores: Mapping[str, float] = field(default_factory=dict)  # category -> 0 to 1; not every category has one
    pictured: frozenset[str] = frozenset()  # the categories for which it looked at the picture


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a request was taken for; nothing when it may be drawn."""

    categories: tuple[str, ...] = ()
    in_picture: bool = False  # it may be the picture, and not the words

    @property
    def allowed(self) -> bool:
        """Whether it may be drawn."""
        return not self.categories


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerationRules:
    """The operator's will, for all workspaces and for single ones. A value: new rules replace it whole."""

    check: Check = Check.OFF
    on_trouble: OnTrouble = OnTrouble.ALLOW
    model: str = "omni-moderation-latest"
    words: WordList = field(default_factory=WordList)
    words_in: Mapping[str, WordList] = field(default_factory=dict)  # workspace -> its own words, besides
    thresholds: Mapping[str, float] = field(default_factory=dict)  # category -> the highest score that is still drawn
    thresholds_in: Mapping[str, Mapping[str, float]] = field(default_factory=dict)  # workspace -> its own
    cool_down_refusals: int = 3  # 0: nobody has to wait
    cool_down_us: int = 30 * MINUTE_US

    def threshold(self, category: str, workspace: str) -> float | None:
        """The workspace's own, else that for all, else None: the safety check's own opinion counts."""
        for table in (self.thresholds_in.get(workspace, {}), self.thresholds_in.get(EVERYWHERE, {}), self.thresholds):
            if category in table:
                return table[category]
        return None

    def blocked_word(self, text: str, workspace: str) -> str | None:
        """The first entry of the word lists that the text holds, as it stands in the list."""
        lists = (self.words, self.words_in.get(EVERYWHERE), self.words_in.get(workspace))
        return next((found for words in lists if words is not None and (found := words.find(text))), None)


def workspace_of(place: Place) -> str:
    """A place's workspace by the name that it has in the settings: `discord:123`."""
    return f"{place.platform}:{place.workspace}"


def judge(scores: Scores, rules: ModerationRules, workspace: str) -> Verdict:
    """Hold the scores against the thresholds.

    A category with a threshold is refused when its score is above it, so 1 allows all of it; without one the check's
    own flag counts. A flag for nothing, or for something that we do not know, refuses too: it was raised for a reason.
    """
    refused = tuple(category for category in CATEGORIES if _is_refused(category, scores, rules, workspace))
    unheard_of = scores.named - CATEGORIES.keys() or (scores.flagged and not scores.named)
    if not refused and unheard_of:
        return Verdict((UNNAMED,), bool(scores.pictured))
    return Verdict(refused, any(category in scores.pictured for category in refused))


def _is_refused(category: str, scores: Scores, rules: ModerationRules, workspace: str) -> bool:
    threshold = rules.threshold(category, workspace)
    if threshold is None:
        return category in scores.named
    if category not in scores.scores:  # a threshold can only judge what was measured
        return category in scores.named and threshold < 1
    return scores.scores[category] > threshold


def in_plain_words(categories: Iterable[str]) -> Said:
    """`violence, graphic violence or sexual content`: an API's names as people say them."""
    return listed(dict.fromkeys(CATEGORIES.get(each, say("something that is not drawn here")) for each in categories))


def declined(verdict: Verdict) -> Moderated:
    """The refusal of a verdict that does not allow. Its sentence is for the person."""
    taken_for = in_plain_words(verdict.categories)
    if verdict.in_picture:
        what = say("This was not drawn: your words or your picture were taken for {something}.", something=taken_for)
    else:
        what = say("This was not drawn: your words were taken for {something}.", something=taken_for)
    remedy = say("Say it in other words; if that was a mistake, ask a moderator here.")
    if any(category.startswith("self-harm") for category in verdict.categories):
        help_near = say("If you are not well, please talk to somebody you trust or to a helpline near you.")
        remedy = joined((remedy, help_near))
    return Moderated(
        what,
        remedy,
        note=f"moderation check: {', '.join(verdict.categories)}",
        stage="input",
        categories=verdict.categories,
    )


def check_words(text: str, rules: ModerationRules, workspace: str, own: WordList | None = None) -> None:
    """Hold a text against the word lists; `own` is the workspace's own.

    Raises `Moderated` that names the entry: the person wrote it themselves.
    """
    found = rules.blocked_word(text, workspace) or (own.find(text) if own is not None else None)
    if found is not None:
        raise Moderated(
            say("This was not drawn: “{word}” is on the list of words that are not drawn here.", word=found),
            say("Say it in other words, or ask a moderator here."),
            note="moderation check: word list",
            stage="input",
            categories=(WORD_LIST,),
        )


def cooling(refusals_at_us: Iterable[int], now_us: int, rules: ModerationRules) -> int | None:
    """Until when a person takes a break: so many refusals within the span, then as long from the last of them.

    `refusals_at_us` needs to hold those of the last two spans. None: they may ask.
    """
    span_us, allowed = rules.cool_down_us, rules.cool_down_refusals
    if not allowed:
        return None
    recent = sorted(at_us for at_us in refusals_at_us if now_us - 2 * span_us < at_us <= now_us)
    ends = [
        last_us + span_us
        for first_us, last_us in zip(recent, recent[allowed - 1 :], strict=False)
        if last_us - first_us < span_us
    ]
    return ends[-1] if ends and ends[-1] > now_us else None


def resting(until_us: int, now_us: int) -> NotAllowed:
    """The refusal while a person cools down."""
    return NotAllowed(
        say("Several of your requests were declined, so Easel takes no new one from you for a while."),
        say("Try again {duration}, with something else.", duration=duration(until_us - now_us)),
    )
