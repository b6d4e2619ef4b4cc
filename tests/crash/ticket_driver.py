"""One life of a whole Easel whose provider works on its own: `python ticket_driver.py FOLDER JOB`.

Without a JOB it asks for a picture and kills itself as soon as the provider goes on after it has given its ticket. With
one it lives until that job is told. The provider's side is a file that survives every life: one line for each question.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from support_house import house
from support_painter import Painter

from core.model import Finished, StageName
from core.ports import BlobStore, Order, ProviderEvent, Stage, Ticket


@dataclass
class Background(Painter):
    """Gives a ticket for each question, and the answer to whoever has one."""

    folder: Path = Path()
    deadly: bool = False

    async def _draw(self, order: Order, into: BlobStore) -> AsyncIterator[ProviderEvent]:
        if not order.ticket:
            with (self.folder / "asked.log").open("a") as log:
                log.write(f"{order.job}\n")
            yield Ticket(f"resp_of_{order.job}")
            if self.deadly:  # this line is reached when the next event is waited for
                os.kill(os.getpid(), signal.SIGKILL)
        else:
            assert order.ticket == f"resp_of_{order.job}"
        yield Stage(StageName.DRAWING)
        async for event in super()._draw(order, into):
            yield event


async def main(folder: Path, job: str) -> None:
    """One life."""
    async with house(folder / "data", hand=Background(folder=folder, deadly=not job)) as home:
        if not job:
            (folder / "job").write_text((await home.submit("a square")).job)
            await asyncio.sleep(60)
        outcome = await home.board.outcome(job)  # type: ignore[arg-type] # an id
        assert isinstance(outcome, Finished), outcome
        (folder / "told").write_text(f"{len(outcome.images)} {outcome.charged.images}")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""))
