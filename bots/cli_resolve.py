"""`easel resolve`: what became of the requests whose answer was lost. Only the provider's own bill can tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bots.assembly import founded
from core.errors import NotFound
from core.settings import Settings
from core.store.store import Job
from core.wording import amount

NONE = "No request is waiting to be resolved."
HOW = (
    "Look on the provider's bill whether each was billed, then say so: easel resolve JOB --billed, or --not-billed.\n"
    "Either way its person gets the allowance back; what was billed still counts for limits on money that many share."
)


async def listed(settings: Settings) -> str:
    """All of them, for the operator's eyes: when, with which model, and what is held. No prompts."""
    async with founded(settings) as foundation:
        jobs = await foundation.store.unresolved()
    return "\n".join([*(_line(job) for job in jobs), "", HOW]) if jobs else NONE


async def resolved(settings: Settings, said: str, *, billed: bool) -> str:
    """Resolve one, named by its id or the beginning of it. Raises `NotFound`."""
    async with founded(settings) as foundation:
        job = _meant(await foundation.store.unresolved(), said)
        await foundation.store.resolve(job.id, billed=billed)
    held = amount("images", job.plan.reserved.images)
    kept = " The shared limits on money keep it." if billed else ""
    return f"Done: {held} went back to {job.request.actor.name}.{kept}"


def _meant(jobs: Sequence[Job], said: str) -> Job:
    found = [job for job in jobs if said and job.id.startswith(said.lower())]
    if len(found) != 1:
        what = "No request that waits to be resolved" if not found else "More than one of those requests"
        raise NotFound(f"{what} has an id that begins like this.", "`easel resolve` lists them.")
    return found[0]


def _line(job: Job) -> str:
    when = datetime.fromtimestamp((job.asked_at_us or job.created_at_us) / 1_000_000, UTC)
    held = job.plan.reserved
    return (
        f"{job.id}  {when:%Y-%m-%d %H:%M:%S} UTC  {job.plan.model}  {job.request.actor.name}"
        f"  {amount('images', held.images)}, {amount('money', held.nanodollars)}"
    )
