"""What /character wants, as it was typed or filled in, and the answer in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.characters import Character, folded, spelled
from core.errors import BadFlagValue, WhichPicture
from core.model import Actor, ImageRef, Place
from core.studio import Studio

SHARED_LISTED_MAX: Final = 50
NONE: Final = "You have no characters yet. Give a picture a name with /character, and it comes along by that name."
_NAME: Final = re.compile(r"name\s*[:：=]\s*", re.IGNORECASE)
_SAID: Final = re.compile(r"(?:--|—)?(?P<what>[a-z]+)(?:\s*[:：=]\s*(?P<value>[a-z]+))?", re.IGNORECASE)
_GLUED: Final = re.compile(r"\s*([:：=])\s*")
_YES: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_REMOVE: Final = frozenset({"remove", "forget", "delete"})
_SHARED: Final = {"shared": True, "share": True, "unshared": False, "unshare": False}


@dataclass(frozen=True, slots=True)
class CharacterWish:
    """What is wanted with a name; without one, a list. `shared`: None leaves it as it is."""

    name: str = ""
    picture: ImageRef | None = None
    remove: bool = False
    shared: bool | None = None


def wish_in(words: str, pictures: Sequence[ImageRef] = ()) -> CharacterWish:
    """The typed form: "Hero", "Hero shared", "name: Hero remove: true". `pictures` are those that came beside it.

    Raises `BadFlagValue` for what it does not take, and `WhichPicture` for several pictures.
    """
    text = _NAME.sub("", words.strip(), count=1) if _NAME.match(words.strip()) else words.strip()
    name, *rest = _GLUED.sub(r"\1", text).split() or [""]
    wish = CharacterWish(name)
    for each in rest:
        wish = _with(wish, each)
    if len(pictures) > 1 and not wish.remove:
        raise WhichPicture("A character is one picture, and there are several.", "Give one.", choices=tuple(pictures))
    return replace(wish, picture=pictures[0] if pictures else None)


def _with(wish: CharacterWish, word: str) -> CharacterWish:
    said = _SAID.fullmatch(word)
    what, value = (said["what"].casefold(), (said["value"] or "yes").casefold()) if said else ("", "")
    if what in _REMOVE and value in _YES:
        return replace(wish, remove=_YES[value])
    if what in _SHARED and value in _YES:
        return replace(wish, shared=_SHARED[what] is _YES[value])
    raise BadFlagValue(
        f"I do not understand “{word[:40]}” behind the name.",
        "A name has no spaces; behind it stands shared or remove.",
    )


async def answered(studio: Studio, wish: CharacterWish, actor: Actor, place: Place) -> str:
    """Do it, and say so in light Markdown, for the person alone. Raises a `Refused`."""
    if not wish.name.strip():
        if wish.remove or wish.picture is not None or wish.shared is not None:
            raise BadFlagValue("Which character?", "Say its name, as in: name hero.")
        return listed(await studio.characters(actor), actor)
    if wish.remove:
        gone = await studio.forget_character(actor, wish.name)
        return f"`{gone.name}` is removed. Pictures that were drawn with it stay."
    known = [each for each in await studio.characters(actor) if each.key == folded(spelled(wish.name) or "")]
    if known and wish.picture is None and wish.shared is None:  # a question about it
        return "\n".join(f"- {_line(each, actor)}" for each in known)
    kept = await studio.keep_character(actor, place, wish.name, wish.picture, shared=wish.shared)
    if wish.picture is None:
        return f"Everybody here may use `{kept.name}` now." if kept.shared else f"`{kept.name}` is yours alone now."
    key = kept.name.casefold()
    who = " Everybody here may use it." if kept.shared else ""
    private = " It came from a private picture, so what is drawn with it is private, too." if kept.private else ""
    return f"Kept. Say `--character {key}`, or `@{key}`, and I look at this picture while drawing.{who}{private}"


def listed(characters: Sequence[Character], actor: Actor) -> str:
    """Theirs, and those that others share."""
    if not characters:
        return NONE
    mine = [each for each in characters if each.owner == actor.user]
    others = [each for each in characters if each.owner != actor.user]
    lines = ["**Your characters**", *(f"- {_line(each, actor)}" for each in mine)] if mine else []
    if others:
        lines += ["**Shared here**", *(f"- `{each.name}`" for each in others[:SHARED_LISTED_MAX])]
    if len(others) > SHARED_LISTED_MAX:
        lines.append(f"and {len(others) - SHARED_LISTED_MAX} more.")
    example = characters[0].name
    return "\n".join(
        (*lines, f"Say `--character {example}`, or `@{example}`, and I look at the picture while drawing.")
    )


def _line(one: Character, actor: Actor) -> str:
    if one.owner != actor.user:
        return f"`{one.name}`, shared by somebody here"
    if one.private:
        return f"`{one.name}`, from a private picture"
    return f"`{one.name}`, shared" if one.shared else f"`{one.name}`"
