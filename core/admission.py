"""From a request to a job: permission, prompt, source, size, price, and one transaction. Admitted or refused.

Nothing here waits for the network, and nothing is written before the one transaction that writes everything
(`Store.admit`): a refusal leaves no trace, and an admitted request is durable when `admit` returns.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import assert_never

from core import planning, prompt, wording
from core.actions import request_of
from core.administration.approvals import NeedsApproval, State
from core.administration.office import Office
from core.administration.policy import Policy, needs_approval, permit, permit_person
from core.administration.styles import own_style
from core.casting import cast, sources_of
from core.characters import Character, introduction
from core.errors import EaselError, Moderated, NotAllowed
from core.fairness import service_cost
from core.i18n import ENGLISH, into, language_of, say
from core.lookout import Lookout
from core.model import (
    Actor,
    Admitted,
    Allowance,
    Click,
    Cost,
    Destination,
    Finished,
    ImageRequest,
    Manner,
    Mode,
    Operation,
    Options,
    OutputFormat,
    Place,
    Plan,
    Source,
    StoredImage,
    Verb,
)
from core.moderation import ModerationRules, check_words, workspace_of
from core.moderation_words import WordList
from core.ports import Clock, ImageProvider, JobQueue, ModelProfile
from core.pricing import PriceTable, catalog
from core.quota import Limit
from core.store.store import Store

SEEDS = 2**31
PRICED = (Verb.REDO, Verb.VARY, Verb.FINALISE)  # the buttons that draw without asking anything more


@dataclass(frozen=True, slots=True)
class Rules:
    """What requests are held against. A value: new rules replace it whole.

    `mode_in`: the mode in which a workspace (`discord:123`) draws when nobody says it.
    `fall_back`: further models of the provider that may draw in its place; the dearest of all is reserved.
    """

    provider: str
    model: str
    limits: Sequence[Limit] = ()
    waiting_max: int = 200
    waiting_max_per_person: int = 5
    blocked_users: frozenset[str] = frozenset()
    prices: PriceTable = field(default_factory=catalog)
    mode_in: Callable[[str], Mode] = lambda workspace: Mode.INSTANT
    fall_back: tuple[str, ...] = ()
    moderation: ModerationRules = field(default_factory=ModerationRules)


class Admission:
    """Turns requests into jobs."""

    def __init__(
        self,
        store: Store,
        queue: JobQueue,
        providers: Mapping[str, ImageProvider],
        rules: Rules,
        clock: Clock,
        office: Office,
    ) -> None:
        self._store = store
        self._queue = queue
        self._providers = providers
        self.clock = clock
        self.rules = rules
        self._lookout = Lookout(store, clock)
        self.office = office

    async def admit(self, request: ImageRequest, *, agreed: bool = False) -> Admitted:
        """Reserve and queue. `agreed`: somebody who may has agreed to the price.

        Raises a `Refused` that says why, what remains, and when it resets; `NeedsApproval` when somebody has to agree.
        """
        self._permit(request.actor)
        terms = await self.office.terms(self.rules.limits, request.actor, request.place)
        permit(terms.policy, request.actor, request.place)
        request = replace(request, place=terms.place)
        plan = replace(await self._plan(request, terms.policy), own_key=terms.own_key and self.office.keys.are_taken)
        if not agreed and needs_approval(terms.policy, request.actor, plan.reserved.nanodollars):
            request = await self._agreed(request, plan)
        return await self._store.admit(
            request,
            _in_language(plan, language_for(request, terms.policy, private=plan.private)),
            terms.limits,
            extras=terms.extras,
            service_cost=service_cost(plan.size, plan.count),
            waiting_max=self.rules.waiting_max,
            waiting_max_per_person=self.rules.waiting_max_per_person,
            queue=self._queue,
            moderation=None if self._profile(plan.model).repeatable else self.rules.moderation,
        )

    async def foresee(self, request: ImageRequest) -> Plan:
        """What would be drawn if this were admitted now. Nothing is written, and no limit is looked at.

        Raises what `admit` would say about the person, the place, the words and the pictures.
        """
        self._permit(request.actor)
        terms = await self.office.terms(self.rules.limits, request.actor, request.place)
        permit(terms.policy, request.actor, request.place)
        return await self._plan(replace(request, place=terms.place), terms.policy)

    async def _agreed(self, request: ImageRequest, plan: Plan) -> ImageRequest:
        """The request, when somebody has agreed to this very one already. Raises `NeedsApproval`, or `NotAllowed`."""
        money = wording.format_money(plan.reserved.nanodollars)
        if request.place.personal:
            raise NotAllowed(
                say(
                    "This may cost up to {money}, and somebody has to agree to that first. Here nobody can be asked.",
                    money=money,
                ),
                say("Ask for it in a channel, or for something smaller."),
            )
        if plan.private:  # what is asked of others must not tell it, however it became private
            request = replace(request, options=replace(request.options, private=True))
        approval = await self.office.approvals.ask(request, plan.reserved.nanodollars)
        match approval.state:
            case State.AGREED:
                return approval.request
            case State.DECLINED:
                raise NotAllowed(say("Somebody has declined this."), say("Ask for something that costs less."))
            case State.WAITING:
                raise NeedsApproval(approval)
            case _:
                assert_never(approval.state)

    async def show(self, request: ImageRequest, image: StoredImage, remark: str) -> Admitted:
        """Post a kept picture again. Nothing is drawn and nothing is charged."""
        self._permit(request.actor)
        rules = await self.office.policies.of(request.place.platform, request.place.workspace)
        permit_person(rules.policy, request.actor)
        plan = Plan(
            provider=image.provider,
            model=image.model,
            operation=Operation.SHOW,
            text=image.prompt,
            size=image.size,
            format=OutputFormat(image.media_type.removeprefix("image/")),
            private=bool(request.options.private),
            remarks=(remark,) if remark else (),
            veiled=rules.policy.spoiler,
        )
        plan = _in_language(plan, language_for(request, rules.policy, private=plan.private))
        return await self._store.admit_shown(request, plan, [image.id], self._queue)

    async def allowances(self, actor: Actor, place: Place) -> tuple[Allowance, ...]:
        """Every limit that applies to this person here, as it stands."""
        terms = await self.office.terms(self.rules.limits, actor, place)
        return await self._store.allowances(actor, terms.place, terms.limits, terms.extras)

    async def manner(self, outcome: Finished) -> Manner:
        """How the result is shown where it was asked for, with what the buttons of its first picture cost."""
        request = outcome.request
        rules = await self.office.policies.of(request.place.platform, request.place.workspace)
        prices = await self.prices(outcome.images[0], request.actor, request.place) if outcome.images else ()
        return Manner(rules.policy.quota, rules.policy.price, prices)

    async def prices(self, image: StoredImage, actor: Actor, place: Place) -> tuple[tuple[Verb, int], ...]:
        """What the buttons under a picture would cost this person at most; those that cost nothing are left out."""
        job = await self._store.job(image.job)
        if job is None or self._is_free():
            return ()
        rules = await self.office.policies.of(place.platform, place.workspace)
        nowhere = Destination(place.platform, "")
        prices: list[tuple[Verb, int]] = []
        for verb in PRICED:
            click = Click("", actor, place, nowhere, verb, image.id)
            try:
                plan = await self._plan(request_of(click, image, job.request, job.plan), rules.policy)
            except EaselError:  # it would be refused, and says why when it is pressed
                continue
            if plan.reserved.nanodollars:
                prices.append((verb, plan.reserved.nanodollars))
        return tuple(prices)

    def _is_free(self) -> bool:
        """Whether no drawing costs anything, so that nothing needs to be reckoned."""
        price = self.rules.prices.find(self.rules.provider, self.rules.model)
        return not (price.text_in or price.image_out or price.picture)

    async def permit_name(self, actor: Actor, place: Place, name: str) -> None:
        """Raises `NotAllowed` for who may not use Easel here, and for a name that may not be used here."""
        self._permit(actor)
        rules = await self.office.policies.of(place.platform, place.workspace)
        permit_person(rules.policy, actor)
        _check_words(name, place, self.rules, rules.policy)

    def _permit(self, actor: Actor) -> None:
        if actor.user in self.rules.blocked_users:
            raise NotAllowed(say("You may not use Easel here."), say("Ask a moderator."))

    async def _plan(self, request: ImageRequest, policy: Policy) -> Plan:
        """Close everything that the person left open."""
        profile = self._profile(self.rules.model)
        said = prompt.parse(request.prompt, request.options, allow_empty=request.operation is Operation.EDIT)
        chosen = said.options
        style, style_words = self._style(said, request, policy)
        chosen_sources, ours = await self._lookout.find(request)
        first_size = (ours[0].size if ours[0] else chosen_sources[0].ref.size) if chosen_sources else None
        came = await self._cast(said, request, policy)
        chosen_sources += sources_of(came)
        masked, marked = request.mask is not None, request.markup is not None
        pictures = len(chosen_sources) + masked + marked
        names = [each.name for each in came]
        planning.check_pictures(profile, len(chosen_sources), names, masked=masked, marked=marked, mode=chosen.mode)
        wish = planning.closed(profile, request.operation, chosen, first_size, self._usual_mode(request))
        return Plan(
            provider=profile.provider,
            model=profile.model,
            operation=request.operation,
            text=said.text,
            quoted=said.quoted,
            size=wish.shape.size,
            quality=wish.quality,
            count=wish.count,
            style=style,
            style_words=style_words,
            format=wish.format,
            background=wish.background,
            mode=wish.mode,
            without=chosen.without,
            private=_private(chosen.private, [*ours, *came], usual=policy.private and not request.place.personal),
            seed=_seed(chosen, profile),
            sources=chosen_sources,
            mask=request.mask,
            markup=request.markup,
            reserved=self._worst_case(profile, wish, said, pictures, names, style_words),
            remarks=_remarks(chosen_sources, *wish.remarks),
            keep_size=wish.shape.keep,
            veiled=policy.spoiler,
        )

    def _style(self, said: prompt.Prompt, request: ImageRequest, policy: Policy) -> tuple[str | None, str]:
        """The style's name, and its words when it is the workspace's own. All words are held against the lists."""
        own = own_style(said.options.style, policy.styles, request.style_words)
        words = "" if own is None else own.words
        _check_words(f"{said.text}\n{words}" if words else said.text, request.place, self.rules, policy)
        return said.options.style if own is None else own.name, words

    def _usual_mode(self, request: ImageRequest) -> Mode:
        """When nobody says it: notes that are drawn on a picture need no thought."""
        return Mode.INSTANT if request.markup is not None else self.rules.mode_in(workspace_of(request.place))

    def _profile(self, model: str) -> ModelProfile:
        return self._providers[self.rules.provider].profile(model)

    def _worst_case(
        self,
        profile: ModelProfile,
        wish: planning.Closed,
        said: prompt.Prompt,
        pictures: int,
        names: Sequence[str],
        own_style: str,
    ) -> Cost:
        """The dearest of the models that may draw it. The characters' names are words of the prompt, too."""
        said = replace(said, text=f"{said.text}\n{introduction([''] * pictures + [*names])}")
        may = (profile, *(self._profile(model) for model in self.rules.fall_back))
        costs = [planning.worst_case(self.rules.prices, each, wish, said, pictures, own_style) for each in may]
        return max(costs, key=lambda cost: cost.nanodollars)

    async def _cast(self, said: prompt.Prompt, request: ImageRequest, policy: Policy) -> tuple[Character, ...]:
        """The characters that were named. Their names are words of the prompt."""
        came = await cast(self._store, said, request.actor)
        _check_words("\n".join(each.name for each in came), request.place, self.rules, policy)
        return came


def language_for(request: ImageRequest, policy: Policy, *, private: bool) -> str:
    """The reader's own where nobody else sees the answer; for all to see the workspace's, as decided or as known."""
    if private or request.place.personal:
        return language_of(request.actor.locale)
    return home_language(policy, request.place)


def home_language(policy: Policy, place: Place) -> str:
    """Of what all in a workspace see."""
    return policy.language or place.language or ENGLISH


def _in_language(plan: Plan, language: str) -> Plan:
    """What is kept of a plan's sentences is what will be read."""
    sources = tuple(replace(source, why=into(language, source.why)) for source in plan.sources)
    remarks = tuple(into(language, remark) for remark in plan.remarks)
    return replace(plan, language=language, sources=sources, remarks=remarks)


def _check_words(text: str, place: Place, rules: Rules, policy: Policy) -> None:
    try:
        check_words(text, rules.moderation, workspace_of(place), _word_list(policy.words))
    except Moderated as declined:  # before there is a job
        raise NotAllowed(declined.what, declined.remedy) from declined


def _seed(chosen: Options, profile: ModelProfile) -> int | None:
    """None where the model has no seeds."""
    if not profile.repeatable:
        return None
    return secrets.randbelow(SEEDS) if chosen.seed is None else chosen.seed


@lru_cache(maxsize=256)
def _word_list(words: tuple[str, ...]) -> WordList:
    """Made ready once for every version of a workspace's list."""
    return WordList(words)


def _private(wish: bool | None, ours: Sequence[StoredImage | Character | None], *, usual: bool) -> bool:
    """What comes of a private picture is private, however it was found, until its author says otherwise.

    `usual`: what the workspace wants when nobody says.
    """
    return usual or any(image is not None and image.private for image in ours) if wish is None else wish


def _remarks(chosen: tuple[Source, ...], *others: str) -> tuple[str, ...]:
    return tuple(remark for remark in (*(source.why for source in chosen), *others) if remark)
