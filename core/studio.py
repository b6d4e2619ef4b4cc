"""The door that the adapters knock at: all that a person can ask of Easel, with permission checked at that moment."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace

from core import actions, i18n, prompt
from core.access import may_delete, may_see, visible
from core.administration.administration import Administration
from core.administration.approvals import Approval, State, TurnedDown
from core.administration.front import Draws, Front
from core.administration.policy import OwnStyle, may_approve
from core.admission import Admission, home_language
from core.casting import Casting, cast
from core.characters import Character
from core.drawing import Draughtsman
from core.errors import NotAllowed, NotFound, Refused
from core.i18n import say
from core.model import (
    Actor,
    Admitted,
    Allowance,
    Click,
    Details,
    ImageId,
    ImageRef,
    ImageRequest,
    JobId,
    MessageRef,
    Operation,
    Options,
    Place,
    Plan,
    StoredImage,
    Verb,
)
from core.ports import BlobStore, JobQueue
from core.privacy.privacy import Privacy
from core.store.store import Store
from core.telemetry import Metrics
from core.worker import Worker


class Studio:
    """What an adapter may call. Every answer is a value; every refusal is a `Refused` with its sentence."""

    def __init__(
        self,
        store: Store,
        blobs: BlobStore,
        admission: Admission,
        queue: JobQueue,
        draughtsman: Draughtsman,
        worker: Worker | None,
        metrics: Metrics,
        charts: Draws | None = None,
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._admission = admission
        self._queue = queue
        self._draughtsman = draughtsman
        self._worker = worker
        self._metrics = metrics
        office, clock = admission.office, admission.clock
        self.administration = Administration(office.policies, lambda: admission.rules.limits, clock, office.keys)
        self.front = Front(self.administration, office.reports, lambda: admission.rules.prices, clock, charts)
        self._casting = Casting(store, blobs, draughtsman.originals, admission.clock)
        self.privacy = Privacy(
            store,
            blobs,
            draughtsman.adapters,
            draughtsman.pseudonyms,
            office.policies,
            clock,
            leaves=lambda: not draughtsman.repeatable(admission.rules.provider, admission.rules.model),
            settle=office.refusals.write,
        )

    async def submit(self, request: ImageRequest) -> Admitted:
        """Make this request a job. When it returns, the job is durable."""
        return await self._counted(request.actor, request.operation, self._submit(request))

    async def foresee(self, request: ImageRequest) -> Plan:
        """What would be drawn if this were submitted now, with the price that would be reserved; nothing is written."""
        return await self._admission.foresee(request)

    async def act(self, click: Click) -> Admitted:
        """A button, pressed. The permission and quota of the person who clicks count, not the maker's."""
        return await self._counted(click.actor, click.verb, self._act(click))

    async def _counted(self, actor: Actor, wish: Operation | Verb, answer: Awaitable[Admitted]) -> Admitted:
        try:
            admitted = await answer
        except Refused as error:
            self._metrics.refused(error.code)
            self._admission.office.refusals.note(actor, error.code)
            raise
        if not admitted.again:
            self._metrics.admitted(wish)
        return admitted

    async def _submit(self, request: ImageRequest) -> Admitted:
        if request.operation is Operation.SHOW:
            image = await self._chosen(request)
            return await self._admission.show(request, image, "")
        return await self._admission.admit(request)

    async def _act(self, click: Click) -> Admitted:
        image = await self.picture(click.image, click.actor, click.place)
        job = await self._store.job(image.job)
        if job is None:
            raise NotFound(
                say("How this picture was made is not known any more."), say("Use it as a source for /edit.")
            )
        request = actions.request_of(click, image, job.request, job.plan)
        if request.operation is Operation.SHOW:
            shown = await self._chosen(request)
            if shown.private and click.verb is not Verb.SHARE:  # a step back must not show what was never shared
                request = replace(request, options=replace(request.options, private=True))
            return await self._admission.show(request, shown, actions.remark_of(click.verb))
        return await self._admission.admit(request)

    async def waiting_for_approval(self, approval: str, actor: Actor) -> Approval:
        """What this person is to decide. Raises `NotFound`, and `NotAllowed` for whose word is not enough."""
        found = await self._admission.office.approvals.find(approval, actor)
        rules = await self.administration.rules_of(actor.platform, actor.workspace)
        if not may_approve(rules.policy, actor):
            raise NotAllowed(
                say("Somebody else has to agree to this."), say("Ask an administrator, or a role that may approve.")
            )
        return found

    async def agree(self, approval: str, actor: Actor) -> Admitted:
        """Draw what waited. Limits hold as they are now: else `TurnedDown`. Agreed to twice, it is drawn once."""
        found = await self.waiting_for_approval(approval, actor)
        approvals = self._admission.office.approvals
        decided = await approvals.decide(found, actor, State.AGREED)
        if decided.state is not State.AGREED:
            raise NotFound(say("Somebody has declined this already."), say("Ask for the picture again."))
        admitting = self._admission.admit(found.request, agreed=True)
        try:
            return await self._counted(found.request.actor, found.request.operation, admitting)
        except Refused as error:
            await approvals.close(found)
            raise TurnedDown(found, error) from error

    async def withdraw(self, approval: Approval) -> None:
        """Nobody could be asked about it: it waits no longer."""
        await self._admission.office.approvals.withdraw(approval)

    async def decline(self, approval: str, actor: Actor) -> Approval:
        """Do not draw it. Raises `NotFound` when somebody agreed already."""
        found = await self.waiting_for_approval(approval, actor)
        decided = await self._admission.office.approvals.decide(found, actor, State.DECLINED)
        if decided.state is not State.DECLINED:
            comes = await self.became_a_job(found.request.event_key)
            remedy = say("The picture will come.") if comes else say("Press Agree again if no picture comes.")
            raise NotFound(say("Somebody has agreed to this already."), remedy)
        return decided

    async def cancel(self, job: JobId, actor: Actor) -> bool:
        """Whether it could be stopped in time. Only who asked, and moderators, may.

        What is being drawn stops where that saves something: a provider that draws for nothing, or one that works on
        its own and can be told to stop. Everywhere else the picture is paid for, and had better come.
        """
        known = await self._store.job(job)
        if known is None or known.request.actor.workspace != actor.workspace:
            raise NotFound(say("There is no such job here."), say("It may be done already."))
        if known.request.actor.user != actor.user and not actor.is_admin:
            raise NotAllowed(say("Only the person who asked may cancel this."))
        if await self._store.cancel(job, self._queue, known.plan.language):
            return True
        saves = bool(known.ticket) or self._draughtsman.repeatable(known.plan.provider, known.plan.model)
        return saves and self._worker is not None and self._worker.cancel(job)

    async def delete(self, image: ImageId, actor: Actor, place: Place) -> None:
        """Forget a picture: its post is the adapter's to remove, its bytes go when no other picture shares them."""
        known = await self.picture(image, actor, place)
        if not may_delete(known, actor):
            raise NotAllowed(say("Only the person who made this picture, or a moderator, may delete it."))
        orphan = await self._store.delete_image(image)
        if orphan is not None:
            await self._blobs.delete(orphan)

    async def allowances(self, actor: Actor, place: Place) -> tuple[Allowance, ...]:
        """Every limit that applies to this person here, as it stands."""
        return await self._admission.allowances(actor, place)

    def now_us(self) -> int:
        """The time as the core has it."""
        return self._admission.clock.now_us()

    async def prices(self, image: StoredImage, actor: Actor, place: Place) -> tuple[tuple[Verb, int], ...]:
        """What the buttons under a picture would cost this person, about; those that cost nothing are left out."""
        return await self._admission.prices(image, actor, place)

    async def picture(self, image: ImageId, actor: Actor, place: Place) -> StoredImage:
        """The picture, if this person may see it here. Raises `NotFound` otherwise."""
        return visible(await self._store.image(image), actor, place)

    async def pictures_of_message(
        self, platform: str, channel: str, message: str, actor: Actor, place: Place
    ) -> tuple[StoredImage | None, ...]:
        """What a message of ours shows, numbered from 1 in this order; None for what is deleted or not theirs to see.

        `channel` is where the message stands, as its `MessageRef` says. Empty for a message that shows none of ours.
        """
        shown = await self._store.images_of_message(platform, channel, message)
        return tuple(image if may_see(image, actor, place) else None for image in shown)

    async def newest_pictures(
        self, platform: str, channel: str, actor: Actor, place: Place
    ) -> tuple[StoredImage | None, ...]:
        """As `pictures_of_message`, for the newest message with pictures in this very channel or thread."""
        shown = await self._store.images_of_newest_message(platform, channel)
        return tuple(image if may_see(image, actor, place) else None for image in shown)

    async def messages_of_picture(self, image: ImageId) -> tuple[MessageRef, ...]:
        """The messages that show a picture, deleted or not: for its adapter, which takes it out of them."""
        return await self._store.messages_of_image(image)

    async def details(self, image: ImageId, actor: Actor, place: Place) -> Details:
        """All that may be said about a picture. Ancestors that this person may not see are left out."""
        known = await self.picture(image, actor, place)
        job = await self._store.job(known.job)
        if job is None:
            raise NotFound(say("How this picture was made is not known any more."))
        lineage = [each for each in await self._store.lineage(image) if may_see(each, actor, place)]
        charged = await self._store.charge_of(known.job)
        return Details(known, job.plan, tuple(lineage), charged, _facts(known, job.plan))

    async def history(
        self,
        actor: Actor,
        place: Place,
        words: str = "",
        before_us: int | None = None,
        limit: int = 24,
        author: str | None = None,
    ) -> tuple[StoredImage, ...]:
        """Earlier pictures of this channel that this person may see, the newest first; of one `author`, or all."""
        return await self._store.history(actor, place, words, before_us, limit, author)

    async def own(self, actor: Actor, before_us: int | None = None, limit: int = 24) -> tuple[StoredImage, ...]:
        """This person's own pictures, wherever in the workspace they were made, the newest first: for them alone."""
        return await self._store.newest_of(actor.platform, actor.workspace, actor.user, before_us, limit)

    async def own_styles(self, actor: Actor) -> tuple[OwnStyle, ...]:
        """The styles that this person's workspace has besides the presets."""
        return (await self.administration.rules_of(actor.platform, actor.workspace)).policy.styles

    async def language_in(self, actor: Actor, place: Place) -> str:
        """In which is told what all in a place see: as the workspace decided, or as its platform knows it."""
        rules = await self.administration.rules_of(actor.platform, actor.workspace)
        return i18n.language_of(actor.locale) if place.personal else home_language(rules.policy, place)

    async def veils(self, actor: Actor) -> bool:
        """Whether pictures are veiled in this person's workspace."""
        return (await self.administration.rules_of(actor.platform, actor.workspace)).policy.spoiler

    async def characters(self, actor: Actor) -> tuple[Character, ...]:
        """The characters that this person may use: their own first, then those that others here share."""
        return await self._store.characters(actor)

    async def cast(self, words: str, options: Options, actor: Actor) -> tuple[Character, ...]:
        """The characters that come along with these words. Raises a `Refused` as `submit` would."""
        return await cast(self._store, prompt.parse(words, options, allow_empty=True), actor)

    async def keep_character(
        self, actor: Actor, place: Place, name: str, picture: ImageRef | None, *, shared: bool | None = None
    ) -> Character:
        """Keep a picture under a name; an earlier one of theirs goes. Without a picture `shared` alone changes.

        Raises a `Refused`: for a name that is none, a picture that is not theirs to see or cannot be used, a private
        one that would be shared, a name that somebody else shares, and when there is no more room.
        """
        await self._admission.permit_name(actor, place, name)
        return await self._casting.keep(actor, place, name, picture, shared=shared)

    async def forget_character(self, actor: Actor, name: str) -> Character:
        """Forget a character of theirs; as a moderator also a shared one. Raises a `Refused`."""
        return await self._casting.forget(actor, name)

    async def became_a_job(self, event_key: str) -> bool:
        """Whether this event was admitted: what comes of it is told, whatever becomes of whoever heard it."""
        return await self._store.job_of_event(event_key) is not None

    async def ahead(self, job: JobId) -> int | None:
        """How many jobs come before this one; None when it does not wait any more."""
        return await self._store.ahead(job)

    async def _chosen(self, request: ImageRequest) -> StoredImage:
        if request.chosen is None or request.chosen.image is None:
            raise NotFound(say("Which picture?"), say("Give the picture's number as Details shows it."))
        return await self.picture(request.chosen.image, request.actor, request.place)


def _facts(image: StoredImage, plan: Plan) -> dict[str, str]:
    """By name, in the order in which they were noted; what was noted several times under one name stands in a row.

    What a provider only repeats of the plan is left out: it is told already.
    """
    repeated = {("Model", plan.model), ("Quality", plan.quality.value)}
    facts: dict[str, str] = {}
    for name, value in image.facts:
        if (name, value) not in repeated:
            facts[name] = f"{facts[name]}; {value}" if name in facts else value
    return facts
