"""What would be drawn if it were sent now: its size, how many, what it costs about, or why it would be refused.

The page asks while somebody types. The answer comes from the very path that a request takes, without the last step,
which writes: there is no second grammar that could say something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core import wording
from core.commands import COMMANDS, FLAGS, Flag, Kind
from core.errors import Refused
from core.i18n import ENGLISH, into
from core.options import SETTINGS

if TYPE_CHECKING:
    from bots.web.conversation import Conversation
    from bots.web.forms import MessageForm
    from bots.web.present import Json
    from core.administration.policy import OwnStyle
    from core.model import Plan
    from core.studio import Studio


async def foreseen(form: MessageForm, conversation: Conversation, studio: Studio, language: str = ENGLISH) -> Json:
    """`plan` is null for words that draw nothing, and where there is a `problem`: what sending would be refused for."""
    try:
        plan = await conversation.foresee(form, studio, language)
    except Refused as error:
        said = {"sentence": into(language, error.what), "remedy": into(language, error.remedy)}
        return {"plan": None, "problem": {"code": error.code, **said}}
    return {"plan": None if plan is None else _plan(plan, language), "problem": None}


def _plan(plan: Plan, language: str) -> Json:
    cost = plan.reserved.nanodollars
    return {
        "width": plan.size.width,
        "height": plan.size.height,
        "count": plan.count,
        "about": f"about {wording.format_money(cost)}" if cost else "",
        "remarks": [into(language, remark) for remark in plan.remarks],
    }


def flags(own: Sequence[OwnStyle]) -> list[Json]:
    """The table of flags, with the values that a list can offer. `own`: the workspace's own styles."""
    return [
        {
            "name": flag.name,
            "aliases": list(flag.aliases),
            "help": flag.help,
            "example": flag.example,
            "takes": flag.takes.name.lower(),
            "accepts": SETTINGS[flag.sets].accepts,
            "values": _values(flag, own),
        }
        for flag in FLAGS
    ]


def _values(flag: Flag, own: Sequence[OwnStyle]) -> list[Json]:
    for option in (option for command in COMMANDS for option in command.options):
        if option.name != flag.sets:
            continue
        if option.kind is Kind.INTEGER and option.minimum is not None and option.maximum is not None:
            numbers = range(option.minimum, option.maximum + 1)
            return [{"value": str(number), "label": str(number)} for number in numbers]
        styles = own if flag.sets == "style" else ()
        return [
            *({"value": style.name, "label": style.name} for style in styles),
            *({"value": choice.value, "label": choice.label} for choice in option.choices),
        ]
    return []
