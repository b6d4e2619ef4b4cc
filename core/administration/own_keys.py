"""A workspace's own key of the image API: kept encrypted, never shown again, and written into no audit."""

from __future__ import annotations

import re
from typing import Final

from pydantic import SecretStr

from core.administration.carrying_out import NothingToDo
from core.administration.policies import Policies
from core.errors import ProviderUnusable, Refused
from core.model import Actor
from core.ports import Clock, Database, Transaction
from core.sealing import Seal, Sealed
from core.store.erasure import drop_key
from core.store.sql import text

KEY_CHARACTERS_MIN: Final = 8
KEY_CHARACTERS_MAX: Final = 512
SAID: Final = "key (not written down)"
# RFC 9110, 5.5: visible ASCII, in a header
_USABLE: Final = re.compile(rf"[!-~]{{{KEY_CHARACTERS_MIN},{KEY_CHARACTERS_MAX}}}")
_ENDS: Final = 4
_LONG: Final = 16  # of a shorter one, four characters would be too much of it


def is_usable(given: SecretStr) -> bool:
    """Whether this can be a key, once the blanks around it are gone."""
    return _USABLE.fullmatch(given.get_secret_value().strip()) is not None


class NoKeysHere(Refused):
    """Nobody draws with a key."""

    code = "no_keys"
    cost = ""  # nothing was to be drawn

    def __init__(self) -> None:
        super().__init__("Easel needs no key here: no image API draws.", "Whoever runs Easel can set one up.")


class BadKey(Refused):
    """It cannot be a key."""

    code = "bad_key"
    cost = ""  # nothing was to be drawn

    def __init__(self) -> None:
        what = "This cannot be a key: it is too short, or holds a blank or a letter that none has."
        super().__init__(what, "Copy it again.")


class OwnKeys:
    """Over one database. `seal`: None where nobody draws with a key."""

    def __init__(self, database: Database, policies: Policies, clock: Clock, seal: Seal | None) -> None:
        self._db = database
        self._policies = policies
        self._clock = clock
        self._seal = seal

    @property
    def are_taken(self) -> bool:
        """Whether a workspace may draw with a key of its own."""
        return self._seal is not None

    async def give(self, actor: Actor, event_key: str, given: SecretStr) -> str:
        """Keep it in place of an earlier one; the sentence about it. Raises `NoKeysHere` and `BadKey`."""
        seal = self._seal
        if seal is None:
            raise NoKeysHere
        if not is_usable(given):
            raise BadKey
        key = given.get_secret_value().strip()
        ends = key[-_ENDS:] if len(key) >= _LONG else ""
        sealed = seal.close(_place(actor.platform, actor.workspace), {"key": key})

        async def work(tx: Transaction) -> str:
            values = (actor.platform, actor.workspace, sealed, ends, actor.user, self._clock.now_us())
            await tx.execute(_WRITE, *values)
            which = f", which ends in {ends}" if ends else ""
            return f"From now on this workspace's pictures are drawn with its own key{which}, and billed to it."

        return await self._policies.audited(actor, event_key, SAID, work)

    async def drop(self, actor: Actor, event_key: str) -> str:
        """Forget it; the sentence about it. Raises `NothingToDo` where there is none."""

        async def work(tx: Transaction) -> str:
            if not await drop_key(tx, actor.platform, actor.workspace):
                raise NothingToDo("This workspace has no key of its own.")
            return "The key is forgotten: whoever runs Easel pays for this workspace's pictures again."

        return await self._policies.audited(actor, event_key, "key off", work)

    async def secret(self, platform: str, workspace: str) -> SecretStr:
        """The key itself. Raises `ProviderUnusable` when there is none any more, or none that can be read."""
        row = await self._db.fetch_one(
            "SELECT sealed FROM own_key WHERE platform = $1 AND workspace = $2", platform, workspace
        )
        if row is None:
            raise ProviderUnusable("This workspace's own key was taken away meanwhile.", "Ask again.", note="own key")
        if self._seal is None:
            raise _unreadable()
        try:
            sealed = text(row[0])
            key = self._seal.open(_place(platform, workspace), sealed)["key"]
        except Sealed:
            raise _unreadable() from None
        if not self._seal.is_newest(sealed):
            await self._renew(platform, workspace, sealed, key, self._seal)
        return SecretStr(key)

    async def _renew(self, platform: str, workspace: str, sealed: str, key: str, seal: Seal) -> None:
        """Encrypt it with the newest key, so that an older one can be given up in the end."""
        newly = seal.close(_place(platform, workspace), {"key": key})

        async def work(tx: Transaction) -> None:
            await tx.execute(
                "UPDATE own_key SET sealed = $4 WHERE platform = $1 AND workspace = $2 AND sealed = $3",
                *(platform, workspace, sealed, newly),
            )

        await self._db.write(work)


_WRITE: Final = (
    "INSERT INTO own_key (platform, workspace, sealed, ends, person, at_us) VALUES ($1, $2, $3, $4, $5, $6)"
    " ON CONFLICT (platform, workspace) DO UPDATE SET"
    " sealed = excluded.sealed, ends = excluded.ends, person = excluded.person, at_us = excluded.at_us"
)


def _unreadable() -> ProviderUnusable:
    return ProviderUnusable(
        "This workspace's own key cannot be read any more.",
        "An administrator of it has to give the key again: /easel key.",
        note="own key: encrypted with another key",
    )


def _place(platform: str, workspace: str) -> str:
    return f"own_key\n{platform}\n{workspace}"
