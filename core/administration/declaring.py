"""Orders that stand in a file, carried out at every start: what is so already is neither changed nor audited."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from core.administration.carrying_out import NothingToDo, carried_out
from core.administration.orders import AskForKey, Change, DropKey, Give, ShowAudit, ShowPolicy
from core.administration.policies import Policies
from core.administration.policy import Policy
from core.administration.reading import read_order
from core.administration.reading_parts import Speaker
from core.model import Actor, new_id
from core.quota import Limit

FILE: Final = "easel.toml"


async def declared(
    policies: Policies, operators: Callable[[], Sequence[Limit]], platform: str, workspace: str, orders: Sequence[str]
) -> int:
    """Carry them out, one after the other; how many changed something. Raises `NotUnderstood`."""
    actor = Actor(platform, workspace, FILE, FILE, is_admin=True)
    changed = 0
    for words in orders:
        order = read_order(words, Speaker("", ""))
        if isinstance(order, Give | AskForKey | DropKey | ShowPolicy | ShowAudit):
            raise ValueError("the settings take decisions only")

        def work(policy: Policy, change: Change = order) -> tuple[Policy, str]:
            after, sentence = carried_out(policy, change, operators())
            if _sorted(after) == _sorted(policy):
                raise NothingToDo("It is so already.")
            return after, sentence

        try:
            await policies.change(actor, f"file:{new_id()}", " ".join(words.split()), work)
        except NothingToDo:
            continue
        changed += 1
    return changed


def _sorted(policy: Policy) -> Policy:
    """Said again, a limit or a style moves to the end, which means nothing."""
    return replace(
        policy,
        limits=tuple(sorted(policy.limits, key=lambda limit: limit.id)),
        styles=tuple(sorted(policy.styles, key=lambda style: style.name)),
    )
