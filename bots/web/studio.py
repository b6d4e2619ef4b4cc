"""What the playground needs of the core: the door of `core.studio.Studio`, and nothing behind it."""

from __future__ import annotations

from typing import Protocol

from core.model import (
    Actor,
    Admitted,
    Allowance,
    Click,
    Details,
    ImageId,
    ImageRequest,
    JobId,
    Place,
    StoredImage,
)


class Studio(Protocol):
    """All that a person can ask of Easel. Every refusal is a `core.errors.Refused`."""

    async def submit(self, request: ImageRequest) -> Admitted:
        """Make this request a job."""
        ...

    async def act(self, click: Click) -> Admitted:
        """A button that draws or shows."""
        ...

    async def cancel(self, job: JobId, actor: Actor) -> bool:
        """Whether it could be stopped in time."""
        ...

    async def delete(self, image: ImageId, actor: Actor, place: Place) -> None:
        """Forget a picture."""
        ...

    async def allowances(self, actor: Actor, place: Place) -> tuple[Allowance, ...]:
        """Every limit that applies."""
        ...

    async def details(self, image: ImageId, actor: Actor, place: Place) -> Details:
        """All about a picture."""
        ...

    async def history(
        self, actor: Actor, place: Place, words: str = "", before_us: int | None = None, limit: int = 24
    ) -> tuple[StoredImage, ...]:
        """Earlier pictures, the newest first."""
        ...

    async def picture(self, image: ImageId, actor: Actor, place: Place) -> StoredImage:
        """The picture, if this person may see it here."""
        ...
