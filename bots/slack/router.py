"""The one place where something that happened in Slack finds its handler: by its kind and the ids in it.

A listener acknowledges and hands over, nothing else. An exception within about 10 ms after `ack()` takes the
acknowledgement back (slack_bolt 1.30, `AsyncioListenerRunner`: its error path replaces `ack.response`), so nothing that
can fail stands behind one. Whatever Slack sends is acknowledged: what nobody answers is sent again, three times.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack.clients import library_logger
from bots.slack.event import Event, Payload
from bots.slack.tasks import Tasks
from bots.slack.workspaces import Workspaces

Handler: TypeAlias = "Callable[[Event], Awaitable[None]]"

# Slack, "message event": a person's own words, a file of theirs, a thread's answer that is shown in the channel, too,
# and "/me". Every other subtype says that something about a message changed, or that a program wrote.
SAID: Final = frozenset({"", "file_share", "thread_broadcast", "me_message"})
NOT_INSTALLED: Final = (
    "Easel is not installed here any more. Ask an administrator of this workspace to install it again."
)
_SKEW_SECONDS: Final = 2
_ANY: Final = re.compile(r"(?s).*")
_TEAM: Final = "easel_team"
_ME: Final = "easel_me"
_OURS: Final = "easel:"
_SLACKBOT: Final = frozenset({"USLACKBOT", "USLACK"})

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Handlers:
    """Who is told of what. `check` answers at once, from the payload alone."""

    message: Handler
    command: Handler
    click: Handler
    shortcut: Handler
    submit: Handler
    home: Handler
    left: Callable[[str, str, bool], Awaitable[None]] | None = None  # of (team, enterprise, all of a Grid)
    check: Callable[[Payload], dict[str, str]] = lambda view: {}  # what is wrong with a form, by its block


def app_of(
    handlers: Handlers, workspaces: Workspaces, client: AsyncWebClient, signing_secret: str, tasks: Tasks
) -> AsyncApp:
    """bolt's app, with a listener for everything.

    Nothing is left to its defaults: it would read SLACK_BOT_TOKEN, SLACK_CLIENT_ID and others from the environment.
    """

    async def authorize(enterprise_id: str | None, context: AsyncBoltContext) -> AuthorizeResult | None:
        team, enterprise = str(context.get(_TEAM) or ""), enterprise_id or ""
        found = await workspaces.known(team, enterprise, whole_grid=bool(context.is_enterprise_install))
        if found is None:
            _log.warning("slack_unknown_workspace", team=team, enterprise=enterprise)
            return None
        me = str(context.get(_ME) or found.me)
        return AuthorizeResult(enterprise_id=enterprise, team_id=team, bot_user_id=me, bot_id=found.bot)

    app = AsyncApp(
        name="slack_bolt.easel",  # its loggers are named after it
        logger=library_logger(),
        client=client,
        before_authorize=_read_installation,
        authorize=authorize,  # type: ignore[arg-type]  # None is taken: "not installed" (`AsyncCallableAuthorize`)
        signing_secret=signing_secret,
        user_facing_authorize_error_message=NOT_INSTALLED,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    _Listeners(handlers, workspaces, tasks).into(app)
    return app


async def _read_installation(body: Payload, context: AsyncBoltContext, next_: Callable[[], Awaitable[None]]) -> None:
    """Through which installation it comes: an event by one for a whole Enterprise Grid names its workspace elsewhere
    than bolt looks, and the bot's user with it (https://docs.slack.dev/apis/events-api, "authorizations")."""
    context[_TEAM] = context.team_id or body.get("context_team_id") or body.get("team_id") or ""
    granted = body.get("authorizations")
    first = granted[0] if isinstance(granted, list) and granted and isinstance(granted[0], dict) else {}
    context[_ME] = first.get("user_id") if first.get("is_bot") else None
    await next_()


async def heard(app: AsyncApp, request: AsyncBoltRequest) -> BoltResponse:
    """Hand a request to bolt; what nobody listens for is acknowledged all the same."""
    response = await app.async_dispatch(request)
    if response.status == 404:
        _log.warning("slack_unknown_request", kind=str(request.body.get("type", ""))[:60])
        return BoltResponse(status=200, body="")
    return response


class _Listeners:
    """bolt injects None for a parameter that it does not know, over a default: what they need is in `self`."""

    def __init__(self, handlers: Handlers, workspaces: Workspaces, tasks: Tasks) -> None:
        self._handlers = handlers
        self._workspaces = workspaces
        self._tasks = tasks

    def into(self, app: AsyncApp) -> None:
        app.event(_ANY)(self.event)
        app.command(_ANY)(self.command)
        app.action(_ANY)(self.click)
        app.shortcut(_ANY)(self.shortcut)
        app.view_submission(_ANY)(self.submit)
        app.view_closed(_ANY)(self.nothing)
        app.options(_ANY)(self.nothing)

    async def event(self, body: Payload, context: AsyncBoltContext) -> None:
        """Acknowledged by bolt already. The twin of a mention, and a redelivery, are told apart by the core's key."""
        said = body.get("event") or {}
        match said.get("type"):
            case "message" | "app_mention" if is_said(said, context.bot_user_id or ""):
                self._hand(self._handlers.message, body, context)
            case "app_home_opened":
                self._hand(self._handlers.home, body, context)
            case "tokens_revoked" if not (said.get("tokens") or {}).get("bot"):
                return  # a person's token: Easel keeps none
            case "tokens_revoked" | "app_uninstalled":
                self._tasks.start(self._left(body, context))
            case _:
                return

    async def command(self, ack: AsyncAck, body: Payload, context: AsyncBoltContext) -> None:
        """Acknowledged with nothing: what an acknowledgement says stands for ever, no later answer replaces it
        (https://github.com/slackapi/bolt-python/issues/1268)."""
        await ack()
        self._hand(self._handlers.command, body, context)

    async def click(self, ack: AsyncAck, body: Payload, context: AsyncBoltContext) -> None:
        """Buttons, menus and fields. Those of other programs are none of ours, and links need no handler."""
        await ack()
        if any(str(each.get("action_id", "")).startswith(_OURS) for each in body.get("actions") or ()):
            self._hand(self._handlers.click, body, context)

    async def shortcut(self, ack: AsyncAck, body: Payload, context: AsyncBoltContext) -> None:
        """An entry of a message's menu."""
        await ack()
        self._hand(self._handlers.shortcut, body, context)

    async def submit(self, ack: AsyncAck, body: Payload, context: AsyncBoltContext) -> None:
        """A form. What is wrong with it stands in the acknowledgement: that is the only way into the form."""
        wrong = _safely(self._handlers.check, body.get("view") or {}, {})
        if wrong:
            await ack(response_action="errors", errors=wrong)
            return
        await ack()
        self._hand(self._handlers.submit, body, context)

    async def nothing(self, ack: AsyncAck) -> None:
        """Acknowledged, so that it is not sent again."""
        await ack()

    def _hand(self, handler: Handler, body: Payload, context: AsyncBoltContext) -> None:
        self._tasks.start(_handled(handler, event_of(body, context)))

    async def _left(self, body: Payload, context: AsyncBoltContext) -> None:
        team, enterprise = str(context.get(_TEAM) or ""), context.enterprise_id or ""
        _log.warning("slack_uninstalled", team=team, enterprise=enterprise)
        # A word of it that comes late must not end an installation that was made since.
        said_at = int(body.get("event_time") or 0)  # whole seconds, by Slack's clock
        before_us = (said_at + _SKEW_SECONDS) * 1_000_000 if said_at else 2**62
        whole = bool(context.is_enterprise_install)
        ended = await self._workspaces.left(team, enterprise, whole_grid=whole, before_us=before_us)
        if ended and self._handlers.left is not None:
            await self._handlers.left(team, enterprise, whole)


async def _handled(handler: Handler, event: Event) -> None:
    await handler(event)


def event_of(body: Payload, context: AsyncBoltContext) -> Event:
    """What handlers are given."""
    team, enterprise = str(context.get(_TEAM) or ""), context.enterprise_id or ""
    return Event(
        team=team or enterprise,
        enterprise=enterprise,
        me=context.bot_user_id or "",
        body=body,
        shared=is_shared(body, team, enterprise),
    )


def is_said(event: Payload, me: str) -> bool:
    """Whether a message is a person's, and a new one: no echo of ours, no other bot's, no change of an old one."""
    user = event.get("user")
    return (
        isinstance(user, str)
        and bool(user)
        and user != me
        and user not in _SLACKBOT
        and not event.get("bot_id")
        and not event.get("hidden")
        and str(event.get("subtype") or "") in SAID
    )


def is_shared(body: Payload, team: str, enterprise: str) -> bool:
    """Whether it comes from a channel shared with another organisation, or from a person of another one.

    Slack, "Using Slack Connect": `is_ext_shared_channel` stands beside an event; an interaction has its person's team.
    Within one Enterprise Grid another team is no stranger.
    """
    if body.get("is_ext_shared_channel") is True:
        return True
    own = {team, enterprise} - {""}
    said = body.get("event")
    if isinstance(said, dict):
        homes = {said.get("user_team"), said.get("source_team")}
    else:
        user = body.get("user")
        homes = {user.get("team_id")} if isinstance(user, dict) else set()
    strangers = {str(home) for home in homes if home} - own
    return any(home.startswith("E") or not enterprise for home in strangers)


def _safely(answer: Callable[[Payload], Any], payload: Payload, otherwise: Any) -> Any:
    """What is answered with the acknowledgement; a fault of ours in it must not cost the acknowledgement."""
    try:
        return answer(payload)
    except Exception as error:  # noqa: BLE001 - whatever it is, Slack is answered
        _log.error("slack_answer_failed", error=type(error).__name__)
        return otherwise
