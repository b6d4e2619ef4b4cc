"""`easel check --live`: what does the server really support? Free questions first, then one cheap picture."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from bots.cli import Exit
from bots.cli_check import report
from bots.probing import Live
from core.errors import BadSettings, ProviderError, ProviderUnavailable
from core.moderation import Check
from core.providers import models
from core.providers.openai.probing import Found, Verdict
from core.providers.openai.probing_asking import Asked
from core.providers.openai.probing_compared import Compared, advice, compared, dollars
from core.providers.profiles import PROVIDER
from core.settings import Settings, load
from core.settings_openai import account_of
from core.settings_prices import prices_of

TELL = "Tell an administrator."  # how remedies begin that are for people in a chat
LEGEND = "An option that is taken is known there by its name; one of its values may still be refused."
NOTHING_PAID = "Nothing was drawn that is paid for; --yes draws one picture, too."


def check_all(environ: Mapping[str, str], cwd: Path, *, yes: bool) -> Exit:
    """`easel check` first, then the server: `FAILED` when Easel cannot run here, whatever the server says."""
    runs = asyncio.run(report(environ, cwd))
    try:
        settings = load(environ, cwd)
    except BadSettings:  # has been told of
        return Exit.FAILED
    click.echo()
    draws = check_live(settings, yes=yes)
    return draws if runs else Exit.FAILED


def check_live(settings: Settings, *, yes: bool) -> Exit:
    """Ask, print, and say whether it can draw: `OK`, or `REFUSED`. `yes`: a picture may be paid for. Never raises for
    what the server is. Raises `BadSettings` where the settings name no server that could be asked."""
    account = account_of(settings)
    if account is None:
        click.echo("No image API is set up, so nothing was asked: the illustrator draws on this machine.")
        return Exit.OK
    price = prices_of(settings).find(account.server.priced_as, account.model)
    live = Live(settings, account, price)
    click.echo(f"Asking {account.host} for {account.model}, as {account.server.label} ({account.server.name}):")
    found = asyncio.run(_free(live))
    if found.failure is None and _may_draw(live, found, yes=yes):
        found = asyncio.run(_sample(live, found))
    click.echo()
    _show(compared(found, account, models.catalog().find(PROVIDER, account.model)))
    _advise(live, found)
    return _conclude(found)


async def _free(live: Live) -> Found:
    async with live.prober(Found(), free=True) as prober:
        async for asked in prober.free(may_draw=not live.bills_by_the_picture):
            _say(asked)
        return prober.found


async def _sample(live: Live, found: Found) -> Found:
    at_most = live.at_most_nanodollars(found)
    async with live.prober(found) as prober:
        _say(await prober.sample(live.price, at_most))
        return prober.found


def _may_draw(live: Live, found: Found, *, yes: bool) -> bool:
    """Whether one picture may be paid for: asked once on a terminal, and nowhere else without --yes."""
    at_most = live.at_most_nanodollars(found)
    cost = f"costs {dollars(at_most)} at most" if at_most else "costs nothing that Easel knows of"
    if yes:
        click.echo(f"One picture is drawn now; it {cost}.")
        return True
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        click.echo(NOTHING_PAID)
        return False
    return click.confirm(f"Now one real picture, of the cheapest kind. It {cost}. Draw it?", default=False)


def _say(asked: Asked) -> None:
    click.echo(f"  {asked.question}: {asked.answer}")


def _show(lines: Sequence[Compared]) -> None:
    """A table on a terminal, lines elsewhere."""
    if sys.stdout.isatty():
        _table(lines)
    else:
        for line in lines:
            assumed = f" (assumed: {line.assumed})" if line.assumed else ""
            click.echo(f"{'differs' if line.differs else '       '}  {line.name}: {line.found}{assumed}")
    if any(line.found == Verdict.TAKEN for line in lines):
        click.echo(LEGEND)


def _table(lines: Sequence[Compared]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("", "what", "assumed", "found")
    for line in lines:
        style = "bold yellow" if line.differs else ""
        cells = ("differs" if line.differs else "", line.name, line.assumed, line.found)
        table.add_row(*(Text(cell, style=style) for cell in cells))  # as text: a server's words are no markup
    Console().print(table)


def _advise(live: Live, found: Found) -> None:
    model = models.catalog().find(PROVIDER, live.account.model)
    checks = live.settings.moderation.check is not Check.OFF
    for one in advice(found, live.account, model, checks=checks):
        click.echo(f"\n{one.sentence}")
        for line in one.toml.splitlines():
            click.echo(f"    {line}")


def _conclude(found: Found) -> Exit:
    click.echo(f"\n{found.requests} requests were made.")
    if found.sample is not None:
        click.echo("It can draw.")
        return Exit.OK
    if found.failure is not None:
        click.echo(f"It does not draw: {_mend(found.failure)}")
        return Exit.REFUSED
    if found.can_draw:
        click.echo("It can draw, as far as can be seen without drawing anything.")
        return Exit.OK
    click.echo("Whether it can draw is not known without drawing something.")
    return Exit.REFUSED


def _mend(failure: ProviderError) -> str:
    """For the operator, who has the server's own words above, and need not tell an administrator."""
    remedy = failure.remedy.removeprefix(TELL).strip() if isinstance(failure, ProviderUnavailable) else ""
    return " ".join(part for part in (failure.what, remedy) if part)
