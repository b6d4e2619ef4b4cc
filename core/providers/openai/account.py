"""Who pays, and where: the operator's account with an image API."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import SecretStr

from core.errors import BadSettings

if TYPE_CHECKING:
    from core.ports import ThinkingBudget
    from core.providers.profiles import Server

_HEADER_VALUE = re.compile(r"[!-~]*")  # RFC 9110, 5.5: visible ASCII; a blank or a line break is a mistake of pasting


@dataclass(frozen=True, slots=True)
class Account:
    """One key at one address. Raises `BadSettings` for values that no request could be made of.

    A key with a blank or a letter outside ASCII is refused here, because a network library's own error about it would
    print the key.
    """

    base_url: str  # "https://api.openai.com/v1", no slash at the end
    api_key: SecretStr  # may be empty, for a server at home
    server: Server
    model: str  # "gpt-image-2"
    organization: str = ""
    project: str = ""
    images_per_minute: int = 0  # 0: not paced until the server says so
    previews: int = 1  # unfinished pictures asked for, 0-3
    read_seconds: float = 300.0  # of silence between two chunks
    thinking_model: str = ""  # "" = no thinking
    thinking: ThinkingBudget | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or self.base_url.endswith("/"):
            raise BadSettings("The image API's address is not one.", "Write it like https://api.openai.com/v1.")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise BadSettings(
                "The image API's address holds more than a host and a path.", "Give the key as the key, not in it."
            )
        for name, value in (("key", self.api_key.get_secret_value()), *self._named()):
            if not _HEADER_VALUE.fullmatch(value):
                raise BadSettings(
                    f"The image API's {name} holds a blank, a line break or a letter that none of them has.",
                    "Copy it again.",
                )

    def _named(self) -> tuple[tuple[str, str], ...]:
        return ("organization", self.organization), ("project", self.project)

    @property
    def host(self) -> str:
        """Where it is: `api.openai.com`, with the port where it is an unusual one."""
        return urlsplit(self.base_url).netloc

    @property
    def payer(self) -> str:
        """Who is counted for limits of the server's: the address and the key, as a hash that gives nothing away."""
        said = f"{self.base_url}\n{self.api_key.get_secret_value()}\n{self.organization}\n{self.project}"
        return f"{self.host}:{hashlib.sha256(said.encode()).hexdigest()[:16]}"
