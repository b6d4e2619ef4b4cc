"""Which picture an edit means. The rules are fixed, the choice is said, and no picture never means a new drawing.

In this order:

1. a picture attached to this very message. The first is edited, the others are references. A picture that was also
   chosen or replied to is a reference, too; of a replied-to message with several pictures only a numbered one is.
2. the picture that was chosen: by a button or a menu, or by its number ("2") in the replied-to message, or among
   several attached ones when the message replies to nothing;
3. the replied-to message's picture; when it has several and none was chosen, we ask;
4. the newest picture in this thread;
5. for the /edit command alone, the person's own newest picture in this channel of the last hour.

The sentences name no people: a display name is another person's words, and may be made to look like anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import assert_never

from core.errors import NoSource, WhichPicture
from core.i18n import Said, counted, joined, say
from core.model import ImageRef, Source

ATTACH = say("Attach a picture, or reply to the message that holds it.")


@dataclass(frozen=True, slots=True)
class Clues:
    """All that may say which picture is meant. Names as in `ImageRequest`; the last three are looked up."""

    attachments: tuple[ImageRef, ...] = ()
    chosen: ImageRef | None = None
    pick: int | None = None
    replied: tuple[ImageRef, ...] = ()
    replied_by: str = ""  # not empty: the message is a reply
    in_thread: bool = False  # or none, and `replied` are the newest pictures of the thread where it stands
    thread_newest: ImageRef | None = None
    mine_recent: ImageRef | None = None
    by_command: bool = False


def choose(clues: Clues) -> tuple[Source, ...]:
    """The picture to edit, then the references, each with the sentence that says why.

    Raises `NoSource` when there is none, and `WhichPicture` when several could be meant.
    """
    if clues.attachments:
        return _attached(clues)
    if clues.chosen is not None:
        return (Source(clues.chosen, say("Editing the picture you chose.")),)
    if clues.pick is not None:
        return (_picked(clues.pick, clues),)
    if len(clues.replied) > 1:
        which = say(
            "The message you replied to has {count} pictures, and I do not know which one you mean.",
            count=len(clues.replied),
        )
        if clues.in_thread:
            which = say(
                "The newest message with pictures in this thread has {count}, and I do not know which one you mean.",
                count=len(clues.replied),
            )
        raise WhichPicture(
            which,
            say("Say its number first, from 1 to {count}, as in “2: make it night”.", count=len(clues.replied)),
            choices=clues.replied,
        )
    if clues.replied and not clues.in_thread:
        return (Source(clues.replied[0], say("Editing the picture of the message you replied to.")),)
    if clues.replied:
        return (Source(clues.replied[0], say("Editing the newest picture in this thread.")),)
    if clues.thread_newest is not None:
        return (Source(clues.thread_newest, say("Editing the newest picture in this thread.")),)
    if clues.by_command and clues.mine_recent is not None:
        return (Source(clues.mine_recent, say("Editing your newest picture in this channel.")),)
    if clues.replied_by:
        raise NoSource(say("The message you replied to has no picture that I can edit."), ATTACH)
    raise NoSource(say("I found no picture to edit."), ATTACH)


def _attached(clues: Clues) -> tuple[Source, ...]:
    """Rule 1."""
    pictures, also, aside = clues.attachments, say(""), say("")
    first = 0
    extra: ImageRef | None = None
    if clues.chosen is not None:
        extra, also = clues.chosen, say("Using the picture you chose as a reference.")
    elif clues.pick is not None and (clues.replied or clues.replied_by):
        extra = _picked(clues.pick, clues).ref
        also = say("Using picture {number} of the message you replied to as a reference.", number=clues.pick)
        if clues.in_thread:
            also = say("Using picture {number} of the newest in this thread as a reference.", number=clues.pick)
    elif clues.pick is not None:
        first = _index(clues.pick, len(pictures), _Whose.ATTACHED)
    elif len(clues.replied) == 1:
        extra, also = clues.replied[0], say("Using the picture of the message you replied to as a reference.")
        if clues.in_thread:
            also = say("Using the newest picture in this thread as a reference.")
    elif clues.replied:
        aside = _none_chosen(clues)
    why = say("Editing the picture you attached.")
    if len(pictures) > 1:
        why = say("Editing picture {number} of the {count} you attached.", number=first + 1, count=len(pictures))
    return (
        Source(pictures[first], joined((why, aside))),
        *(Source(ref, _also(number, len(pictures))) for number, ref in enumerate(pictures, 1) if number != first + 1),
        *([Source(extra, also)] if extra is not None else []),
    )


def _none_chosen(clues: Clues) -> Said:
    """Why several pictures are no references."""
    count = len(clues.replied)
    if clues.in_thread:
        return say(
            "The newest message in this thread has {count} pictures; none was chosen, so none is used.", count=count
        )
    return say("The message you replied to has {count} pictures; none was chosen, so none is used.", count=count)


def _picked(pick: int, clues: Clues) -> Source:
    """A number, said in a reply."""
    if clues.replied:
        whose = _Whose.THREADS if clues.in_thread else _Whose.REPLIED
        ref = clues.replied[_index(pick, len(clues.replied), whose)]
        if clues.in_thread:
            return Source(ref, say("Editing picture {number} of the newest in this thread.", number=pick))
        return Source(ref, say("Editing picture {number} of the message you replied to.", number=pick))
    if clues.replied_by:
        raise NoSource(say("The message you replied to has no picture that I can edit."), ATTACH)
    raise NoSource(
        say("You asked for picture {pick}, and your message is not a reply to one with pictures.", pick=pick),
        say("Reply to the message that holds the picture, and say the number again."),
    )


def _also(number: int, count: int) -> Said:
    return say("Using picture {number} of the {count} you attached as a reference.", number=number, count=count)


class _Whose(Enum):
    """Where pictures are that a number is said of."""

    ATTACHED = auto()
    REPLIED = auto()
    THREADS = auto()


def _index(pick: int, count: int, whose: _Whose) -> int:
    if 1 <= pick <= count:
        return pick - 1
    pictures = counted("{n} picture", "{n} pictures", count)
    match whose:
        case _Whose.ATTACHED:
            what = say("You attached {pictures}, and you asked for picture {pick}.", pictures=pictures, pick=pick)
        case _Whose.REPLIED:
            what = say(
                "The message you replied to has {pictures}, and you asked for picture {pick}.",
                pictures=pictures,
                pick=pick,
            )
        case _Whose.THREADS:
            what = say(
                "The newest message in this thread has {pictures}, and you asked for picture {pick}.",
                pictures=pictures,
                pick=pick,
            )
        case _:
            assert_never(whose)
    if count == 1:
        raise NoSource(what, say("Say 1, or no number at all."))
    raise NoSource(what, say("Say a number from 1 to {count}.", count=count))


# --- a number at the beginning of a reply ------------------------------------------------------------------------

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_NOUN = r"(?:picture|image|photo|pic|img|bild|foto|imagen|imagem|immagine|图片|圖片|图|圖|画像|写真|사진|그림)"
_VERBS = (
    r"(?:please|but|make|add|remove|delete|change|turn|replace|crop|rotate|flip|mirror|blur|extend|expand|darken|brighten|"
    r"lighten|set|put|give|use|keep|redo|upscale|write|swap|move|colou?r|paint|draw|erase|zoom)\b"
)
_BEFORE_WORDS = rf"(?=\s+(?:{_VERBS}|[-‐‑]{{2}}[a-z]|[—–][a-z]))"
_AFTER = rf"(?:\s*(?:$|[:：](?!\d)|[)）](?!\w)|[.,](?=\s|$)|[，、。]|[-–—](?=\s))|{_BEFORE_WORDS})"
_PICKS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\s*(?:[#＃]|{_NOUN}\s*[#＃]?|n(?:umber|o\.?)\s+)(?P<pick>\d{{1,2}})(?!\d|[.,:/]\d|[x×%])(?:{_AFTER}|(?=\s))",
        r"\s*第(?P<pick>\d{1,2})[张張幅][:：,，、\s]*",
        r"\s*(?P<pick>\d{1,2})\s?(?:枚目|番目|번째?)[:：,，、\s]*",
        rf"\s*(?P<pick>\d{{1,2}}){_AFTER}",
        rf"\s*(?:the\s+)?(?P<pick>\d{{1,2}})(?:st|nd|rd|th)(?:\s+(?:one|{_NOUN}))?{_AFTER}",
        rf"\s*(?:the\s+)?(?P<word>{'|'.join(_ORDINALS)})(?:\s+(?:one|{_NOUN}))?{_AFTER}",
    )
)
_LISTED = re.compile(r"\s*\d{1,2}[.)]\s.*\s\d{1,2}[.)]\s", re.DOTALL)


def pick_in(text: str) -> tuple[int | None, str]:
    """The picture's number that a reply begins with, and the words after it; `None` and the same text without one.

    A number is a pick only when it plainly is one:

    - it is all there is ("2"), or is set off by a mark ("2: make it night", "2) ...", "2, ...", "2 - ...");
    - it carries a sign or a noun ("#2 ...", "picture 2 ...", "图2 ...", "第2张 ...") ;
    - a flag or a verb of editing follows at once ("2 make it night", "2 --ar 3:1"); also "the second one, ...".

    So "2 cats", "16:9 please", "2.5 metres" and a numbered list ("1. a boat 2. a gull") are not picks.
    """
    if _LISTED.match(text):
        return None, text
    for pattern in _PICKS:
        found = pattern.match(text)
        if found is not None:
            said = found.groupdict()
            word = (said.get("word") or "").casefold()
            return _ORDINALS.index(word) + 1 if word else int(said["pick"]), text[found.end() :].strip()
    return None, text
