"""What /character wants, as it was typed or filled in, and the answer in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.characters import Character, folded, spelled
from core.errors import BadFlagValue, WhichPicture
from core.i18n import joined, say
from core.model import Actor, ImageRef, Place
from core.studio import Studio

SHARED_LISTED_MAX: Final = 50
NONE: Final = say("You have no characters yet. Give a picture a name with /character, and it comes along by that name.")
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
        raise WhichPicture(
            say("A character is one picture, and there are several."), say("Give one."), choices=tuple(pictures)
        )
    return replace(wish, picture=pictures[0] if pictures else None)


def _with(wish: CharacterWish, word: str) -> CharacterWish:
    said = _SAID.fullmatch(word)
    what, value = (said["what"].casefold(), (said["value"] or "yes").casefold()) if said else ("", "")
    if what in _REMOVE and value in _YES:
        return replace(wish, remove=_YES[value])
    if what in _SHARED and value in _YES:
        return replace(wish, shared=_SHARED[what] is _YES[value])
    raise BadFlagValue(
        say("I do not understand “{word}” behind the name.", word=word[:40]),
        say("A name has no spaces; behind it stands shared or remove."),
    )


async def answered(studio: Studio, wish: CharacterWish, actor: Actor, place: Place) -> str:
    """Do it, and say so in light Markdown, for the person alone. Raises a `Refused`."""
    if not wish.name.strip():
        if wish.remove or wish.picture is not None or wish.shared is not None:
            raise BadFlagValue(say("Which character?"), say("Say its name, as in: name hero."))
        return listed(await studio.characters(actor), actor)
    if wish.remove:
        gone = await studio.forget_character(actor, wish.name)
        return say("`{name}` is removed. Pictures that were drawn with it stay.", name=gone.name)
    known = [each for each in await studio.characters(actor) if each.key == folded(spelled(wish.name) or "")]
    if known and wish.picture is None and wish.shared is None:  # a question about it
        return joined((_line(each, actor) for each in known), "\n")
    kept = await studio.keep_character(actor, place, wish.name, wish.picture, shared=wish.shared)
    if wish.picture is None:
        if kept.shared:
            return say("Everybody here may use `{name}` now.", name=kept.name)
        return say("`{name}` is yours alone now.", name=kept.name)
    key = kept.name.casefold()
    who = say("Everybody here may use it.") if kept.shared else ""
    private = say("It came from a private picture, so what is drawn with it is private, too.") if kept.private else ""
    how = say("Kept. Say `--character {name}`, or `@{name}`, and I look at this picture while drawing.", name=key)
    return joined((how, who, private))


def listed(characters: Sequence[Character], actor: Actor) -> str:
    """Theirs, and those that others share."""
    if not characters:
        return NONE
    mine = [each for each in characters if each.owner == actor.user]
    others = [each for each in characters if each.owner != actor.user]
    lines: list[str] = [say("**Your characters**"), *(_line(each, actor) for each in mine)] if mine else []
    if others:
        lines += [say("**Shared here**"), *(f"- `{each.name}`" for each in others[:SHARED_LISTED_MAX])]
    if len(others) > SHARED_LISTED_MAX:
        lines.append(say("and {n} more.", n=len(others) - SHARED_LISTED_MAX))
    example = characters[0].name
    how = say("Say `--character {name}`, or `@{name}`, and I look at the picture while drawing.", name=example)
    return joined((*lines, how), "\n")


def _line(one: Character, actor: Actor) -> str:
    if one.owner != actor.user:
        return say("- `{name}`, shared by somebody here", name=one.name)
    if one.private:
        return say("- `{name}`, from a private picture", name=one.name)
    return say("- `{name}`, shared", name=one.name) if one.shared else f"- `{one.name}`"
