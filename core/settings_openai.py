"""`[openai]`: with whom Easel draws when it is an image API, OpenAI's or a compatible server's."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator

from core.errors import BadSettings
from core.model import Mode
from core.ports import ThinkingBudget
from core.providers import models
from core.providers.openai.account import Account
from core.providers.profiles import PROVIDER, Server, server_of
from core.sealing import Seal, seal_of
from core.settings_fields import Explained, Group, Kind, encryption_keys, setting, whole

if TYPE_CHECKING:
    from core.settings import Settings

ILLUSTRATOR: Final = "illustrator"
PUBLIC_URL: Final = "https://api.openai.com/v1"
AMBIENT_KEY: Final = "OPENAI_API_KEY"
OFF: Final = "off"
OWN_KEYS_FILE: Final = "own-keys-key"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}")  # of a model, or of a deployment
_VISIBLE: Final = re.compile(r"[!-~]*")  # what may stand in a header (RFC 9110, 5.5)
# Names that no public name server answers for: RFC 6761 (localhost), RFC 6762 (local), RFC 8375 (home.arpa), and
# `internal`, which ICANN set aside for private use in 2024; `lan` is what many home routers give out.
_PRIVATE_SUFFIXES: Final = (".localhost", ".local", ".home.arpa", ".internal", ".lan")
_A_NAME: Final = "a model's name, without blanks"


class OpenAISettings(Group):
    """Who is asked, as whom, and how much at a time."""

    api_key: SecretStr | None = setting(
        None,
        "the key of the image API",
        "a key as the server gave it: visible ASCII characters without blanks",
        also=AMBIENT_KEY,
    )
    base_url: str = setting(PUBLIC_URL, "where the image API is", f"an address such as {PUBLIC_URL}")
    model: str = setting("gpt-image-2", "the model, or an Azure deployment's name", _A_NAME)
    server: str = setting("", "what kind of server it is, when its address does not say it", "a kind of server")
    organization: str = setting("", "the organization that pays, for a key that has several", "an organization's id")
    project: str = setting("", "the project that pays, for a key that has several", "a project's id")
    images_per_minute: int = whole(
        0, 0, 1_000_000, "pictures that may be asked for in a minute; 0: until the server says that it is too much"
    )
    previews: int = whole(1, 0, 3, "unfinished pictures that are shown while one is drawn; each costs a little")
    read_seconds: int = whole(300, 10, 3600, "seconds of silence after which an answer counts as lost")
    thinking_model: str = setting(
        "gpt-5.5", "the text model that researches and plans in thinking mode; off: there is no such mode", _A_NAME
    )
    tool_calls_max: int = whole(4, 1, 20, "searches and drawings together that one thinking request may make")
    thinking_tokens_in: int = whole(
        80_000, 1_000, 10_000_000, "tokens that a thinking request is reckoned to read at most"
    )
    thinking_tokens_out: int = whole(16_000, 1_000, 1_000_000, "tokens that a thinking request may write at most")
    fall_back: tuple[str, ...] = setting(
        (),
        "who may draw instead when the model cannot be had, in this order: illustrator, or other models",
        "illustrator, or names of models",
        kind=Kind.MANY,
    )

    encryption_keys: SecretStr | None = setting(
        None,
        "what workspaces' own keys are encrypted with; several with commas, the newest first; else a file's",
        "32 random bytes in base64, such as the output of openssl rand -base64 32; several with commas between them",
    )

    @field_validator("encryption_keys")
    @classmethod
    def _keys(cls, keys: SecretStr | None) -> SecretStr | None:
        return encryption_keys(keys)

    @field_validator("api_key")
    @classmethod
    def _a_key(cls, key: SecretStr | None) -> SecretStr | None:
        said = key.get_secret_value().strip() if key else ""
        if not _VISIBLE.fullmatch(said):
            raise ValueError("unusable key")
        return SecretStr(said) if said else None

    @field_validator("base_url")
    @classmethod
    def _an_address(cls, url: str) -> str:
        return checked_address(url)

    @field_validator("model", "thinking_model")
    @classmethod
    def _a_name(cls, name: str) -> str:
        return _named(name)

    @field_validator("thinking_model", mode="before")
    @classmethod
    def _no_thinking(cls, name: object) -> object:
        return OFF if name == "" else name

    @field_validator("fall_back")
    @classmethod
    def _names(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_named(name) for name in names))

    @field_validator("organization", "project")
    @classmethod
    def _an_id(cls, name: str) -> str:
        if not _VISIBLE.fullmatch(name):
            raise ValueError("not an id")
        return name

    @field_validator("server")
    @classmethod
    def _a_server(cls, name: str) -> str:
        try:
            server_of("", name)
        except BadSettings as error:
            raise Explained(f"cannot be used: {error.what} {error.remedy}") from error
        return name

    @property
    def is_meant(self) -> bool:
        """Whether anything says that an image API is to draw."""
        return self.api_key is not None or "base_url" in self.model_fields_set

    @property
    def is_openais_own(self) -> bool:
        """Whether it is OpenAI itself that is asked, and not somebody who speaks its language."""
        return server_of(self.base_url) is server_of(PUBLIC_URL)

    @property
    def profile(self) -> Server:
        """How the server wants to be asked."""
        return server_of(self.base_url, self.server)

    @property
    def keys(self) -> tuple[str, ...]:
        """The encryption keys as Fernet writes them; the first encrypts, all of them decrypt."""
        return tuple(self.encryption_keys.get_secret_value().split(",")) if self.encryption_keys else ()

    @property
    def thinking(self) -> ThinkingBudget | None:
        """The most that thinking mode may use; None where there is no such mode."""
        if self.thinking_model == OFF or not self.profile.responses:
            return None
        return ThinkingBudget(
            model=self.thinking_model,
            tool_calls_max=self.tool_calls_max,
            text_in_tokens_max=self.thinking_tokens_in,
            text_out_tokens_max=self.thinking_tokens_out,
        )


def _named(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("not a name")
    return name


def checked_address(url: str) -> str:
    """The base URL without a slash at its end. Raises `ValueError`, or `Explained` where a sentence helps.

    Plain http is for servers on this machine or its own network: elsewhere the key and every prompt could be read.
    """
    if "@" in url or "?" in url or "#" in url:  # first, and without showing it: a password may stand in it
        raise Explained("must be a host and a path only: the key has a setting of its own.")
    parts = urlsplit(url.rstrip("/"))
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or not _VISIBLE.fullmatch(url):
        raise ValueError("not an address")
    if parts.port == 0:
        raise ValueError("not a port")
    if parts.scheme == "http" and not is_private(host):
        raise Explained(
            f"is plain http to {host}, which is not on a network of your own: the key and every prompt could be read "
            "on the way. Write https."
        )
    return url.rstrip("/")


def is_private(host: str) -> bool:
    """Whether a host is this machine, or one of its own network by its address or its name."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = host.rstrip(".").lower()
        bare = "." not in name and re.fullmatch(r"(?!0x[0-9a-f]+$)(?=.*[a-z])[a-z0-9_-]+", name) is not None
        return bare or name.endswith(_PRIVATE_SUFFIXES)
    if isinstance(address, ipaddress.IPv6Address) and address.sixtofour is not None:
        address = address.sixtofour  # it is routed to; Python 3.11.2 takes all of 2002::/16 for private
    return not address.is_global and not address.is_multicast


def account_of(settings: Settings) -> Account | None:
    """The account that pays for drawing; None when the illustrator draws. Raises `BadSettings`."""
    if settings.provider_name == ILLUSTRATOR:
        return None
    said = settings.openai
    thinking = said.thinking
    return Account(
        base_url=said.base_url,
        api_key=said.api_key or SecretStr(""),
        server=said.profile,
        model=said.model,
        organization=said.organization,
        project=said.project,
        images_per_minute=said.images_per_minute,
        previews=said.previews,
        read_seconds=float(said.read_seconds),
        thinking_model=thinking.model if thinking else "",
        thinking=thinking,
    )


def seal_of_keys(settings: Settings) -> Seal | None:
    """What workspaces' own keys are encrypted with; None where nobody draws with a key.

    To be called by the process that holds the data folder, or by one beside it on Postgres. Raises `OSError` when the
    folder cannot be written.
    """
    if settings.provider_name == ILLUSTRATOR:
        return None
    return seal_of(settings.openai.keys, settings.data_dir / OWN_KEYS_FILE)


def contradictions(settings: Settings) -> list[str]:
    """What each setting allows and all of them together do not."""
    problems = _without_thinking(settings)
    if settings.provider_name == ILLUSTRATOR:
        return problems
    said = settings.openai
    if said.api_key is None and said.is_openais_own:
        cause = (
            "EASEL_PROVIDER is openai" if settings.provider == PROVIDER else "EASEL_OPENAI__BASE_URL is OpenAI's own"
        )
        problems.append(
            f"{cause}, and OpenAI draws with a key only: set EASEL_OPENAI__API_KEY (or {AMBIENT_KEY}), "
            "or set EASEL_PROVIDER to illustrator."
        )
    if said.model in said.fall_back:
        problems.append(
            f"EASEL_OPENAI__FALL_BACK names {said.model}, which is EASEL_OPENAI__MODEL itself: leave it out."
        )
    if said.is_openais_own:  # a server at home may call its model what it likes
        problems += _retired("EASEL_OPENAI__MODEL is", said.model)
        for name in said.fall_back:
            problems += _retired("EASEL_OPENAI__FALL_BACK names", name)
    return problems


def _retired(where: str, name: str) -> list[str]:
    row = models.catalog().find(PROVIDER, name)
    if row.retired is None:
        return []
    return [f"{where} {name}, which OpenAI has shut down on {row.retired}: use {row.instead or 'gpt-image-2'} instead."]


def _without_thinking(settings: Settings) -> list[str]:
    """Who asks for thinking mode where nobody thinks."""
    wanting = ["EASEL_MODE"] if settings.mode is Mode.THINKING else []
    wanting += [
        f"The mode of {row.workspace} in [[workspaces]]" for row in settings.workspaces if row.mode is Mode.THINKING
    ]
    if not wanting:
        return []
    if settings.provider_name == ILLUSTRATOR:
        why = "the illustrator draws at once: set it to instant, or set up OpenAI"
    elif settings.openai.thinking_model == OFF:
        why = "EASEL_OPENAI__THINKING_MODEL is off: name a model there, or set it to instant"
    elif settings.openai.thinking is None:
        why = f"{settings.openai.profile.label} has no thinking mode: set it to instant"
    else:
        return []
    return [f"{setting_name} is thinking, and {why}." for setting_name in wanting]
