"""The terminal as a platform: reads the files that a command names, and writes its pictures where it says."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from core.errors import Gone, UnusableImage
from core.model import (
    Capabilities,
    Destination,
    Finished,
    ImageRef,
    JobId,
    MessageRef,
    Outcome,
    PlannedFile,
    PostingPlan,
    Progress,
    Unfinished,
)
from core.ports import BlobStore

PLATFORM = "cli"
STANDARD_OUTPUT = "-"
_FILE_BYTES_MAX = 64_000_000  # more than the opener takes, so that its own sentence is the one that is read
_NO_LIMIT = 2**50
_PROGRESS_INTERVAL_US = 100_000


@dataclass(frozen=True, slots=True)
class Target:
    """What the destination's token says: where the pictures go, and which command wants them there."""

    command: str  # a random id; standard output belongs to this command only
    output: str  # an absolute path, or "-"
    force: bool = False

    def destination(self) -> Destination:
        """As the core stores it."""
        return Destination(PLATFORM, json.dumps(asdict(self), sort_keys=True))

    @classmethod
    def of(cls, destination: Destination) -> Target:
        """Read it back. Raises `Gone` for a token that another version wrote and this one cannot read."""
        try:
            return cls(**json.loads(destination.token))
        except (ValueError, TypeError) as error:
            raise Gone("The command that asked for this is not known any more.") from error


class Reporter(Protocol):
    """Shows a command's progress to the person who waits."""

    def show(self, update: Progress) -> None:
        """The job got this far."""
        ...


def numbered(output: Path, count: int) -> list[Path]:
    """`fox.png` for one picture, `fox-1.png`, `fox-2.png`, … for several."""
    if count == 1:
        return [output]
    return [output.with_name(f"{output.stem}-{number}{output.suffix}") for number in range(1, count + 1)]


class TerminalAdapter:
    """A `PlatformAdapter` for one command. `ended` has the outcome once it is delivered; or the reason why not."""

    platform = PLATFORM

    def __init__(self, blobs: BlobStore, reporter: Reporter, say_path: Callable[[str], None]) -> None:
        self._blobs = blobs
        self._reporter = reporter
        self._say_path = say_path
        self._command = ""
        self.ended: asyncio.Future[Finished | Unfinished] = asyncio.get_running_loop().create_future()

    def expect(self, target: Target) -> None:
        """From now on, this command's outcome is the one that ends it."""
        self._command = target.command

    def capabilities(self, at: Destination) -> Capabilities:
        """A disk has room for the original, whatever its size."""
        return Capabilities(
            file_bytes=_NO_LIMIT,
            message_bytes=_NO_LIMIT,
            files=_NO_LIMIT,
            media_types=frozenset({"image/png", "image/jpeg", "image/webp"}),
            text_characters=_NO_LIMIT,
            alt_characters=_NO_LIMIT,
            previews=False,
            progress_interval_us=_PROGRESS_INTERVAL_US,
            ephemeral=True,
        )

    async def open(self, ref: ImageRef) -> bytes:
        """The named file, as it is."""
        return await asyncio.to_thread(_read, Path(ref.token), ref.name)

    async def progress(self, to: Destination, update: Progress) -> None:
        """Show it, when it is this command's."""
        with contextlib.suppress(Gone):  # a destination that cannot be read is nobody's news
            if Target.of(to).command == self._command:
                self._reporter.show(update)

    async def deliver(self, to: Destination, outcome: Outcome, plan: PostingPlan) -> tuple[MessageRef, ...]:
        """Write the files. A picture of an earlier command that was cut short goes where that one wanted it."""
        target = Target.of(to)
        mine = target.command == self._command
        if target.output == STANDARD_OUTPUT and not mine:
            raise Gone("The command that wanted this on its standard output has ended.")
        try:
            references = await self._write(target, outcome, plan, mine)
        except Gone as error:
            if mine and not self.ended.done():
                self.ended.set_exception(error)
            raise
        if mine and not self.ended.done():
            self.ended.set_result(outcome)
        return references

    async def _write(self, target: Target, outcome: Outcome, plan: PostingPlan, mine: bool) -> tuple[MessageRef, ...]:
        if isinstance(outcome, Unfinished):
            return (_reference(outcome.job, 0),)
        files = [file for message in plan.messages for file in message]
        paths = numbered(Path(target.output), len(files))
        for file, path in zip(files, paths, strict=True):
            await self._write_one(file, path, target)
            if mine and target.output != STANDARD_OUTPUT:
                self._say_path(str(path))
        return tuple(_reference(outcome.job, number) for number, _ in enumerate(plan.messages))

    async def _write_one(self, file: PlannedFile, path: Path, target: Target) -> None:
        data = await self._blobs.read(file.blob)
        if target.output == STANDARD_OUTPUT:
            await asyncio.to_thread(_to_standard_output, data)
        else:
            await asyncio.to_thread(_write, path, data, target.force)


def _reference(job: JobId, number: int) -> MessageRef:
    return MessageRef(PLATFORM, "terminal", f"{job}-{number}")


def _read(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_FILE_BYTES_MAX + 1)
    except OSError as error:
        raise Gone(f"{name or 'The file'} cannot be read any more.") from error
    if len(data) > _FILE_BYTES_MAX:
        raise UnusableImage(f"{name} is larger than {_FILE_BYTES_MAX // 1_000_000} MB.", "Make it smaller.")
    return data


def _write(path: Path, data: bytes, force: bool) -> None:
    """All of it or nothing; and nothing when it is there already, since a delivery may be tried again."""
    if path.exists() and not force:
        if path.read_bytes() == data:
            return
        raise Gone(f"{path.name} exists.", "Give another name, or --force.")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Gone(f"{path.name} cannot be written: {error.strerror}.", "Choose another place.") from error


def _to_standard_output(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
