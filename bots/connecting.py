"""Connecting Discord, Slack and a key from the administrators' page: each is tried before it is kept.

What is given is kept in the data folder (`core.settings_kept`) and counts from the next start on. What is set elsewhere
wins, so it is not asked for here. Nothing of a secret is ever shown, logged or told.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, assert_never

import structlog
from pydantic import SecretStr

from bots.checks import looked, notes
from bots.probing import Live, first_answers
from bots.web.admin.connecting import Line, Part, Setting, State, Tone
from core import settings_kept
from core.clock import SystemClock
from core.errors import BadSettings, OperatorError, Refused
from core.ports import Clock
from core.providers.openai.probing import MODELS, Verdict, told
from core.settings import Settings, describe, load
from core.settings_kept import Kept
from core.settings_openai import account_of
from core.settings_prices import prices_of
from core.settings_wording import SettingPath, dotted

PATHS: Final[Mapping[Part, tuple[SettingPath, ...]]] = {
    Part.DISCORD: (settings_kept.DISCORD_TOKEN,),
    Part.SLACK: (settings_kept.SLACK_BOT, settings_kept.SLACK_APP),
    Part.KEY: (settings_kept.IMAGE_KEY,),
}
TRIES_MAX: Final = 10  # in a minute: Discord counts refused tokens towards a ban
_MINUTE_US: Final = 60_000_000
_SLACK_APPS: Final = "https://api.slack.com/apps"

_log = structlog.get_logger()


class TooManyTries(Refused):
    """Tokens are tried one after another, and not many in a minute."""

    code = "too_many_tries"
    cost = ""  # nothing was to be drawn


class NotGiven(Refused):
    """It cannot be used."""

    code = "not_given"
    cost = ""  # nothing was to be drawn


class Connections:
    """Over the settings of the running Easel. `restart`: end this life, and begin the next one."""

    def __init__(
        self,
        environ: Mapping[str, str],
        cwd: Path,
        settings: Settings,
        restart: Callable[[], None],
        clock: Clock | None = None,
    ) -> None:
        self._environ = environ
        self._cwd = cwd
        self._settings = settings
        self._clock = clock or SystemClock()
        self._at_start = settings_kept.read(settings.data_dir)
        self._tries: list[int] = []
        self._one = asyncio.Lock()
        self.restart = restart

    def settings(self) -> Sequence[Setting]:
        """All of them, without a secret."""
        return [Setting(*row) for row in describe(self._settings)]

    def states(self) -> Sequence[State]:
        """How each part stands."""
        return [self._state(part) for part in Part]

    async def checked(self) -> Sequence[Line]:
        """What `easel check` looks at."""
        async with self._one:
            found = await looked(self._settings, is_running=True)
        lines = [Line(Tone.BAD if look.problem else Tone.GOOD, look.name, look.problem) for look in found]
        said = [*(note for look in found for note in look.notes), *notes(self._settings, self._environ)]
        return lines + [Line(Tone.NOTE, "note", note) for note in said]

    async def give(self, part: Part, secrets: Sequence[SecretStr]) -> Sequence[Line]:
        """Try them, and keep them when they work. Raises `NotGiven`, `TooManyTries` and `OperatorError`."""
        paths = PATHS[part]
        if len(secrets) != len(paths) or not all(secret.get_secret_value().strip() for secret in secrets):
            raise NotGiven("Something is missing.", "Fill in each field.")
        async with self._one:
            self._counted()
            self._here_to_give(part)
            kept = dict(settings_kept.read(self._settings.data_dir))
            for path, secret in zip(paths, secrets, strict=True):
                kept[dotted(path)] = secret.get_secret_value().strip()
            if part is Part.KEY:
                kept[settings_kept.IMAGE_SERVER] = self._settings.openai.base_url
            wanted = self._wanted(kept)
            lines = await _tried(part, wanted)
            settings_kept.write(self._settings.data_dir, kept)
        _log.info("connection_given", part=part.value)
        return lines

    async def forget(self, part: Part) -> None:
        """Keep it no longer. Raises `NotGiven`."""
        async with self._one:
            self._here_to_give(part)
            kept = dict(settings_kept.read(self._settings.data_dir))
            names = {dotted(path) for path in PATHS[part]}
            if not names & kept.keys():
                raise NotGiven("Nothing of it is kept here.", "Load the page again.")
            settings_kept.write(
                self._settings.data_dir, {name: value for name, value in kept.items() if name not in names}
            )
        _log.info("connection_forgotten", part=part.value)

    def _state(self, part: Part) -> State:
        kept = settings_kept.read(self._settings.data_dir)
        origin = self._elsewhere(part)
        here = not origin and all(dotted(path) in kept for path in PATHS[part])
        names = [dotted(path) for path in PATHS[part]]
        changed = any(kept.get(name) != self._at_start.get(name) for name in names)
        state = State(part, origin, here, waiting=changed and not origin)
        return self._with_ways(state)

    def _with_ways(self, state: State) -> State:
        """And where to go for it."""
        match state.part:
            case Part.DISCORD:
                return replace(state, invitation=self._invitation())
            case Part.SLACK:
                from bots.slack.manifest import manifest

                return replace(state, manifest=json.dumps(manifest(), indent=2, ensure_ascii=False))
            case Part.KEY:
                return replace(state, server=self._settings.openai.base_url)
            case _:
                assert_never(state.part)

    def _invitation(self) -> str:
        from bots.discord.invite import server_link

        application = self._settings.discord.application
        return "" if application is None else server_link(application)

    def _elsewhere(self, part: Part) -> str:
        """What it is set by, when that is not this page."""
        origins = [self._settings.origin(path) for path in PATHS[part]]
        return next((origin for origin in origins if origin not in ("default", settings_kept.FILE)), "")

    def _here_to_give(self, part: Part) -> None:
        if origin := self._elsewhere(part):
            raise NotGiven(f"It is set by {origin}, which counts more than this page.", "Change it there.")

    def _counted(self) -> None:
        now_us = self._clock.now_us()
        self._tries = [at_us for at_us in self._tries if at_us > now_us - _MINUTE_US]
        if len(self._tries) >= TRIES_MAX:
            raise TooManyTries("That were many tries in a minute.", "Wait a minute, then try again.")
        self._tries.append(now_us)

    def _wanted(self, kept: Kept) -> Settings:
        """The settings as they would be. Raises `NotGiven` where Easel could not start with them."""
        try:
            return load(self._environ, self._cwd, kept)
        except BadSettings as error:
            what = error.what.partition("\n")[2].strip().removeprefix("- ") or error.what
            raise NotGiven(what.replace(f"{settings_kept.FILE}: ", ""), "Copy it again.") from None


async def _tried(part: Part, settings: Settings) -> Sequence[Line]:
    """Ask whoever it is for. Raises `OperatorError` and `NotGiven`."""
    match part:
        case Part.DISCORD:
            return await _discord(settings)
        case Part.SLACK:
            return await _slack(settings)
        case Part.KEY:
            return await _key(settings)
        case _:
            assert_never(part)


async def _discord(settings: Settings) -> Sequence[Line]:
    from bots.discord.introducing import introduced
    from bots.discord.invite import INTENT, PORTAL, server_link

    assert settings.discord.token is not None
    found = await introduced(settings.discord.token, settings.discord.api_base)
    lines = [Line(Tone.GOOD, "Token", f"Discord knows it as the bot of “{found.name}”.")]
    if found.content:
        lines.append(Line(Tone.GOOD, "Message content intent", "It is on: replies and threads work without a mention."))
    else:
        lines.append(Line(Tone.NOTE, "Message content intent", INTENT, f"{PORTAL}/{found.application}/bot"))
    lines.append(
        Line(
            Tone.NOTE if not found.servers else Tone.GOOD,
            "Servers",
            "It is in no server yet: let it in." if not found.servers else f"It is in about {found.servers}.",
            server_link(found.application),
        )
    )
    return lines


async def _slack(settings: Settings) -> Sequence[Line]:
    from bots.slack.introducing import introduced

    bot, app = settings.slack.bot_token, settings.slack.app_token
    assert bot is not None
    assert app is not None
    found = await introduced(bot, app, settings.slack.api_base)
    lines = [
        Line(Tone.GOOD, "Bot token", f"It is {found.name} in the workspace “{found.team}”."),
        Line(Tone.GOOD, "App token", "Slack opens a connection for it."),
    ]
    if found.missing:
        said = f"The token lacks {', '.join(found.missing)}. Take the manifest anew, then install the app again."
        lines.append(Line(Tone.NOTE, "Scopes", said, _SLACK_APPS))
    else:
        lines.append(Line(Tone.GOOD, "Scopes", "It has all that it needs."))
    return lines


async def _key(settings: Settings) -> Sequence[Line]:
    account = account_of(settings)
    if account is None:
        raise NotGiven("The settings say that the illustrator draws.", "Set provider to auto, or take it away.")
    price = prices_of(settings).find(account.server.priced_as, account.model)
    found = await first_answers(Live(settings, account, price))
    if found.failure is not None:
        raise OperatorError(
            told(found.failure), "Nothing is kept. See that it is a key of this server, and that it is paid for."
        )
    if found.can_draw is None and found.verdict(MODELS) is not Verdict.TAKEN:
        raise OperatorError(
            f"{account.host} gave no answer by which a key could be known.", "Set it in easel.toml, and try it there."
        )
    lines = [Line(Tone.GOOD, "Key", f"{account.host} takes it.")]
    if found.can_draw:
        lines.append(
            Line(Tone.GOOD, "Drawing", f"{account.model} draws with it, as far as can be seen without paying.")
        )
    elif found.listed and account.model not in found.listed:
        said = f"{account.model} is not among its models; an organization may have to be verified for it first."
        lines.append(Line(Tone.NOTE, "Drawing", said))
    return lines
