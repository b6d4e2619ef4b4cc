"""`easel`, the command line: commands, options and exit codes. What a command needs is imported when it runs."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pydantic import SecretStr

    from core.settings import Settings

EXISTING_FILE = click.Path(exists=True, dir_okay=False, readable=True, resolve_path=True, path_type=Path)
EXIT_CODES = """\b
Exit codes:
  0    done
  1    it failed; the sentence on standard error says why
  2    the command line or the settings cannot be used
  3    refused: a quota, a prompt or picture that cannot be used, or an image API that does not draw
  4    another process has the data folder
  130  stopped with Ctrl-C
"""


class Exit(IntEnum):
    """What `easel` says to the shell; also in `easel --help`."""

    OK = 0
    FAILED = 1
    SETTINGS = 2
    REFUSED = 3
    BUSY = 4
    INTERRUPTED = 130


class _Commands(click.Group):
    """A group that turns our errors into one sentence and an exit code, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        from core.errors import EaselError

        try:
            return super().invoke(ctx)
        except EaselError as error:
            click.echo(error.sentence, err=True)
            ctx.exit(exit_code(error))
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)
            ctx.exit(Exit.INTERRUPTED)
        except (PermissionError, FileExistsError, NotADirectoryError) as error:
            # Only the data folder is opened without its own sentence; the operator may read its path.
            click.echo(f"{error.filename} cannot be used: {error.strerror}. EASEL_DATA_DIR names the folder.", err=True)
            ctx.exit(Exit.FAILED)


def exit_code(error: Exception) -> Exit:
    """The exit code of an error."""
    from core.errors import BadSettings, DataFolderBusy, Refused

    match error:
        case BadSettings():
            return Exit.SETTINGS
        case DataFolderBusy():
            return Exit.BUSY
        case Refused():
            return Exit.REFUSED
        case _:
            return Exit.FAILED


@click.group(cls=_Commands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="easel", prog_name="easel")
def main() -> None:
    """An image studio that lives in chat.

    Settings come from easel.toml and from EASEL_... variables; `easel check` lists them.
    """


def _settings() -> Settings:
    from core.settings import load

    return load(os.environ, Path.cwd())


@main.command()
def run() -> None:
    """Start Easel: the playground, and every platform that is connected."""
    from bots.run import Ended, serve
    from core.settings import secrets_of, web_token
    from core.telemetry import start_logging

    ended = Ended.AGAIN
    while ended is Ended.AGAIN:
        settings = _settings()
        start_logging(settings.log.format, settings.log.level, [web_token(settings), *secrets_of(settings)])
        ended = asyncio.run(serve(settings))


OUTPUT = click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE",
    help="Where to write the picture: .png, .jpg or .webp; `-` is standard output. Several become FILE-1, FILE-2, ...",
)
FORCE = click.option("--force", is_flag=True, help="Write over files that exist.")
QUIET = click.option("-q", "--quiet", is_flag=True, help="No progress; only the paths of what was written.")


@main.command(context_settings={"ignore_unknown_options": True}, epilog=EXIT_CODES)
@click.argument("prompt", nargs=-1, required=True)
@OUTPUT
@click.option("--ref", "references", multiple=True, type=EXISTING_FILE, help="A picture to go by; may be repeated.")
@FORCE
@QUIET
def imagine(prompt: Sequence[str], output: str, references: Sequence[Path], force: bool, quiet: bool) -> None:
    """Draw a picture from words.

    The words take the same flags as in chat: `--ar 16:9`, `--n 4`, `--size 2k`, `--style poster`.
    """
    from bots.cli_draw import Wish, draw
    from core.model import Operation

    wish = Wish(Operation.GENERATE, " ".join(prompt), output, tuple(references), None, force)
    sys.exit(draw(_settings(), wish, quiet=quiet))


@main.command(context_settings={"ignore_unknown_options": True}, epilog=EXIT_CODES)
@click.argument("image", type=EXISTING_FILE)
@click.argument("instruction", nargs=-1, required=True)
@OUTPUT
@click.option(
    "--mask", type=EXISTING_FILE, help="A PNG of the picture's size; only where it is transparent may change."
)
@click.option(
    "--markup", type=EXISTING_FILE, help="A transparent PNG of its size with your notes: arrows, circles, words."
)
@FORCE
@QUIET
def edit(
    image: Path, instruction: Sequence[str], output: str, mask: Path | None, markup: Path | None, **how: bool
) -> None:
    """Change a picture as the words say: `easel edit photo.jpg make it night -o night.jpg`."""
    from bots.cli_draw import Wish, draw
    from core.model import Operation

    wish = Wish(Operation.EDIT, " ".join(instruction), output, (image,), mask, how["force"], markup)
    sys.exit(draw(_settings(), wish, quiet=how["quiet"]))


@main.command(epilog=EXIT_CODES)
@click.option("--live", is_flag=True, help="Ask the image API, too, what it supports. What costs money is asked first.")
@click.option("--yes", is_flag=True, help="With --live: draw one picture, without asking whether it may cost.")
def check(live: bool, yes: bool) -> None:
    """Say what is set and whether Easel can run with it; changes nothing."""
    if yes and not live:
        raise click.UsageError("--yes says that --live may draw a picture, and goes with it only.")
    if live:
        from bots.cli_live import check_all

        sys.exit(check_all(os.environ, Path.cwd(), yes=yes))
    from bots.cli_check import report

    sys.exit(Exit.OK if asyncio.run(report(os.environ, Path.cwd())) else Exit.FAILED)


@main.command(epilog=EXIT_CODES)
@click.argument("platform", type=click.Choice(["discord"]))
def invite(platform: str) -> None:
    """Print the link that brings Easel into a server, what it asks for, and why."""
    from bots.discord.invite import told
    from core.errors import BadSettings

    application = _settings().discord.application
    if application is None:
        raise BadSettings("There is no Discord bot yet.", "Make one as the README says, and set DISCORD_TOKEN.")
    click.echo(told(application))


@main.command(epilog=EXIT_CODES)
@click.argument("platform", type=click.Choice(["slack"]))
@click.option("--url", help="Where Slack reaches Easel over HTTP. Without one: as the settings say, or Socket Mode.")
@click.option("--minimal", is_flag=True, help="Mentions, commands, buttons and menus only: no messages are read.")
@click.option("--json", "as_json", is_flag=True, help="JSON in place of YAML.")
def manifest(platform: str, url: str | None, minimal: bool, as_json: bool) -> None:
    """Print the description of the app that Slack asks for when it is made, each permission with its reason."""
    from bots.cli_slack import described

    click.echo(described(_settings().slack, url, minimal=minimal, as_json=as_json))


@main.command(epilog=EXIT_CODES)
@click.argument("job", required=False)
@click.option("--billed/--not-billed", default=None, help="Whether the provider billed it.")
def resolve(job: str | None, billed: bool | None) -> None:
    """List requests whose answer was lost, or say of one whether it was billed. Stop Easel first."""
    from bots.cli_resolve import listed, resolved

    if (job is None) != (billed is None):
        raise click.UsageError("Give a job and --billed or --not-billed; or neither, for the list.")
    settings = _settings()
    click.echo(
        asyncio.run(listed(settings) if job is None or billed is None else resolved(settings, job, billed=billed))
    )


@main.command(epilog=EXIT_CODES, context_settings={"ignore_unknown_options": True})
@click.argument("workspace")
@click.argument("words", nargs=-1)
def admin(workspace: str, words: Sequence[str]) -> None:
    """Decide who may draw how much in a workspace: `easel admin discord:123 limit 30 images a day for everyone`.

    The orders are those of /easel in a chat; without one, it says what is decided. On Postgres it works beside a
    running Easel; a data folder belongs to one process: stop Easel first, or say it in a chat.

    A key of the workspace's own is asked for, or read from standard input, and never from the command line, which
    other people on this machine may see: `easel admin discord:123 key < file`.
    """
    from bots.cli_office import ordered

    click.echo(asyncio.run(ordered(_settings(), workspace, " ".join(words), _own_key)))


def _own_key() -> SecretStr:
    """From a person without an echo, or the first line of what is piped in."""
    from pydantic import SecretStr

    if sys.stdin.isatty():
        return SecretStr(click.prompt("The key", hide_input=True, err=True))
    return SecretStr(sys.stdin.readline().strip())


@main.command(epilog=EXIT_CODES)
@click.option("--workspace", default="", help="One workspace, as discord:123; without it, all that drew anything.")
@click.option("--period", default="month", help="today, week, month or last-month.")
@click.option("--csv", "table", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path), help="Write a table.")
@FORCE
def usage(workspace: str, period: str, table: Path | None, force: bool) -> None:
    """Say what was drawn and what it cost, by person, channel, model and day."""
    from bots.cli_office import used

    if table is not None and str(table) != "-" and table.exists() and not force:
        raise click.UsageError(f"{table} is there already; --force writes over it.")
    words, rows = asyncio.run(used(_settings(), workspace, period))
    if table is None:
        click.echo(words)
    elif str(table) == "-":
        click.echo(rows, nl=False)
    else:
        table.write_text(rows, encoding="utf-8", newline="")


@main.command(epilog=EXIT_CODES)
@click.argument("amount")
@click.option("--period", default="last-month", help="today, week, month or last-month, by the clocks of UTC.")
@click.option("--within", default=5, type=click.IntRange(0, 100), help="How many per cent they may be apart.")
def reconcile(amount: str, period: str, within: int) -> None:
    """Hold the provider's invoice (AMOUNT, as $41.30) against the books: what was billed, and what may have been."""
    from bots.cli_office import beside_invoice
    from core.money import parse_money

    try:
        invoiced = parse_money(amount)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    found = asyncio.run(beside_invoice(_settings(), invoiced, period, within))
    click.echo(found.sentence)
    sys.exit(Exit.OK if found.agrees else Exit.FAILED)


@main.command()
def migrate() -> None:
    """Bring the data folder to this version's schema (`easel run` does it, too)."""
    from bots.cli_schema import migrate_all

    for namespace, version in asyncio.run(migrate_all(_settings())):
        click.echo(f"{namespace}: version {version}")


@main.command()
def healthcheck() -> None:
    """Ask the running Easel whether it is well. For containers and monitors."""
    from bots.cli_health import ask

    problem = asyncio.run(ask(_settings()))
    click.echo(problem or "ok", err=bool(problem))
    sys.exit(Exit.FAILED if problem else Exit.OK)
