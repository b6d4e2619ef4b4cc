"""The door for administrators: an order in words, carried out, audited, and answered with a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pydantic import SecretStr

from core import wording
from core.administration.carrying_out import NothingToDo, carried_out
from core.administration.declaring import declared
from core.administration.orders import AskForKey, DropKey, Give, ShowAudit, ShowPolicy
from core.administration.own_keys import NoKeysHere, OwnKeys
from core.administration.policies import AuditEntry, HouseRules, Policies
from core.administration.reading import read_order
from core.administration.reading_key import is_about_key
from core.administration.reading_parts import Speaker
from core.administration.showing import audit_text, key_text, policy_text
from core.errors import NotAllowed, Refused
from core.model import Actor, Place
from core.ports import Clock
from core.quota import Extra, Limit, Unit


class Administration:
    """What administrators may ask for. `operators`: the limits of whoever runs Easel, as they are now."""

    def __init__(
        self,
        policies: Policies,
        operators: Callable[[], Sequence[Limit]],
        clock: Clock,
        keys: OwnKeys | None = None,
    ) -> None:
        self._policies = policies
        self._operators = operators
        self._keys = keys
        self._clock = clock

    async def rules_of(self, platform: str, workspace: str) -> HouseRules:
        """What holds in a workspace."""
        return await self._policies.of(platform, workspace)

    async def order(self, actor: Actor, place: Place, words: str, event_key: str) -> str:
        """Do it, and say what changed, in light Markdown; people are named as `user:1`. The same event is one order.

        Raises `NotAllowed` for who is no administrator, and another `Refused` for what cannot be done.
        """
        if not actor.is_admin:
            raise NotAllowed("Only administrators decide this.", "Ask one of them.")
        speaker = "" if actor.user == actor.name else actor.user  # the operator, a page: nobody who draws as `me`
        order = read_order(words, Speaker(speaker, place.channel))
        said = " ".join(words.split())
        match order:
            case ShowPolicy():
                rules = await self._policies.of(actor.platform, actor.workspace)
                shown = policy_text(rules.policy, self._operators())
                return f"{shown}\n{key_text(rules.key, self._clock.now_us(), place.time_zone)}" if rules.key else shown
            case ShowAudit():
                return audit_text(await self.audit(actor), self._clock.now_us(), place.time_zone)
            case Give(person, unit, amount):
                more = wording.amount(unit, amount)
                sentence = f"user:{person} has {more} more, on top of each of their allowances, until that resets."
                extra = Extra(unit, amount, self._clock.now_us())
                return await self._policies.give(actor, event_key, said, person, extra, sentence)
            case AskForKey():
                raise self._asks_for_key()
            case DropKey():
                return await self._own_keys().drop(actor, event_key)
            case change:
                operators = self._operators()
                return await self._policies.change(
                    actor, event_key, said, lambda policy: carried_out(policy, change, operators)
                )

    async def give_once(self, actor: Actor, place: Place, ask: str, person: str, unit: Unit, amount: int) -> str:
        """Extra for who asked for it, whoever of the administrators gives it first; the sentence about it.

        Raises `NotAllowed`, and `NotFound` when somebody else has given it.
        """
        if not actor.is_admin:
            raise NotAllowed("Only administrators decide this.", "Ask one of them.")
        more = wording.amount(unit, amount)
        sentence = f"user:{person} has {more} more, on top of each of their allowances, until that resets."
        extra = Extra(unit, amount, self._clock.now_us())
        said = f"grant {more} to user:{person}"
        return await self._policies.give(actor, f"ask:{ask}", said, person, extra, sentence, ask=ask)

    async def declare(self, platform: str, workspace: str, orders: Sequence[str]) -> int:
        """Carry out what stands in a file, over what was decided since; how many orders changed something."""
        return await declared(self._policies, self._operators, platform, workspace, orders)

    def takes_key(self, actor: Actor, words: str) -> bool:
        """Whether these words are this person's wish for the form in which a key is given."""
        return actor.is_admin and self._keys is not None and self._keys.are_taken and is_about_key(words)

    async def give_key(self, actor: Actor, event_key: str, key: SecretStr) -> str:
        """Draw this workspace's pictures with its own key from now on; the sentence about it. Raises a `Refused`."""
        if not actor.is_admin:
            raise NotAllowed("Only administrators decide this.", "Ask one of them.")
        return await self._own_keys().give(actor, event_key, key)

    def _own_keys(self) -> OwnKeys:
        if self._keys is None:
            raise NoKeysHere
        return self._keys

    def _asks_for_key(self) -> Refused:
        """Why there is no form."""
        if self._keys is None or not self._keys.are_taken:
            return NoKeysHere()
        return NothingToDo(
            "There is no form for a key here.",
            "/easel key opens one on Discord and in Slack; the administrators' page and `easel admin` take one, too.",
        )

    async def audit(self, actor: Actor) -> Sequence[AuditEntry]:
        """Who decided what, the newest first. Raises `NotAllowed`."""
        if not actor.is_admin:
            raise NotAllowed("Only administrators read this.", "Ask one of them.")
        return await self._policies.audit(actor.platform, actor.workspace)
