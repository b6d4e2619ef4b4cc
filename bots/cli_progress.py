"""How far a command's picture is: a bar on a terminal, plain lines in a pipe. Standard error only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from bots.cli_adapter import Reporter
from core.model import Progress, StageName

_SAID = {
    StageName.QUEUED: "waiting",
    StageName.READING: "reading the pictures",
    StageName.PLANNING: "planning",
    StageName.SEARCHING: "searching the web",
    StageName.DRAWING: "drawing",
    StageName.CHECKING: "checking",
    StageName.POSTING: "writing",
}
_ORDER = tuple(StageName)


def said(update: Progress) -> str:
    """One stage in words."""
    if update.stage is StageName.QUEUED and update.ahead:
        return f"waiting, {update.ahead} before this one"
    return _SAID[update.stage]


class Lines:
    """One plain line for each new stage."""

    def __init__(self) -> None:
        self._last = ""

    def show(self, update: Progress) -> None:
        """Say it, once."""
        if (line := said(update)) != self._last:
            self._last = line
            click.echo(line, err=True)


class Silence:
    """For --quiet."""

    def show(self, update: Progress) -> None:
        """Say nothing."""


@contextmanager
def reporting(*, quiet: bool) -> Iterator[Reporter]:
    """What suits standard error: nothing, lines, or a bar that is gone when the work is done."""
    if quiet:
        yield Silence()
    elif sys.stderr.isatty():
        with _bar() as bar:
            yield bar
    else:
        yield Lines()


@contextmanager
def _bar() -> Iterator[Reporter]:
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Columns

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Columns(*columns, console=console, transient=True) as shown:
        task = shown.add_task(_SAID[StageName.QUEUED], total=len(_ORDER))

        class Bar:
            """The stages that are behind us, of all."""

            def show(self, update: Progress) -> None:
                """Move the bar."""
                shown.update(task, description=said(update), completed=_ORDER.index(update.stage))

        yield Bar()
