"""`[slack]`: the app, who it is, how Slack reaches it, and for how many workspaces."""

from __future__ import annotations

import ipaddress
import re
from typing import Final, Literal
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator

from core.settings_fields import Explained, Group, Kind, encryption_keys, setting, whole

API: Final = "https://slack.com/api/"
# Slack, "Working with files": where url_private points; the second is GovSlack's.
FILE_HOSTS: Final = ("files.slack.com", "files.slack-gov.com")
# Slack, "Using Socket Mode": "Socket Mode allows your app to maintain up to 10 open WebSocket connections".
SOCKETS_MAX: Final = 10
_APPS: Final = "https://api.slack.com/apps"
_TOKEN: Final = re.compile(r"[A-Za-z0-9.-]{10,600}")
_SECRET: Final = re.compile(r"[!-~]{16,200}")
_CLIENT: Final = re.compile(r"[0-9A-Za-z.]{3,80}")
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:]+\](:\d{1,5})?", re.ASCII)


class SlackSettings(Group):
    """The app that people talk to in Slack."""

    bot_token: SecretStr | None = setting(
        None,
        "the bot's token in one workspace",
        f"the bot user's token; it begins with xoxb- and stands at {_APPS} under OAuth & Permissions",
        also="SLACK_BOT_TOKEN",
    )
    app_token: SecretStr | None = setting(
        None,
        "the app's own token: with it Easel connects to Slack, and needs no public address (Socket Mode)",
        f"an app-level token; it begins with xapp- and is made at {_APPS} under Basic Information",
        also="SLACK_APP_TOKEN",
    )
    signing_secret: SecretStr | None = setting(
        None,
        "what Slack signs its requests with, when it reaches Easel over HTTP",
        f"the signing secret, as {_APPS} shows it under Basic Information",
        also="SLACK_SIGNING_SECRET",
    )
    public_url: str = setting(
        "",
        "where Slack and browsers reach Easel, when not by Socket Mode",
        "an address such as https://easel.example.org",
    )
    # No other variable is read for these two: the usual ones switch libraries from one workspace to many.
    client_id: str = setting(
        "",
        "the app's client id: Easel is installed into any number of workspaces, each with a token of its own",
        f"the client id, as {_APPS} shows it under Basic Information",
    )
    client_secret: SecretStr | None = setting(
        None,
        "the app's client secret, which goes with the client id",
        f"the client secret, as {_APPS} shows it under Basic Information",
    )
    encryption_keys: SecretStr | None = setting(
        None,
        "what the workspaces' tokens are encrypted with; several with commas, the newest first",
        "32 random bytes in base64, such as the output of openssl rand -base64 32; several with commas between them",
    )
    api_base: str = setting(
        API,
        "where Slack's Web API is, when not at Slack: GovSlack, or a proxy",
        "an address such as https://slack-gov.com/api/",
    )
    file_hosts: tuple[str, ...] = setting(
        FILE_HOSTS, "the hosts that files are fetched from", "host names, with a port or not", kind=Kind.MANY
    )
    sockets: int = whole(
        1, 1, SOCKETS_MAX, "connections at once in Socket Mode; two leave no gap when Slack renews one"
    )
    threads: bool = setting(
        True, "answer in threads with pictures of Easel's, without being mentioned", "true or false"
    )
    shared_channels: bool = setting(
        False, "work for people of other organisations, in channels that are shared with them", "true or false"
    )
    alt_text: bool = setting(
        False,
        "give files the description that Slack keeps for screen readers; some are lost on the way",
        "true or false",
    )
    post_price: bool = setting(False, "say under a picture what it cost", "true or false")
    post_quota: bool = setting(False, "say under a picture what its maker may still draw", "true or false")

    @field_validator("bot_token")
    @classmethod
    def _a_bot(cls, token: SecretStr | None) -> SecretStr | None:
        said = _stripped(token)
        if said.startswith("xoxe"):
            raise Explained(
                "ends within hours, because the app's token rotation is on. Make Easel's app without it, or install it "
                "with a client id (docs/settings.md)."
            )
        if said.startswith(("xoxp-", "xapp-")):
            kind = "a person's" if said.startswith("xoxp-") else "the app's own"
            raise Explained(f"is {kind} token. The bot's begins with xoxb-, at {_APPS} under OAuth & Permissions.")
        return _token(said, "xoxb-")

    @field_validator("app_token")
    @classmethod
    def _an_app(cls, token: SecretStr | None) -> SecretStr | None:
        said = _stripped(token)
        if said.startswith("xoxb-"):
            raise Explained(
                f"is the bot's token. The app's own begins with xapp-; make one at {_APPS} under Basic Information, "
                "App-Level Tokens, with the scope connections:write."
            )
        return _token(said, "xapp-")

    @field_validator("signing_secret", "client_secret")
    @classmethod
    def _a_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        said = _stripped(secret)
        if said and (not _SECRET.fullmatch(said) or said.startswith(("xox", "xapp-"))):
            raise ValueError("not a secret of Slack's")
        return SecretStr(said) if said else None

    @field_validator("client_id")
    @classmethod
    def _a_client(cls, client: str) -> str:
        if client and not _CLIENT.fullmatch(client):
            raise ValueError("not a client id")
        return client

    @field_validator("encryption_keys")
    @classmethod
    def _keys(cls, keys: SecretStr | None) -> SecretStr | None:
        return encryption_keys(keys)

    @field_validator("api_base")
    @classmethod
    def _an_api(cls, url: str) -> str:
        return _address(url, "the tokens") + "/" if url else API

    @field_validator("public_url")
    @classmethod
    def _a_place(cls, url: str) -> str:
        place = _address(url, "what is said in Slack") if url else ""
        if urlsplit(place).path:
            raise Explained("must be without a path: Slack's own begins with /slack/ there.")
        return place

    @field_validator("file_hosts")
    @classmethod
    def _hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        if not hosts or not all(_HOST.fullmatch(host) for host in hosts):
            raise ValueError("not a host")
        return tuple(dict.fromkeys(host.lower() for host in hosts))

    @property
    def is_on(self) -> bool:
        """Whether Easel is in Slack."""
        return (self.bot_token is not None or self.installs) and (
            self.app_token is not None or self.signing_secret is not None
        )

    @property
    def mode(self) -> Literal["socket", "http"]:
        """How events come in: over connections that Easel opens, or as requests that Slack makes."""
        return "http" if self.app_token is None else "socket"

    @property
    def installs(self) -> bool:
        """Whether any workspace may install it (OAuth), instead of one whose token is given."""
        return bool(self.client_id)

    @property
    def keys(self) -> tuple[str, ...]:
        """The encryption keys as Fernet writes them; the first encrypts, all of them decrypt."""
        return tuple(self.encryption_keys.get_secret_value().split(",")) if self.encryption_keys else ()

    @property
    def authorize_url(self) -> str:
        """Where Slack asks whether the app may come in: beside the Web API (Slack, "Installing with OAuth")."""
        parts = urlsplit(self.api_base)
        return f"{parts.scheme}://{parts.netloc}/oauth/v2/authorize"


def contradictions(settings: SlackSettings) -> list[str]:
    """What each setting allows and all of them together do not."""
    said = settings
    if not (said.bot_token or said.app_token or said.signing_secret or said.client_id):
        return ["EASEL_SLACK__CLIENT_SECRET is given and EASEL_SLACK__CLIENT_ID is not."] if said.client_secret else []
    problems = []
    if said.bot_token and said.installs:
        problems.append(
            "EASEL_SLACK__CLIENT_ID is for many workspaces and EASEL_SLACK__BOT_TOKEN is one's: keep one of them."
        )
    if not said.bot_token and not said.installs:
        problems.append("Slack is set up without the bot's token: set SLACK_BOT_TOKEN.")
    if not said.app_token and not said.signing_secret:
        problems.append(
            "Slack cannot reach Easel: set SLACK_APP_TOKEN (Socket Mode, no public address needed), or "
            "SLACK_SIGNING_SECRET and EASEL_SLACK__PUBLIC_URL (HTTP)."
        )
    problems += _of_http(said) + _of_installs(said)
    return problems


def _of_http(said: SlackSettings) -> list[str]:
    over_http = said.mode == "http" and said.signing_secret is not None
    if (over_http or said.installs) and not said.public_url:
        return ["EASEL_SLACK__PUBLIC_URL is not set: Slack and browsers must reach Easel there, over https."]
    return []


def _of_installs(said: SlackSettings) -> list[str]:
    if not said.installs:
        return ["EASEL_SLACK__CLIENT_SECRET is given and EASEL_SLACK__CLIENT_ID is not."] if said.client_secret else []
    problems = []
    if not said.client_secret:
        problems.append("EASEL_SLACK__CLIENT_ID is given and EASEL_SLACK__CLIENT_SECRET is not.")
    if not said.keys:
        problems.append(
            "EASEL_SLACK__ENCRYPTION_KEYS is not set, and the workspaces' tokens are kept encrypted only: set it to "
            "the output of openssl rand -base64 32, and keep a copy outside the data folder."
        )
    return problems


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _stripped(secret: SecretStr | None) -> str:
    return secret.get_secret_value().strip() if secret else ""


def _token(said: str, prefix: str) -> SecretStr | None:
    if said and not (said.startswith(prefix) and _TOKEN.fullmatch(said)):
        raise ValueError("not such a token")
    return SecretStr(said) if said else None


def _address(url: str, what: str) -> str:
    """Without a slash at its end."""
    if "@" in url or "?" in url or "#" in url:
        raise Explained("must be a host and a path only.")
    parts = urlsplit(url.rstrip("/"))
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http") or not host or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError("not an address")
    if parts.port == 0:
        raise ValueError("not a port")
    if parts.scheme == "http" and not is_loopback(host):
        raise Explained(
            f"is plain http to {host}, which is another machine: {what} could be read on the way. Write https."
        )
    return url.rstrip("/")
