"""`[web]`: the web server with the playground and the administrators' page: where it listens, and for whom."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from pydantic import SecretStr, field_validator

from core.settings_fields import Group, Kind, setting, whole

TOKEN_CHARACTERS_MIN: Final = 16
_HOST: Final = re.compile(r"[A-Za-z0-9.\-]+(:\d{1,5})?|\[[0-9A-Fa-f:]+\](:\d{1,5})?")


class WebSettings(Group):
    """The browser playground, and the address for health and metrics."""

    host: str = setting("127.0.0.1", "the address to listen on", "an IP address or localhost")
    port: int = whole(8420, 0, 65535, "the port to listen on; 0 takes any free one")
    token: SecretStr | None = setting(
        None,
        "what opens the playground; made once and kept in the data folder when not given",
        f"at least {TOKEN_CHARACTERS_MIN} characters, without blanks",
        unset="(made at the first start)",
    )
    admin_token: SecretStr | None = setting(
        None,
        "what opens the administrators' page; made once and kept in the data folder when not given",
        f"at least {TOKEN_CHARACTERS_MIN} characters, without blanks",
        unset="(made at the first start)",
    )
    allowed_hosts: tuple[str, ...] = setting(
        (),
        "further names that browsers may use for it, when it stands behind a proxy",
        "host names, with a port or not",
        kind=Kind.MANY,
    )

    @field_validator("host")
    @classmethod
    def _address(cls, host: str) -> str:
        if host != "localhost":
            ipaddress.ip_address(host)
        return host

    @field_validator("token", "admin_token")
    @classmethod
    def _long_enough(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None:
            said = token.get_secret_value()
            if len(said) < TOKEN_CHARACTERS_MIN or not said.isascii() or not said.isprintable() or " " in said:
                raise ValueError("unusable token")
        return token

    @field_validator("allowed_hosts")
    @classmethod
    def _names(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_HOST.fullmatch(host) for host in hosts):
            raise ValueError("not a host")
        return tuple(host.lower() for host in hosts)

    @property
    def is_public(self) -> bool:
        """Whether anyone but this machine can reach it."""
        return self.host != "localhost" and not ipaddress.ip_address(self.host).is_loopback
