"""What the playground keeps of people: its own messages and what was attached to them."""

# ruff: noqa: S608 - statements are put together from constants and parameter numbers, never from anybody's words

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from bots.web.channel import ChannelLog
from bots.web.messages import BODY, Body
from bots.web.people import SOMEBODY
from core.i18n import say
from core.ports import BlobStore, Database, Row, Transaction
from core.privacy.remembering import KeptFile, Recalled, Traces
from core.store.sql import list_of, portions
from core.upkeep import Needed

KEEPS_FOR: Final = (say("What you write here and what you attach: as long as the playground is kept."),)
GONE: Final = "This message was deleted."
_UPLOAD: Final = "upload:"
_COLUMNS: Final = "id, channel, author, only_for, created_at_us, body"


class Remembering:
    """Over the playground's tables. `changed` wakes the pages that show a channel."""

    def __init__(self, log: ChannelLog, database: Database, blobs: BlobStore, changed: Callable[[str], None]) -> None:
        self._log = log
        self._db = database
        self._blobs = blobs
        self._changed = changed

    async def recall(self, traces: Traces) -> Recalled:
        """What they wrote and were told, and their files."""
        messages = await self._messages(traces)
        uploads = await self._uploads(traces, messages)
        said = [
            {"channel": row[1], "by": row[2], "at_us": row[4], "text": BODY.validate_json(str(row[5])).text}
            for row in messages
        ]
        files = [{"id": row[0], "name": row[2]} for row in uploads]
        return Recalled(
            {"messages": said, "attachments": files}, tuple(KeptFile(str(row[2]), str(row[1])) for row in uploads)
        )

    async def forget(self, traces: Traces, needed: Needed) -> None:
        """What was theirs alone goes; what stands between others' messages says that it was deleted."""
        messages = await self._messages(traces)
        uploads = await self._uploads(traces, messages)
        ids = {str(row[0]) for row in uploads}
        for blob in dict.fromkeys(str(row[1]) for row in uploads):  # a crash in between leaves rows, not files
            others = await self._db.fetch("SELECT id FROM web_upload WHERE blob = $1", blob)
            if all(str(row[0]) in ids for row in others) and not await needed(blob):
                await self._blobs.delete(blob)

        async def work(tx: Transaction) -> None:
            for table in ("web_picture", "web_attachment"):
                await tx.execute_many(f"DELETE FROM {table} WHERE message = $1", [(row[0],) for row in messages])
            for row in messages:
                if row[3] is not None:
                    await tx.execute("DELETE FROM web_message WHERE id = $1", row[0])
                else:
                    await self._log.blank(tx, str(row[0]), Body(text=GONE))
            await tx.execute_many("DELETE FROM web_attachment WHERE upload = $1", [(each,) for each in sorted(ids)])
            await tx.execute_many("DELETE FROM web_upload WHERE id = $1", [(each,) for each in sorted(ids)])

        await self._db.write(work)
        for channel in {str(row[1]) for row in messages}:
            self._changed(channel)

    async def _messages(self, traces: Traces) -> list[Row]:
        """What they wrote, what was for them alone, and what came of their requests."""
        older = "created_at_us <= $1 AND author <> $2"
        if traces.person:
            values = (traces.before_us, SOMEBODY, traces.person)
            where = f"{older} AND (author = $3 OR only_for = $3)"
        else:
            values, where = (traces.before_us, SOMEBODY, "easel"), f"{older} AND (author <> $3 OR only_for IS NOT NULL)"
        found = list(await self._db.fetch(f"SELECT {_COLUMNS} FROM web_message WHERE {where}", *values))
        for some in portions(traces.jobs):
            found += await self._db.fetch(
                f"SELECT {_COLUMNS} FROM web_message WHERE job IN ({list_of(len(some))})", *some
            )
        return list({str(row[0]): row for row in found}.values())

    async def _uploads(self, traces: Traces, messages: Sequence[Row]) -> list[Row]:
        """Attached to these messages, or used by these requests: masks are in no message."""
        ids = {token.removeprefix(_UPLOAD) for token in traces.tokens if token.startswith(_UPLOAD)}
        for row in messages:
            ids |= {each.upload for each in BODY.validate_json(str(row[5])).attachments}
        found: list[Row] = []
        for some in portions(sorted(ids)):
            found += await self._db.fetch(
                f"SELECT id, blob, name FROM web_upload WHERE id IN ({list_of(len(some))})", *some
            )
        return found
