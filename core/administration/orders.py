"""What an administrator can order, as values. `reading` makes them from words, `carrying_out` applies them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.administration.policy import Approval, Kind, Named, OwnStyle
from core.quota import Limit, Unit


class Switch(StrEnum):
    """What is on or off for everybody in the workspace."""

    PRIVATE = "private"
    SPOILER = "spoiler"
    QUOTA = "quota"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class SetLimit:
    """This limit, in place of the one that speaks of the same thing."""

    limit: Limit


@dataclass(frozen=True, slots=True)
class DropLimit:
    """No such limit any more. The amount means nothing."""

    limit: Limit


@dataclass(frozen=True, slots=True)
class Give:
    """Extra for one person, in the windows that run now."""

    person: str
    unit: Unit
    amount: int


@dataclass(frozen=True, slots=True)
class SetExempt:
    """Their own allowances hold no more, or again."""

    named: Named
    is_exempt: bool


@dataclass(frozen=True, slots=True)
class SetBlocked:
    """They may not draw, or may again."""

    person: str
    is_blocked: bool


@dataclass(frozen=True, slots=True)
class Pause:
    """Nobody draws."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Resume:
    """Everybody draws again."""


@dataclass(frozen=True, slots=True)
class Only:
    """Only in these channels, or only with one of these roles; none: no such rule."""

    kind: Kind
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetClosed:
    """Not in these channels, or there again."""

    channels: tuple[str, ...]
    is_closed: bool


@dataclass(frozen=True, slots=True)
class AddWords:
    """Nobody may use these."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DropWords:
    """They may be used again."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddStyle:
    """A style of the workspace's own, in place of one with the same name."""

    style: OwnStyle


@dataclass(frozen=True, slots=True)
class DropStyle:
    """Forget it."""

    name: str


@dataclass(frozen=True, slots=True)
class SetApproval:
    """From which price on somebody is asked; None: never."""

    approval: Approval | None


@dataclass(frozen=True, slots=True)
class SetSwitch:
    """A default of the workspace."""

    switch: Switch
    is_on: bool


@dataclass(frozen=True, slots=True)
class SetTimeZone:
    """By which days and months begin; "" is the operator's."""

    time_zone: str


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """In which all are told what all see, a key of `core.i18n.LANGUAGES`; "" is as the platform knows it."""

    language: str


@dataclass(frozen=True, slots=True)
class SetAlerts:
    """The channel where alerts are told; "" is nowhere."""

    channel: str


@dataclass(frozen=True, slots=True)
class SetRetention:
    """After how many days pictures and words are forgotten; 0 is never."""

    days: int


@dataclass(frozen=True, slots=True)
class ShowPolicy:
    """All that was decided."""


@dataclass(frozen=True, slots=True)
class ShowAudit:
    """Who decided what, and when: the newest first."""


@dataclass(frozen=True, slots=True)
class AskForKey:
    """A form for the workspace's own key. The key itself is in no order: orders are written down."""


@dataclass(frozen=True, slots=True)
class DropKey:
    """Forget it."""


Change = (
    SetLimit
    | DropLimit
    | SetExempt
    | SetBlocked
    | Pause
    | Resume
    | Only
    | SetClosed
    | AddWords
    | DropWords
    | AddStyle
    | DropStyle
    | SetApproval
    | SetSwitch
    | SetTimeZone
    | SetLanguage
    | SetAlerts
    | SetRetention
)
Order = Change | Give | AskForKey | DropKey | ShowPolicy | ShowAudit
