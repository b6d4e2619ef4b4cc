"""What `/privacy` says: what is kept, for how long, who else gets it, and what deleting does. Light Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.i18n import Said, counted, joined, say
from core.privacy.erasing import Erased
from core.wording import amount

NOT_SCRUBBED = say(
    "The last traces in Easel's own database file go when nobody draws, which is looked for once an hour."
)
ASK = say(
    "Delete everything of yours, for good? Your words, pictures, characters and files go, from the channels, too, "
    "where I may. What your pictures cost stays in the books, without your name."
)
DELETE = say("Delete everything")
_STAYS = (
    say("- amounts of money and numbers of pictures, under a pseudonym;"),
    say(
        "- your id in the counts of limits, until they reset, which takes a month at most: "
        "else deleting would give a new allowance;"
    ),
    say("- rules of administrators that are about you, such as a block;"),
    say("- what others made of your pictures, and what you wrote yourself: those messages are yours to delete;"),
    say("- copies that whoever runs Easel made of its database, until they replace them."),
)


@dataclass(frozen=True, slots=True)
class Practice:
    """What the explanation depends on."""

    everywhere: str  # where the person is known by the same id, as in "all servers that use this Easel"; "" = here only
    retention_days: int  # of this workspace; 0: until they are deleted
    keeps_for: Sequence[str]  # the platform's part of Easel, a sentence each
    leaves: bool  # whether pictures are drawn by somebody else than this machine


def explanation(practice: Practice) -> Said:
    """In words."""
    days = practice.retention_days
    until = say("until you delete them")
    if days:
        until = counted("for {n} day, as this workspace decided", "for {n} days, as this workspace decided", days)
    goes = (
        say(
            "- Words and pictures go to the service that draws them. It is told a pseudonym, never your name or id. "
            "How long it keeps them stands in its own terms."
        )
        if practice.leaves
        else say("- Pictures are drawn on the machine that runs Easel: your words go nowhere else.")
    )
    delete = say("**`/privacy delete`** erases it, after one question. These stay:")
    if practice.everywhere:
        delete = say(
            "**`/privacy delete`** erases it in {everywhere}, after one question. These stay:",
            everywhere=practice.everywhere,
        )
    kept = (
        say("**What I keep of you**"),
        say("- Your requests, with your words, your name and the times, and your pictures: {until}.", until=until),
        say("- Your characters, until you remove them."),
        *(joined(("-", sentence)) for sentence in practice.keeps_for),
        say("- What each picture cost, as long as this Easel runs: that is its bookkeeping."),
        say("- My log says neither your words nor your name."),
        goes,
    )
    export = say("**`/privacy export`** sends all of it to you alone, as a zip file.")
    return joined((joined(kept, "\n"), export, joined((delete, *_STAYS), "\n")), "\n\n")


def told_of(erased: Erased) -> Said:
    """After it was done."""
    done = say(
        "Everything is deleted: {requests} and {pictures}.",
        requests=amount("jobs", erased.requests),
        pictures=counted("{n} picture", "{n} pictures", erased.pictures),
    )
    left = counted(
        "One message still stands in channels, because I may not remove them there. A moderator can.",
        "{n} messages still stand in channels, because I may not remove them there. A moderator can.",
        erased.left,
    )
    return joined(
        (
            done,
            left if erased.left else "",
            "" if erased.scrubbed else NOT_SCRUBBED,
            say("What it cost stays in the books, without your name."),
        )
    )
