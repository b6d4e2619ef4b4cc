"""What every handler of an event is given. Nothing in it belongs to one event."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bots.slack.turns import Turns

if TYPE_CHECKING:
    from bots.slack.adapter import SlackAdapter
    from bots.slack.api import Api
    from bots.slack.records import Records
    from bots.slack.who import People
    from core.ports import BlobStore, Clock
    from core.settings_slack import SlackSettings
    from core.studio import Studio


@dataclass(frozen=True, slots=True)
class Desk:
    """The studio, and the ways to answer."""

    studio: Studio
    adapter: SlackAdapter
    api: Api
    records: Records
    people: People
    blobs: BlobStore
    clock: Clock
    settings: SlackSettings
    turns: Turns = field(default_factory=Turns)  # of requests: each from its first call of Slack to its job
