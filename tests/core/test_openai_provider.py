"""The image API as a provider: its profiles, and which of its two ways an order goes."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest
from support_openai import account_at, drawing_at, told, wish

from core.blobs.files import FileBlobs
from core.clock import SystemClock
from core.errors import CannotDraw
from core.model import Mode, Quality
from core.ports import BlobStore, EditOrder, GenerateOrder, ProviderEvent, ThinkingBudget, Usage
from core.providers.openai.account import Account
from core.providers.openai.breaker import Breakers
from core.providers.openai.connection import Connection
from core.providers.openai.images import Images
from core.providers.openai.pacing import Pacing
from core.providers.openai.provider import OpenAI
from core.providers.openai.thinking import Thinking

HERE = "http://127.0.0.1:9/v1"  # nobody listens there
BUDGET = ThinkingBudget(model="gpt-5.5", tool_calls_max=4, text_in_tokens_max=20_000, text_out_tokens_max=20_000)


class Thinks(Thinking):
    """A thinker that only says that it was asked."""

    async def draw(self, order: GenerateOrder | EditOrder, into: BlobStore) -> AsyncGenerator[ProviderEvent, None]:
        yield Usage(images=0, nanodollars=7)


def provider_of(account: Account) -> OpenAI:
    clock = SystemClock()
    connection = Connection(account, clock, Pacing(clock), Breakers(clock))
    return OpenAI(account, connection, Images(account, connection), Thinks(account, connection, clock))


async def test_a_profile_is_looked_up_once_and_every_name_has_one() -> None:
    async with drawing_at(account_at(HERE, "")) as provider:
        known, unknown = provider.profile("gpt-image-2-2026-04-21"), provider.profile("my-own-finetune")
        assert provider.profile("my-own-finetune") is unknown
    assert (known.provider, known.model, known.label) == ("openai", "gpt-image-2-2026-04-21", "GPT Image 2")
    assert known.previews_max == 2
    assert known.mask_is_guidance
    assert not known.repeatable
    assert Quality.MAX not in known.qualities
    assert unknown.label == "my-own-finetune"
    assert unknown.qualities == frozenset(Quality)


async def test_a_model_thinks_where_there_is_a_thinker() -> None:
    provider = provider_of(account_at(HERE, "", thinking=BUDGET, thinking_model="gpt-5.5"))
    assert provider.profile("gpt-image-2").modes == frozenset(Mode)
    assert provider.profile("gpt-image-2").thinking == BUDGET
    await provider.aclose()
    async with drawing_at(account_at(HERE, "", thinking=BUDGET, thinking_model="gpt-5.5")) as without:
        assert without.profile("gpt-image-2").modes == {Mode.INSTANT}
        assert without.profile("gpt-image-2").thinking is None


async def test_an_order_goes_the_way_that_its_mode_says(tmp_path_factory: pytest.TempPathFactory) -> None:
    blobs = FileBlobs(tmp_path_factory.mktemp("blobs"))
    provider = provider_of(account_at(HERE, "", thinking=BUDGET, thinking_model="gpt-5.5"))
    assert await told(provider.generate(wish(mode=Mode.THINKING), blobs)) == [Usage(images=0, nanodollars=7)]
    await provider.aclose()
    async with drawing_at(account_at(HERE, "")) as instant:
        with pytest.raises(CannotDraw):
            await told(instant.generate(wish(mode=Mode.THINKING), blobs))
