"""Which style is meant: one of the presets, or one of the workspace's own. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from core.administration.policy import OwnStyle
from core.errors import BadFlagValue
from core.i18n import joined, say
from core.options import fold, nearest, spoken
from core.presets import preset, presets


def own_style(wish: str | None, own: Sequence[OwnStyle], kept: str = "") -> OwnStyle | None:
    """The workspace's own style of this name; None for a preset, and for no style at all.

    `kept`: what the style meant when the picture was drawn that this request goes on from, for one that was removed
    since. Raises `BadFlagValue` for what is no style here, with the name that was probably meant.
    """
    if wish is None or preset(wish) is not None:
        return None
    found = next((style for style in own if fold(style.name) == fold(wish)), None)
    if found is not None or kept:
        return found or OwnStyle(wish, kept)
    known = [*(style.name for style in own), *presets()]
    meant = nearest(wish, known)
    remedy = say("There are {names}.", names=spoken(known, "and"))
    if meant:
        remedy = say("Did you mean “{name}”?", name=meant)
    raise BadFlagValue(
        say("There is no style “{wish}” here.", wish=wish),
        joined((remedy, say("/help styles explains those that come with me."))),
    )
