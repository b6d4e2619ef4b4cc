"""What a person who waits is told: how far their picture is."""

from __future__ import annotations

from typing import assert_never

from core.i18n import Said, say
from core.model import Progress, StageName


def progress_text(update: Progress) -> Said:
    """How far it is, in a few words."""
    match update.stage:
        case StageName.QUEUED:
            return say("Waiting … {n} before you.", n=update.ahead) if update.ahead else say("Waiting … you are next.")
        case StageName.READING:
            return say("Getting ready …")  # whether there are pictures to read or not
        case StageName.PLANNING:
            return say("Planning …")
        case StageName.SEARCHING:
            return say("Looking things up …")
        case StageName.DRAWING:
            return say("Drawing …")
        case StageName.CHECKING:
            return say("Checking the result …")
        case StageName.POSTING:
            return say("Posting …")
        case _:
            assert_never(update.stage)
