"""`easel admin` and `easel usage`: what administrators order and read in a chat, for the person who runs Easel."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from pydantic import SecretStr

from core.administration.administration import Administration
from core.administration.front import period
from core.administration.invoice import Compared, compared
from core.administration.office import Office
from core.administration.report_text import report_csv, report_text
from core.administration.usage import By, Usage
from core.clock import SystemClock
from core.errors import DataFolderBusy, NotFound
from core.model import Actor, Place, new_id
from core.ports import Database
from core.settings import Settings
from core.settings_openai import seal_of_keys
from core.settings_prices import prices_of
from core.store.lock import DataFolderLock
from core.store.migrate import migrate
from core.store.opening import open_database
from core.store.sql import text
from core.store.store import Store

OPERATOR: Final = "operator"
_HOME: Final = re.compile(r"(?P<platform>[a-z]+):(?P<workspace>\S{1,200})")
_MARKS: Final = re.compile(r"\*\*|`")
_PERSON: Final = re.compile(r"\buser:(\S+?)(?=[:,.\s]|$)")


@dataclass(frozen=True, slots=True)
class _Room:
    """The open database."""

    database: Database
    office: Office
    clock: SystemClock


async def ordered(settings: Settings, said: str, words: str, key: Callable[[], SecretStr]) -> str:
    """Carry an order out in a workspace such as `discord:123`, and say what changed. Raises a `Refused`.

    `key`: asks for a key of the workspace's own, where that is what is ordered.
    """
    platform, workspace = _home(said)
    actor = Actor(platform, workspace, OPERATOR, OPERATOR, is_admin=True)
    place = Place(platform, workspace, "", time_zone=settings.time_zone)
    async with _opened(settings) as room:
        office, event = room.office, f"cli:{new_id()}"
        administration = Administration(office.policies, lambda: settings.limits, room.clock, office.keys)
        if administration.takes_key(actor, words):
            return await administration.give_key(actor, event, key())
        return _plain(await administration.order(actor, place, words, event), {})


async def used(settings: Settings, said: str, when: str) -> tuple[str, str]:
    """What one workspace used, or each of them, in words and as a table. Raises a `Refused`."""
    async with _opened(settings) as room:
        homes = [_home(said)] if said else await _homes(room.database)
        found = [(home, *await _report(settings, room, home, when)) for home in homes]
    texts = [
        f"{platform}:{workspace}, {_plain(report_text(report), names)}"
        for (platform, workspace), report, names in found
    ]
    tables = [_table(f"{platform}:{workspace}", report, names) for (platform, workspace), report, names in found]
    rows = [line for number, table in enumerate(tables) for line in table[1 if number else 0 :]]
    return "\n\n".join(texts) or "Nothing was ever asked for.", "".join(rows)


async def beside_invoice(settings: Settings, invoiced: int, when: str, within_percent: int) -> Compared:
    """The operator's books beside an invoice; `invoiced` in nano-dollars, for a span by the clocks of UTC."""
    async with _opened(settings) as room:
        since_us, until_us = period(when, "UTC", room.clock.now_us())
        return await compared(room.database, since_us, until_us, invoiced, within_percent)


async def _report(settings: Settings, room: _Room, home: tuple[str, str], when: str) -> tuple[Usage, Mapping[str, str]]:
    rules = await room.office.policies.of(*home)
    zone = rules.policy.time_zone or settings.time_zone
    since_us, until_us = period(when, zone, room.clock.now_us())
    report = await room.office.reports.usage(*home, since_us, until_us, zone, prices_of(settings))
    return report, await room.office.reports.names(*home, [each.key for each in report.broken_down[By.PERSON]])


def _table(home: str, report: Usage, names: Mapping[str, str]) -> Sequence[str]:
    """As in a chat, with the workspace in front."""
    head, *lines = report_csv(report, names).splitlines(keepends=True)
    return [f"workspace,{head}", *(f"{home},{line}" for line in lines)]


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[_Room]:
    """On Postgres beside whatever runs; a file belongs to one process."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        if settings.database_url is None:
            try:
                stack.enter_context(DataFolderLock(settings.data_dir))
            except DataFolderBusy as error:
                raise DataFolderBusy(
                    error.what,
                    "Say it in a chat, as /easel or /usage, or on the administrators' page; or stop Easel first. "
                    "On Postgres this works beside it.",
                ) from error
        database = await open_database(settings.data_dir, settings.database_url)
        stack.push_async_callback(database.close)
        await migrate(database)
        clock = SystemClock(await Store(database, SystemClock()).latest_us())
        yield _Room(database, Office.over(database, clock, seal_of_keys(settings)), clock)


async def _homes(database: Database) -> list[tuple[str, str]]:
    rows = await database.fetch("SELECT DISTINCT platform, workspace FROM job ORDER BY platform, workspace")
    return [(text(row[0]), text(row[1])) for row in rows]


def _home(said: str) -> tuple[str, str]:
    found = _HOME.fullmatch(said)
    if found is None:
        raise NotFound(
            f"“{said[:60]}” names no workspace.", "It is a platform and its own id there, as in discord:123."
        )
    return found["platform"], found["workspace"]


def _plain(markdown: str, names: Mapping[str, str]) -> str:
    """For a terminal: people by the names that they last had."""
    named = _PERSON.sub(lambda said: f"{names[said[1]]} ({said[1]})" if said[1] in names else said[0], markdown)
    return _MARKS.sub("", named)
