"""A provider that is asked over a network, as far as the core can tell: it is paid, and may work on its own."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image
from support_house import Hand
from support_images import encoded

from core.model import Size
from core.ports import BlobStore, Drawn, ModelProfile, Order, ProviderEvent, Ticket, Usage
from core.store.sqlite import SqliteDatabase


@dataclass
class Painter(Hand):
    """Somebody who is paid, draws the whole picture anew whatever the mask says, and answers with these files."""

    repeatable: bool = False
    mask_is_guidance: bool = True
    files: list[bytes] = field(default_factory=lambda: [encoded(Image.new("RGB", (64, 64), "teal"))])
    drawn: Drawn | None = None  # what else is said of each
    remarks: tuple[str, ...] = ()
    ticket: str = ""  # given to whoever comes without one

    def profile(self, model: str) -> ModelProfile:
        return replace(super().profile(model), mask_is_guidance=self.mask_is_guidance)

    async def _draw(self, order: Order, into: BlobStore) -> AsyncIterator[ProviderEvent]:
        self.orders.append(order)
        if self.ticket and not order.ticket:
            yield Ticket(self.ticket)
        if self.meanwhile is not None:
            await self.meanwhile(order)
        for data in self.files:
            with Image.open(io.BytesIO(data)) as picture:
                size, media_type = Size(*picture.size), Image.MIME[str(picture.format)]
            blob = await into.put(data)
            said = self.drawn or Drawn(blob, size, media_type)
            yield replace(said, blob=blob, size=size, media_type=media_type)
        yield Usage(len(self.files), self.nanodollars, self.remarks)


async def read(folder: Path, sql: str) -> list[tuple[object, ...]]:
    """Rows of a house that may be open or not."""
    db = await SqliteDatabase.open(folder / "easel.sqlite3")
    try:
        return [tuple(row) for row in await db.fetch(sql)]
    finally:
        await db.close()


async def spending(folder: Path) -> list[tuple[object, ...]]:
    """The operator's ledger."""
    return await read(folder, "SELECT kind, provider, nanodollars FROM provider_spend")
