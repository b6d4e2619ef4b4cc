"""`easel check`: what is set, and whether Easel can run with it, for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from bots.checks import holder_of, looked, notes
from core.errors import BadSettings
from core.settings import Settings, describe, load


async def report(environ: Mapping[str, str], cwd: Path) -> bool:
    """Print what was found; whether Easel can run."""
    try:
        settings = load(environ, cwd)
    except BadSettings as error:
        _say("settings", error.sentence)
        return False
    _table(settings)
    holder = holder_of(settings)
    found = await looked(settings, is_running=holder is not None)
    for look in found:
        _say(look.name, look.problem)
    for note in (*(each for look in found for each in look.notes), *notes(settings, environ)):
        click.echo(f"note: {note}")
    if holder is not None:
        where = f" at {holder.url}" if holder.url else ""
        click.echo(f"Easel is running now: process {holder.pid}{where}.")
    return not any(look.problem for look in found)


def _table(settings: Settings) -> None:
    rows = describe(settings)
    wide = [max(len(row[column]) for row in rows) for column in range(2)]
    for name, value, origin in rows:
        click.echo(f"{name:<{wide[0]}}  {value:<{wide[1]}}  {origin}")
    for limit in settings.limits:
        click.echo(f"    limit  {limit.scope} {limit.selector}: {limit.amount} {limit.unit}, window {limit.window}")
    for place in settings.workspaces:
        mode = f"mode {place.mode}, " if place.mode else ""
        click.echo(f"    workspace  {place.workspace}: {mode}{len(place.blocked_words)} words of its own")
    for rule in settings.moderation.rules:
        click.echo(f"    moderation  {rule.workspace}: {rule.category} up to {rule.score}")
    for price in settings.prices:
        said = price.model_dump(exclude_none=True, exclude_defaults=True, exclude={"provider", "model"}, mode="json")
        told = ", ".join(f"{name} {value}" for name, value in said.items())
        click.echo(f"    price  {price.provider} {price.model}: {told}")
    click.echo()


def _say(name: str, problem: str) -> None:
    mark = click.style("no", fg="red") if problem else click.style("ok", fg="green")
    click.echo(f"{mark}  {name}{': ' if problem else ''}{problem}")
