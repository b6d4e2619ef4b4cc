"""The door to a person's own data: explained, handed out, forgotten. Everybody may ask for their own, and no more."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

from core.administration.policies import Policies
from core.i18n import say
from core.identity import Pseudonyms
from core.model import Actor
from core.ports import BlobStore, Clock, PlatformAdapter
from core.privacy.erasing import Erased, Erasing
from core.privacy.export import Export, Part
from core.privacy.parcel import PARTS_MAX
from core.privacy.remembering import Remembers
from core.privacy.retention import Departures, Retention
from core.privacy.words import Practice, explanation
from core.store.store import Store


class Privacy:
    """`policies` says how long a workspace keeps; `settle` writes down what is counted in memory."""

    def __init__(
        self,
        store: Store,
        blobs: BlobStore,
        adapters: Mapping[str, PlatformAdapter],
        pseudonyms: Pseudonyms,
        policies: Policies,
        clock: Clock,
        *,
        leaves: Callable[[], bool],
        settle: Callable[[], Awaitable[None]],
    ) -> None:
        """`leaves`: whether what people ask for leaves this machine to be drawn."""
        self._adapters = adapters
        self._policies = policies
        self._leaves = leaves
        self._settle = settle
        self._erasing = Erasing(store, blobs, adapters, pseudonyms, clock)
        self._export = Export(store, blobs, adapters, self._erasing, clock)
        self.departures = Departures(store.database, clock)
        self.retention = Retention(store.database, self._erasing, adapters, clock)

    async def explain(self, actor: Actor) -> str:
        """What is kept of this person, and what they can do about it."""
        rules = await self._policies.of(actor.platform, actor.workspace)
        remembers = self._remembers(actor.platform)
        return explanation(
            Practice(
                everywhere=say("all places that use this Easel") if remembers and remembers.one_id_everywhere else "",
                retention_days=rules.policy.retention_days,
                keeps_for=remembers.keeps_for if remembers else (),
                leaves=self._leaves(),
            )
        )

    def export(self, actor: Actor, part_bytes: int, parts_max: int = PARTS_MAX) -> AsyncGenerator[Part, None]:
        """All that is kept of this person, in zip files of at most that size; what does not fit is named in them."""
        return self._export.parts(actor, part_bytes, parts_max)

    async def erase(self, actor: Actor) -> Erased:
        """Forget this person. Raises a `Refused` while something is drawn for them."""
        await self._settle()
        return await self._erasing.erase(actor)

    def _remembers(self, platform: str) -> Remembers | None:
        if platform not in self._adapters:
            return None
        adapter = self._adapters[platform]
        return adapter if isinstance(adapter, Remembers) else None
