"""Drawing with a workspace's own key: the operator's server, the workspace's account, and never the operator's key."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from pydantic import SecretStr

from core.errors import ProviderUnusable
from core.i18n import joined, say
from core.model import Place
from core.ports import BlobStore, EditOrder, GenerateOrder, ImageProvider, ModelProfile, ProviderEvent

KEPT_MAX: Final = 64  # accounts that keep connections while nobody draws with them


@dataclass(frozen=True, slots=True)
class Connected:
    """A provider that draws with one key, and how to let go of its connections."""

    provider: ImageProvider
    aclose: Callable[[], Awaitable[None]]


@dataclass(slots=True)
class _Kept:
    connected: Connected
    users: int = 0


class OwnAccounts:
    """Who draws for workspaces that have a key of their own. To be closed with `aclose`.

    `secrets`: the key of a platform's workspace; `connect`: a provider that draws with a key.
    """

    def __init__(
        self, secrets: Callable[[str, str], Awaitable[SecretStr]], connect: Callable[[SecretStr], Connected]
    ) -> None:
        self._secrets = secrets
        self._connect = connect
        self._kept: OrderedDict[SecretStr, _Kept] = OrderedDict()

    @asynccontextmanager
    async def drawing(self, place: Place) -> AsyncIterator[ImageProvider]:
        """The provider of this place's workspace, while it is used. Raises `ProviderUnusable` without a usable key."""
        key = await self._secrets(place.platform, place.workspace)
        if key not in self._kept:
            self._kept[key] = _Kept(self._connect(key))
        kept = self._kept[key]
        self._kept.move_to_end(key)
        kept.users += 1
        try:
            yield _Own(kept.connected.provider)
        finally:
            kept.users -= 1
            await self._forget()

    async def aclose(self) -> None:
        """Let go of all connections."""
        while self._kept:
            _, kept = self._kept.popitem()
            await kept.connected.aclose()

    async def _forget(self) -> None:
        """Keys that were given up, and workspaces that are quiet, need no connections."""
        idle = [key for key, kept in self._kept.items() if not kept.users]
        for key in idle[: max(0, len(self._kept) - KEPT_MAX)]:
            await self._kept.pop(key).connected.aclose()


class _Own:
    """An `ImageProvider` that says whose key it is when the key is of no use."""

    def __init__(self, provider: ImageProvider) -> None:
        self._provider = provider

    @property
    def name(self) -> str:
        """Its key in plans: the operator's, since it is the same server."""
        return self._provider.name

    def profile(self, model: str) -> ModelProfile:
        """What the model can do."""
        return self._provider.profile(model)

    def generate(self, order: GenerateOrder, into: BlobStore) -> AsyncGenerator[ProviderEvent, None]:
        """Draw from words. Raises `ProviderError`."""
        return _told(self._provider.generate(order, into))

    def edit(self, order: EditOrder, into: BlobStore) -> AsyncGenerator[ProviderEvent, None]:
        """Draw from a picture. Raises `ProviderError`."""
        return _told(self._provider.edit(order, into))


async def _told(events: AsyncGenerator[ProviderEvent, None]) -> AsyncGenerator[ProviderEvent, None]:
    async with aclosing(events) as stream:
        try:
            async for event in stream:
                yield event
        except ProviderUnusable as error:
            raise ProviderUnusable(
                joined((error.what, say("It was asked with this workspace's own key."))),
                say("An administrator of this workspace has to look at that account, or give another key: /easel key."),
                note=f"own key: {error.note}",
            ) from error
