"""An image API behind the port: instant orders go to its Images API, thinking ones to its Responses API."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import lru_cache
from typing import TYPE_CHECKING, assert_never

from core.errors import CannotDraw
from core.model import Mode
from core.ports import BlobStore, EditOrder, GenerateOrder, ModelProfile, ProviderEvent
from core.providers import models
from core.providers.openai.account import Account
from core.providers.openai.connection import Connection
from core.providers.openai.images import Images
from core.providers.profiles import PROVIDER, profile_of

if TYPE_CHECKING:
    from core.providers.openai.thinking import Thinking

PROFILES_MAX = 64  # model names are free text


class OpenAI:
    """Draws with the models of one account, at OpenAI or at any server that speaks like it. An `ImageProvider`."""

    def __init__(self, account: Account, connection: Connection, images: Images, thinking: Thinking | None) -> None:
        self._account = account
        self._connection = connection
        self._images = images
        self._thinking = thinking
        self._profile = lru_cache(PROFILES_MAX)(self._profile_of)

    @property
    def name(self) -> str:
        """Its key in plans, whichever server it is."""
        return PROVIDER

    def profile(self, model: str) -> ModelProfile:
        """What the model can do at this server. A name that no table knows gets a permissive one."""
        return self._profile(model)

    def generate(self, order: GenerateOrder, into: BlobStore) -> AsyncGenerator[ProviderEvent, None]:
        """Draw from words, and from pictures where there are references. Raises `ProviderError`."""
        return self._drawn(order, into)

    def edit(self, order: EditOrder, into: BlobStore) -> AsyncGenerator[ProviderEvent, None]:
        """Draw from a picture. Raises `ProviderError`."""
        return self._drawn(order, into)

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._connection.aclose()

    async def _drawn(self, order: GenerateOrder | EditOrder, into: BlobStore) -> AsyncGenerator[ProviderEvent, None]:
        match order.mode:
            case Mode.INSTANT:
                events = self._images.draw(order, into)
            case Mode.THINKING if self._thinking is not None:
                events = self._thinking.draw(order, into)
            case Mode.THINKING:
                raise CannotDraw("This model does not think before it draws.", "Ask without thinking.")
            case _:
                assert_never(order.mode)
        async with aclosing(events) as stream:
            async for event in stream:
                yield event

    def _profile_of(self, model: str) -> ModelProfile:
        account = self._account
        return profile_of(
            models.catalog().find(PROVIDER, model),
            model,
            account.server,
            previews=account.previews,
            thinking=account.thinking if self._thinking is not None else None,
        )
