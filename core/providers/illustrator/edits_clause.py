"""One part of an instruction, and the sentences that say why it cannot be done."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import CannotDraw
from core.providers.illustrator.edits_lexicon import Token
from core.providers.illustrator.edits_plan import Scope

SUGGESTIONS = 'I can, for example: “make it night”, “crop it to 16:9”, “blur the background”, “add the text "Hello"”.'
MASK_SUGGESTIONS = (
    'In a painted part I can, for example: “make it red”, “blur it”, “remove it”, “add the text "Hello"”.'
)
PAINT_IT = "Paint a mask over it (Edit, then “Paint what to change”) and say it again."


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of the instruction, with the quoted texts that stand in it."""

    words: str  # as the person wrote it
    tokens: tuple[Token, ...]
    quotes: tuple[str, ...]

    def values(self, kind: str) -> tuple[str, ...]:
        """All that is said of this kind, in order."""
        return tuple(value for token in self.tokens if (value := token.value(kind)) is not None)

    def first(self, kind: str) -> str | None:
        """The first that is said of this kind."""
        return next(iter(self.values(kind)), None)

    def has(self, *marks: str) -> bool:
        """Whether one of the marks is said: "erase", "crop"."""
        return not set(marks).isdisjoint(self.values("marks"))

    def said(self, token: Token) -> str:
        """The words of one of its tokens, in lower case."""
        first = self.tokens[0].start
        return self.words[token.start - first : token.end - first].lower()

    @property
    def unknown(self) -> tuple[Token, ...]:
        """The words that are not known."""
        return tuple(token for token in self.tokens if not token.meanings)

    @property
    def bars(self) -> bool:
        """Whether a shape is to be reached with one colour beside the picture."""
        return self.has("bars") or (self.has("extend") and self.has("background") and bool(self.values("colours")))

    @property
    def scope(self) -> Scope:
        """Where: the background, the subject, a region that its colour tells, or everywhere."""
        if self.has("background"):
            return Scope.BACKGROUND
        if self.has("subject"):
            return Scope.SUBJECT
        region = self.first("regions")
        return Scope(region) if region else Scope.ALL

    @property
    def strength(self) -> int:
        """How much of an effect; 100 is its usual measure."""
        percent = self.first("percents")
        if percent is not None:
            return max(10, min(300, int(percent) * 3))  # the usual measure of an effect is about a third
        return int(self.first("amounts") or 100)


def cannot(clause: Clause, *, has_mask: bool, local: bool = False) -> CannotDraw:
    """The refusal of a clause. `local`: the edit is known, but only a mask could show where."""
    if local and not has_mask:
        return CannotDraw(f"I cannot tell by words alone which part to change: {clause.words}.", PAINT_IT)
    return CannotDraw(f"I cannot: {clause.words}.", MASK_SUGGESTIONS if has_mask else SUGGESTIONS)
