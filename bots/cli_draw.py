"""`easel imagine` and `easel edit`: one request through the whole house, and its pictures written to files."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, assert_never

import click

from bots.assembly import Application, assembled, founded
from bots.cli import Exit, exit_code
from bots.cli_adapter import PLATFORM, STANDARD_OUTPUT, Reporter, Target, TerminalAdapter, numbered
from bots.cli_progress import reporting
from core.errors import Cancelled, EaselError, Refused
from core.model import (
    Actor,
    Finished,
    ImageRef,
    ImageRequest,
    JobId,
    Operation,
    Options,
    OutputFormat,
    Place,
    Unfinished,
    new_id,
)
from core.prompt import parse
from core.settings import Settings, secrets_of
from core.telemetry import start_logging

FORMATS = {
    ".png": OutputFormat.PNG,
    ".jpg": OutputFormat.JPEG,
    ".jpeg": OutputFormat.JPEG,
    ".webp": OutputFormat.WEBP,
}
WORKSPACE = "local"
CHANNEL = "terminal"
# Whoever may read and write the data folder is its operator; limits apply to them like to a moderator.
OPERATOR = Actor(PLATFORM, WORKSPACE, "operator", "Operator", roles=("moderator",), is_admin=True)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asked for. `pictures`: an edit's picture, or references. `output`: a path, or "-"."""

    operation: Operation
    prompt: str
    output: str
    pictures: tuple[Path, ...]
    mask: Path | None
    force: bool
    markup: Path | None = None


def draw(settings: Settings, wish: Wish, *, quiet: bool) -> Exit:
    """Do it, tell how it goes, and return the exit code. Raises `EaselError`, and `UsageError` for a wrong output."""
    form = _format(wish)
    options = Options(format=form)
    _check_output(wish, parse(wish.prompt, options).options.count or 1)
    # The progress is the news here: of the log, only what is wrong.
    level = settings.log.level if settings.log.level in ("debug", "error") else "warning"
    start_logging(settings.log.format, level, secrets_of(settings))
    with reporting(quiet=quiet) as reporter:
        ended = asyncio.run(_through_the_house(settings, wish, options, reporter))
    match ended:
        case Finished(remarks=remarks):
            for remark in () if quiet else remarks:
                click.echo(remark, err=True)
            return Exit.OK
        case None | Unfinished(code=Cancelled.code):
            click.echo("Stopped. Nothing was charged.", err=True)
            return Exit.INTERRUPTED
        case Unfinished(code=code, sentence=sentence):
            click.echo(sentence, err=True)
            return Exit.REFUSED if code in _codes(Refused) else Exit.FAILED
        case EaselError():
            click.echo(ended.sentence, err=True)
            return exit_code(ended)
        case _:
            assert_never(ended)


def _format(wish: Wish) -> OutputFormat | None:
    """The file name says which format is wanted; standard output leaves it open."""
    if wish.output == STANDARD_OUTPUT:
        return None
    suffix = Path(wish.output).suffix.lower()
    if suffix not in FORMATS:
        raise click.UsageError(f"-o {wish.output}: the name must end in {', '.join(FORMATS)}, or be - .")
    return FORMATS[suffix]


def _check_output(wish: Wish, count: int) -> None:
    """What would fail after the drawing had better fail before it."""
    if wish.output == STANDARD_OUTPUT:
        if count > 1:
            raise click.UsageError(f"{count} pictures do not fit into one standard output; give a file name.")
        return
    paths = numbered(Path(wish.output), count)
    if not paths[0].parent.is_dir():
        raise click.UsageError(f"-o {wish.output}: there is no folder {paths[0].parent}.")
    present = [path.name for path in paths if path.exists()]
    if present and not wish.force:
        raise click.UsageError(f"{', '.join(present)} exists already; give another name, or --force.")


def _codes(kind: type[EaselError]) -> set[str]:
    return {kind.code}.union(*(_codes(each) for each in kind.__subclasses__()))


async def _through_the_house(
    settings: Settings, wish: Wish, options: Options, reporter: Reporter
) -> Finished | Unfinished | EaselError | None:
    """Submit, draw, deliver. None when Ctrl-C came first."""
    async with founded(settings) as foundation:
        adapter = TerminalAdapter(foundation.blobs, reporter, click.echo)
        application = assembled(foundation, [adapter])
        return await _run(application, adapter, _request(settings, wish, options, adapter))


def _request(settings: Settings, wish: Wish, options: Options, adapter: TerminalAdapter) -> ImageRequest:
    output = wish.output if wish.output == STANDARD_OUTPUT else str(Path(wish.output).absolute())
    target = Target(new_id(), output, wish.force)
    adapter.expect(target)
    return ImageRequest(
        event_key=target.command,
        actor=OPERATOR,
        place=Place(PLATFORM, WORKSPACE, CHANNEL, time_zone=settings.time_zone),
        destination=target.destination(),
        operation=wish.operation,
        prompt=wish.prompt,
        options=options,
        attachments=tuple(_reference(path) for path in wish.pictures),
        mask=None if wish.mask is None else _reference(wish.mask),
        markup=None if wish.markup is None else _reference(wish.markup),
    )


def _reference(path: Path) -> ImageRef:
    return ImageRef(PLATFORM, token=str(path), name=path.name)


async def _run(
    application: Application, adapter: TerminalAdapter, request: ImageRequest
) -> Finished | Unfinished | EaselError | None:
    stopping = asyncio.Event()
    admitted = await application.studio.submit(request)
    running = asyncio.create_task(application.run(stopping))
    with _interruptible() as interrupted:
        waiting = asyncio.create_task(interrupted.wait())
        ends: list[asyncio.Future[Any]] = [running, waiting, adapter.ended]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
    if not adapter.ended.done() and not running.done():
        await _cancel(application, admitted.job, adapter)
    stopping.set()
    await running  # what is in hand is finished, so that the books are closed; its failure is raised here
    if not adapter.ended.done():
        return None
    error = adapter.ended.exception()
    if isinstance(error, EaselError):
        return error
    return adapter.ended.result()


async def _cancel(application: Application, job: JobId, adapter: TerminalAdapter) -> None:
    """When it is too late to cancel, the picture is paid for: wait for it and write it."""
    if not await application.studio.cancel(job, OPERATOR):
        click.echo("It is too late to stop without a loss; the picture will be written.", err=True)
        await asyncio.wait([adapter.ended])


@contextlib.contextmanager
def _interruptible() -> Iterator[asyncio.Event]:
    """Set by Ctrl-C, once; the second Ctrl-C ends the process as usual."""
    interrupted = asyncio.Event()
    loop = asyncio.get_running_loop()

    def once() -> None:
        interrupted.set()
        loop.remove_signal_handler(signal.SIGINT)

    loop.add_signal_handler(signal.SIGINT, once)
    try:
        yield interrupted
    finally:
        loop.remove_signal_handler(signal.SIGINT)
