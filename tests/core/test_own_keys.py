"""A workspace's own key: encrypted, never shown again, in no audit, and the only account that draws for it."""

from __future__ import annotations

import asyncio
import base64
import os
import stat
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from support_postgres import SQLITE, Engine
from support_store import HandClock

from core.administration.administration import Administration
from core.administration.own_keys import SAID, BadKey, NoKeysHere, OwnKeys
from core.administration.policies import Policies
from core.administration.reading_parts import NotUnderstood
from core.errors import NotAllowed, ProviderUnusable, Refused
from core.model import Actor, Place
from core.ports import Database, ProviderEvent
from core.providers.own_accounts import KEPT_MAX, Connected, OwnAccounts
from core.sealing import Seal, Sealed, seal_of

MODERATOR = Actor("discord", "W", "U1", "Moderator", is_admin=True)
MEMBER = Actor("discord", "W", "U2", "Member")
HERE = Place("discord", "W", "C1")
KEY = "sk-proj-0123456789abcdefghijklmnopWXYZ"
OTHER = "sk-proj-another-one-that-is-long-enough"


def fresh() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


@dataclass
class Room:
    """One process on a database."""

    database: Database
    clock: HandClock
    administration: Administration
    keys: OwnKeys
    policies: Policies

    async def say(self, words: str, actor: Actor = MODERATOR) -> str:
        return await self.administration.order(actor, HERE, words, words)

    async def everything(self) -> str:
        rows = [await self.database.fetch(f"SELECT * FROM {name}") for name in ("own_key", "audit", "policy")]
        return str(rows)


@asynccontextmanager
async def room(folder: Path, seal: Seal | None, engine: Engine = SQLITE) -> AsyncIterator[Room]:
    folder.mkdir(exist_ok=True)
    database, clock = await engine.open(folder), HandClock()
    try:
        policies = Policies(database, clock)
        keys = OwnKeys(database, policies, clock, seal)
        yield Room(database, clock, Administration(policies, lambda: (), clock, keys), keys, policies)
    finally:
        await database.close()


async def test_a_key_is_kept_and_only_its_end_is_ever_told(tmp_path: Path, engine: Engine) -> None:
    async with room(tmp_path, Seal([fresh()]), engine) as one:
        told = await one.administration.give_key(MODERATOR, "e1", SecretStr(f" {KEY}\n"))
        assert told == (
            "From now on this workspace's pictures are drawn with its own key, which ends in WXYZ, and billed to it."
        )
        assert (await one.keys.secret("discord", "W")).get_secret_value() == KEY
        assert "own key, which ends in WXYZ, since" in await one.say("show")
        assert f"`{SAID}`" in await one.say("audit")
        everything = await one.everything()
        assert KEY not in everything
        assert KEY[:12] not in everything
        assert "0123456789" not in await one.say("show") + await one.say("audit")
    assert KEY.encode() not in b"".join(each.read_bytes() for each in tmp_path.iterdir())


async def test_what_was_given_is_taken_away_or_replaced(tmp_path: Path, engine: Engine) -> None:
    async with room(tmp_path, Seal([fresh()]), engine) as one:
        await one.administration.give_key(MODERATOR, "e1", SecretStr(KEY))
        await one.administration.give_key(MODERATOR, "e2", SecretStr(OTHER))
        assert (await one.keys.secret("discord", "W")).get_secret_value() == OTHER
        await one.say("key off")
        assert (await one.policies.of("discord", "W")).key is None
        assert "own key" not in await one.say("show")
        with pytest.raises(ProviderUnusable, match="taken away"):
            await one.keys.secret("discord", "W")
        with pytest.raises(Refused, match="no key of its own"):
            await one.administration.order(MODERATOR, HERE, "key off", "again")


async def test_no_other_workspace_has_it(tmp_path: Path, engine: Engine) -> None:
    async with room(tmp_path, Seal([fresh()]), engine) as one:
        await one.administration.give_key(MODERATOR, "e1", SecretStr(KEY))
        assert (await one.policies.of("discord", "V")).key is None
        with pytest.raises(ProviderUnusable):
            await one.keys.secret("discord", "V")
        await one.database.write(lambda tx: tx.execute("UPDATE own_key SET workspace = 'V'"))
        with pytest.raises(ProviderUnusable, match="cannot be read any more"):
            await one.keys.secret("discord", "V")


@pytest.mark.parametrize(
    "bad", ["", "sk-1234", "two words in it", "sk-ünïcode-ünïcode", "x" * 513, "line\nbreak-in-it"]
)
async def test_what_cannot_be_a_key_is_not_kept(tmp_path: Path, bad: str) -> None:
    async with room(tmp_path, Seal([fresh()])) as one:
        with pytest.raises(BadKey) as caught:
            await one.administration.give_key(MODERATOR, "e1", SecretStr(bad))
        assert not bad or bad not in caught.value.sentence
        assert (await one.policies.of("discord", "W")).key is None


async def test_a_key_in_a_chat_is_neither_kept_nor_repeated(tmp_path: Path) -> None:
    async with room(tmp_path, Seal([fresh()])) as one:
        with pytest.raises(NotUnderstood, match="revoke it") as caught:
            await one.say(f"key {KEY}")
        assert KEY not in caught.value.sentence
        assert (await one.policies.of("discord", "W")).key is None
        assert KEY not in await one.everything()


async def test_who_may_give_one_and_where(tmp_path: Path) -> None:
    async with room(tmp_path, Seal([fresh()])) as one:
        with pytest.raises(NotAllowed):
            await one.administration.give_key(MEMBER, "e1", SecretStr(KEY))
        assert one.administration.takes_key(MODERATOR, " Key ")
        assert not one.administration.takes_key(MODERATOR, "key off")
        assert not one.administration.takes_key(MEMBER, "key")
        with pytest.raises(Refused, match="no form for a key here"):
            await one.say("key")
    async with room(tmp_path / "drawn-by-itself", None) as other:
        assert not other.administration.takes_key(MODERATOR, "key")
        for asking in (other.say("key"), other.administration.give_key(MODERATOR, "e1", SecretStr(KEY))):
            with pytest.raises(NoKeysHere):
                await asking


async def test_a_newer_encryption_key_takes_over_and_a_lost_one_is_said(tmp_path: Path, engine: Engine) -> None:
    old, new = fresh(), fresh()
    async with room(tmp_path, Seal([old]), engine) as one:
        await one.administration.give_key(MODERATOR, "e1", SecretStr(KEY))
    async with room(tmp_path, Seal([new, old]), engine) as one:
        assert (await one.keys.secret("discord", "W")).get_secret_value() == KEY
    async with room(tmp_path, Seal([new]), engine) as one:
        assert (await one.keys.secret("discord", "W")).get_secret_value() == KEY
    async with room(tmp_path, Seal([old]), engine) as one:
        with pytest.raises(ProviderUnusable, match="cannot be read any more"):
            await one.keys.secret("discord", "W")


def test_without_a_setting_the_encryption_key_is_a_file_for_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "data" / "own-keys-key"
    sealed = seal_of((), file).close("here", {"key": KEY})
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert seal_of((), file).open("here", sealed) == {"key": KEY}
    set_since = seal_of((fresh(),), file)
    assert set_since.open("here", sealed) == {"key": KEY}
    assert not set_since.is_newest(sealed)
    with pytest.raises(Sealed):
        set_since.open("elsewhere", sealed)
    other = tmp_path / "other"
    seal_of((fresh(),), other)
    assert not other.exists()


# --- the accounts ----------------------------------------------------------------------------------------------------


@dataclass
class Accounts:
    """Keys by workspace, and what is connected."""

    keys: dict[str, str] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)

    async def secret(self, platform: str, workspace: str) -> SecretStr:
        return SecretStr(self.keys.get(workspace, workspace))

    def connect(self, key: SecretStr) -> Connected:
        name = key.get_secret_value()
        self.made.append(name)

        async def aclose() -> None:
            self.closed.append(name)

        return Connected(_Refusing(name), aclose)  # type: ignore[arg-type] # what is asked of it here it can do


@dataclass
class _Refusing:
    name: str

    async def generate(self, order: object, into: object) -> AsyncGenerator[ProviderEvent, None]:
        raise ProviderUnusable("OpenAI does not let Easel in.", "Tell whoever runs Easel.", note="status 401")
        yield  # type: ignore[unreachable] # what makes it a generator


async def test_each_key_is_connected_once_and_let_go_of_when_it_is_not_used() -> None:
    known = Accounts()
    accounts = OwnAccounts(known.secret, known.connect)
    async with accounts.drawing(HERE) as first, accounts.drawing(HERE):
        assert (first.name, known.made) == ("W", ["W"])
        for number in range(KEPT_MAX + 5):
            async with accounts.drawing(replace(HERE, workspace=f"W{number}")):
                pass
        assert "W" not in known.closed, "it is in use"
        assert len(known.closed) == 6
    known.keys["W"] = "newer"
    async with accounts.drawing(HERE) as now:
        assert now.name == "newer"
    await accounts.aclose()
    assert sorted(known.closed) == sorted(known.made)


async def test_a_refused_key_is_said_to_be_the_workspaces() -> None:
    accounts = OwnAccounts(Accounts().secret, Accounts().connect)
    async with accounts.drawing(HERE) as provider, asyncio.timeout(5):
        with pytest.raises(ProviderUnusable) as caught:
            async for _ in provider.generate(None, None):  # type: ignore[arg-type] # it is refused before it is looked at
                pass
    assert "with this workspace's own key" in caught.value.sentence
    assert "/easel key" in caught.value.sentence
    assert "whoever runs" not in caught.value.sentence
