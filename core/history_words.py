"""What /history says around the pictures, without markup."""

from __future__ import annotations

from typing import Final

from core.i18n import Said, say

WITHOUT_WORDS: Final = say("Without words")
ONLY_YOU: Final = say("only you see it")
EARLIER: Final = say("earlier")


def none_found(words: str) -> Said:
    """`words`: what was looked for, as it may be shown; "" for everything."""
    if words:
        return say("I found no pictures here with “{words}”. Draw one with /imagine.", words=words)
    return say("I found no pictures here. Draw one with /imagine.")


def newest(words: str) -> Said:
    """The heading."""
    return say("The newest pictures here with “{words}”", words=words) if words else say("The newest pictures here")
