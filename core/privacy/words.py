"""What `/privacy` says: what is kept, for how long, who else gets it, and what deleting does. Light Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.privacy.erasing import Erased

NOT_SCRUBBED = "The last traces in Easel's own database file go when nobody draws, which is looked for once an hour."
ASK = (
    "Delete everything of yours, for good? Your words, pictures, characters and files go, from the channels, too, "
    "where I may. What your pictures cost stays in the books, without your name."
)
DELETE = "Delete everything"


@dataclass(frozen=True, slots=True)
class Practice:
    """What the explanation depends on."""

    everywhere: str  # where the person is known by the same id, as in "all servers that use this Easel"; "" = here only
    retention_days: int  # of this workspace; 0: until they are deleted
    keeps_for: Sequence[str]  # the platform's part of Easel, a sentence each
    leaves: bool  # whether pictures are drawn by somebody else than this machine


def explanation(practice: Practice) -> str:
    """In words."""
    days = practice.retention_days
    until = f"for {days} days, as this workspace decided" if days else "until you delete them"
    goes = (
        "- Words and pictures go to the service that draws them. It is told a pseudonym, never your name or id. "
        "How long it keeps them stands in its own terms."
        if practice.leaves
        else "- Pictures are drawn on the machine that runs Easel: your words go nowhere else."
    )
    return "\n".join(
        (
            "**What I keep of you**",
            f"- Your requests, with your words, your name and the times, and your pictures: {until}.",
            "- Your characters, until you remove them.",
            *(f"- {sentence}" for sentence in practice.keeps_for),
            "- What each picture cost, as long as this Easel runs: that is its bookkeeping.",
            "- My log says neither your words nor your name.",
            goes,
            "",
            "**`/privacy export`** sends all of it to you alone, as a zip file.",
            "",
            f"**`/privacy delete`** erases it{_where(practice.everywhere)}, after one question. These stay:",
            "- amounts of money and numbers of pictures, under a pseudonym;",
            "- your id in the counts of limits, until they reset, which takes a month at most: "
            "else deleting would give a new allowance;",
            "- rules of administrators that are about you, such as a block;",
            "- what others made of your pictures, and what you wrote yourself: those messages are yours to delete;",
            "- copies that whoever runs Easel made of its database, until they replace them.",
        )
    )


def _where(everywhere: str) -> str:
    return f" in {everywhere}" if everywhere else ""


def told_of(erased: Erased) -> str:
    """After it was done."""
    pictures = "1 picture" if erased.pictures == 1 else f"{erased.pictures} pictures"
    requests = "1 request" if erased.requests == 1 else f"{erased.requests} requests"
    said = [f"Everything is deleted: {requests} and {pictures}."]
    if erased.left:
        where = "One message still stands" if erased.left == 1 else f"{erased.left} messages still stand"
        said.append(f"{where} in channels, because I may not remove them there. A moderator can.")
    if not erased.scrubbed:
        said.append(NOT_SCRUBBED)
    said.append("What it cost stays in the books, without your name.")
    return " ".join(said)
