"""Interactions: their life from the press of a button to the end of their token, and how they may be answered."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emulators.discord_api.refusals import Refusal, form, require
from emulators.discord_api.values import FOREIGN_FOLLOWUPS_MAX, Asked, Callback
from emulators.discord_api.world import Bell, Channel, Message

if TYPE_CHECKING:
    from emulators.discord_api.modals import Modal
    from emulators.discord_api.people import Person

ALLOWED = {
    Asked.COMMAND: {Callback.MESSAGE, Callback.DEFERRED_MESSAGE, Callback.MODAL},
    Asked.COMPONENT: set(Callback) - {Callback.CHOICES},
    Asked.AUTOCOMPLETE: {Callback.CHOICES},
}
FROM_MODAL = {Callback.MESSAGE, Callback.DEFERRED_MESSAGE}
FROM_MODAL_OF_MESSAGE = FROM_MODAL | {Callback.DEFERRED_UPDATE, Callback.UPDATE}


@dataclass(eq=False, repr=False)
class Interaction:
    """Something that a person asked of the application."""

    id: int
    kind: Asked
    person: Person
    channel: Channel
    data: dict[str, Any]
    asked_at: float  # by the world's clock
    sent_at: float  # monotonic, as acknowledged_at
    owners: dict[str, str]
    file_bytes: int
    name: str = ""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(96))
    source: Message | None = None  # the message whose component was used
    callback: Callback | None = None
    acknowledged_at: float | None = None
    ephemeral: bool = False
    forced_ephemeral: bool = False
    too_late: bool = False
    revoked: bool = False
    original: Message | None = None
    modal: Modal | None = None
    choices: list[dict[str, Any]] | None = None
    messages: list[Message] = field(default_factory=list)
    followups: int = 0
    bell: Bell = field(default_factory=Bell)

    @property
    def foreign(self) -> bool:
        """Brought along by a person to where the application is not installed."""
        guild = self.channel.guild
        return not guild.has_bot if guild is not None else not any(each.is_app for each in self.channel.recipients)

    def __repr__(self) -> str:
        return f"<interaction {self.id} {self.kind.name} by {self.person.name}>"

    def check_callback(self, kind: Any) -> Callback:
        """See that it may be answered, and like this. Raises 10062, 40060 and 50035."""
        if self.too_late:
            raise Refusal(10062)
        if self.callback is not None:
            raise Refusal(40060)
        try:
            callback = Callback(kind)
        except ValueError:
            raise form("type", "BASE_TYPE_CHOICES", "Value must be one of (4, 5, 6, 7, 8, 9, 12).") from None
        usual = FROM_MODAL_OF_MESSAGE if self.source is not None else FROM_MODAL
        allowed = ALLOWED.get(self.kind, usual)
        require(
            callback in allowed,
            "type",
            "This interaction cannot be answered like that.",
            "INTERACTION_RESPONSE_TYPE_INVALID",
        )
        return callback

    def check_token(self, now: float, token_seconds: float) -> None:
        """See that its webhook still works. Raises 50027 when the token has died, 10015 before any answer."""
        if self.revoked or now - self.asked_at > token_seconds:
            raise Refusal(50027)
        if self.callback is None or self.kind == Asked.AUTOCOMPLETE:
            raise Refusal(10015)

    def count_followup(self) -> None:
        """Where the application is not at home it may say five things. Raises 40094."""
        if self.foreign and self.followups >= FOREIGN_FOLLOWUPS_MAX:
            raise Refusal(40094)
        self.followups += 1
