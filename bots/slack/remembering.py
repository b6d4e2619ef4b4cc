"""What Slack's part keeps of people: handed out to them, taken back from the channels, forgotten."""

# ruff: noqa: S608 - statements are put together from constants and parameter numbers, never from anybody's words

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Sequence
from typing import Final

import structlog

from bots.slack.api import Api, Unreachable
from bots.slack.destination import Spot, decode
from bots.slack.posts import Post
from bots.slack.records import KEPT, Records
from bots.slack.removing import ABSENT, remove
from core.errors import DeliveryError, Gone
from core.i18n import say
from core.ports import BlobStore, Database, Row, Transaction, Value
from core.privacy.remembering import KeptFile, Recalled, Shown, Traces
from core.store.sql import list_of, portions
from core.upkeep import Needed

KEEPS_FOR: Final = (
    say("Files that you show me: 7 days. Questions that wait for your answer, and what Slack says of you: 30 days."),
    say("Where my messages stand, so that they can be removed: as long as the pictures in them."),
)
_KEPT_IN: Final = re.compile(rf"{KEPT}([0-9a-f]{{32}})", re.ASCII)
_ASKED: Final = "asked"  # notes of questions that were put to those who decide
_WAITING: Final = "kind IN ('which', 'member', 'shortcut')"

log = structlog.get_logger()


class Remembering:
    """Over the tables of `records`."""

    def __init__(self, api: Api, records: Records, blobs: BlobStore, database: Database) -> None:
        self._api = api
        self._records = records
        self._blobs = blobs
        self._db = database

    async def recall(self, traces: Traces) -> Recalled:
        """Everything of theirs."""
        kept, notes = await self._kept(traces), await self._notes(traces)
        mine = "WHERE person = $1 AND team IN ({teams})"
        rows = {
            "what_slack_says_of_you": [
                {**json.loads(str(row[0])), "at_us": row[1]}
                for row in await self._of_teams("body, at_us", f"slack_person {mine}", traces)
            ],
            "waiting_questions": _named(("kind", "id", "words", "at_us"), notes),
            "not_posted_yet": _named(
                ("sentence", "told", "at_us"),
                await self._of_teams("sentence, told, at_us", f"slack_inbox {mine}", traces),
            ),
            "taken_up": _named(("message", "answered", "at_us"), await self._working(traces)),
            "what_happened_already": _named(("what", "where", "at_us"), await self._seen(traces)),
            "messages_of_requests": [
                {"request": post.job, "channel": post.channel, "message": post.message, "files": ", ".join(post.files)}
                for job in traces.jobs
                for post in (await self._records.posts.of(job)).values()
            ],
            "files": _named(("id", "name", "at_us"), [(row[0], row[2], row[3]) for row in kept]),
        }
        return Recalled(rows, tuple(KeptFile(str(row[2]), str(row[1])) for row in kept))

    async def take_back(self, shown: Sequence[Shown]) -> int:
        """How many messages still stand."""
        left = 0
        for each in shown:
            try:
                spot = decode(each.destination)
            except Gone:
                continue
            async for taken in self._taken(each, spot):
                left += not taken
        return left

    async def forget(self, traces: Traces, needed: Needed) -> None:
        """Everything of theirs."""
        kept, notes, seen = await self._kept(traces), await self._notes(traces), await self._seen(traces)
        working = await self._working(traces)
        gone = {str(row[0]) for row in kept}
        # The bytes first: a crash in between leaves rows, which are found again.
        for blob in dict.fromkeys(str(row[1]) for row in kept):
            others = await self._db.fetch("SELECT id FROM slack_kept WHERE blob = $1", blob)
            if all(str(row[0]) in gone for row in others) and not await needed(blob):
                await self._blobs.delete(blob)

        async def work(tx: Transaction) -> None:
            jobs = [(job,) for job in traces.jobs]
            await tx.execute_many("DELETE FROM slack_kept WHERE id = $1", [(each,) for each in sorted(gone)])
            await tx.execute_many("DELETE FROM slack_note WHERE kind = $1 AND id = $2", [row[:2] for row in notes])
            await tx.execute_many("DELETE FROM slack_seen WHERE kind = $1 AND scope = $2", [row[:2] for row in seen])
            for table in ("slack_inbox", "slack_file", "slack_post"):
                await tx.execute_many(f"DELETE FROM {table} WHERE job = $1", jobs)
            for asked in working:
                await tx.execute("DELETE FROM slack_working WHERE asked = $1", asked[0])
            for team in sorted(traces.workspaces) if traces.person else ():
                for table in ("slack_inbox", "slack_person"):
                    await tx.execute(f"DELETE FROM {table} WHERE team = $1 AND person = $2", team, traces.person)
                await tx.execute(
                    "UPDATE slack_installation SET installer = '' WHERE team = $1 AND installer = $2",
                    team,
                    traces.person,
                )

        await self._db.write(work)

    # --- in the channels ----------------------------------------------------------------------------------------------

    async def _taken(self, shown: Shown, spot: Spot) -> AsyncIterator[bool]:
        """Whether each message went."""
        api = self._api.within(spot.enterprise)
        for image in shown.images:  # also where somebody else showed it once more
            if await self._records.posts.of_image(spot.team, image):
                try:
                    await remove(api, self._records.posts, spot.team, image)
                except DeliveryError as error:
                    log.info("slack_post_stands", code=error.code)
                    yield False
                else:
                    yield True
        for post in (await self._records.posts.of(shown.job)).values():
            if not post.files:
                yield await self._words_taken(api, post)
        question = await self._records.noted(_ASKED, shown.job)
        if question:
            yield await self._deleted(api, spot.team, spot.channel, question)

    async def _words_taken(self, api: Api, post: Post) -> bool:
        """A message without pictures: why there are none, or what is left of one whose files are gone."""
        return all(
            [await self._deleted(api, post.team, post.channel, ts) for ts in (post.controls, post.message) if "." in ts]
        )

    async def _deleted(self, api: Api, team: str, channel: str, ts: str) -> bool:
        try:
            await api.delete(team, channel, ts)
        except Unreachable as error:
            return error.reason in ABSENT
        except DeliveryError:
            return False
        return True

    # --- in the tables ------------------------------------------------------------------------------------------------

    async def _of_teams(self, columns: str, where: str, traces: Traces) -> Sequence[Row]:
        if not traces.person:
            return ()
        teams = sorted(traces.workspaces)
        sql = where.format(teams=list_of(len(teams), first=2))
        return await self._db.fetch(f"SELECT {columns} FROM {sql}", traces.person, *teams)

    async def _notes(self, traces: Traces) -> list[Row]:
        """Questions that wait for them, and which channel their direct messages are."""
        if not traces.person:
            return []
        found: list[Row] = list(
            await self._db.fetch(
                f"SELECT kind, id, body, at_us FROM slack_note WHERE {_WAITING} AND body LIKE $1",
                f'%"{traces.person}"%',
            )
        )
        for team in sorted(traces.workspaces):
            found += await self._db.fetch(
                "SELECT kind, id, body, at_us FROM slack_note"
                " WHERE (kind = 'direct' AND id = $1) OR (kind IN ('photo', 'asked') AND id LIKE $2)",
                *(f"{team}/{traces.person}", f"{team}/%/{traces.person}"),
            )
        return found

    async def _seen(self, traces: Traces) -> list[Row]:
        if not traces.person:
            return []
        found: list[Row] = []
        for team in sorted(traces.workspaces):
            found += await self._db.fetch(
                "SELECT kind, scope, at_us FROM slack_seen WHERE scope LIKE $1 OR scope LIKE $2",
                *(f"{team}/{traces.person}/%", f"{team}/%/{traces.person}"),
            )
        return found

    async def _working(self, traces: Traces) -> list[Row]:
        """What was taken up for them: where its answer belongs holds their name."""
        if not traces.person:
            return []
        found: list[Row] = []
        for team in sorted(traces.workspaces):
            found += await self._db.fetch(
                "SELECT asked, settled, at_us FROM slack_working WHERE spot LIKE $1 AND spot LIKE $2",
                *(f'%"t":"{team}"%', f'%"u":"{traces.person}"%'),
            )
        return found

    async def _kept(self, traces: Traces) -> list[Row]:
        """Their files, and those that their requests or their unanswered questions point at."""
        ids = {token.removeprefix(KEPT) for token in traces.tokens if token.startswith(KEPT)}
        for _, _, body, _ in await self._notes(traces):
            ids |= set(_KEPT_IN.findall(str(body))) | set(re.findall(r'"kept": "([0-9a-f]{32})"', str(body)))
        found: list[Row] = []
        for team in sorted(traces.workspaces) if traces.person else ():
            mine = f"{team}/{traces.person}"
            found += await self._db.fetch("SELECT id, blob, name, at_us FROM slack_kept WHERE person = $1", mine)
        for some in portions(sorted(ids - {str(row[0]) for row in found})):
            found += await self._db.fetch(
                f"SELECT id, blob, name, at_us FROM slack_kept WHERE id IN ({list_of(len(some))})", *some
            )
        return found


def _named(names: Sequence[str], rows: Sequence[Sequence[Value]]) -> list[dict[str, Value]]:
    return [dict(zip(names, row, strict=True)) for row in rows]
