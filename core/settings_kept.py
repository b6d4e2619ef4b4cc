"""Secrets that were given on the settings page: kept in the data folder (0600). Whatever is set elsewhere wins."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from core.errors import BadSettings
from core.settings_wording import SettingPath, dotted

FILE: Final = "connections.json"
DISCORD_TOKEN: Final[SettingPath] = ("discord", "token")
SLACK_BOT: Final[SettingPath] = ("slack", "bot_token")
SLACK_APP: Final[SettingPath] = ("slack", "app_token")
IMAGE_KEY: Final[SettingPath] = ("openai", "api_key")
PATHS: Final = (DISCORD_TOKEN, SLACK_BOT, SLACK_APP, IMAGE_KEY)
# With whom a key was tried before it was kept: it is shown to nobody else, whatever the settings say later.
IMAGE_SERVER: Final = "openai.base_url"

Kept = Mapping[str, str]


def read(folder: Path) -> Kept:
    """What is kept there: by the setting's name. Raises `BadSettings` for a file that nobody can read."""
    try:
        said: Any = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:  # ValueError: bytes that are no text, and text that is no JSON
        raise _unreadable() from error
    names = {*(dotted(path) for path in PATHS), IMAGE_SERVER}
    if not isinstance(said, dict) or not all(name in names and isinstance(said[name], str) for name in said):
        raise _unreadable()
    return said


def write(folder: Path, kept: Kept) -> None:
    """Keep these, and nothing else. To be called by the process that holds the folder. Raises `OSError`."""
    fresh = folder / f"{FILE}.new"
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600, exist_ok=False)  # closed to others before a secret is in it
    fresh.write_text(json.dumps(dict(kept), indent=1), encoding="utf-8")
    fresh.replace(folder / FILE)


def _unreadable() -> BadSettings:
    return BadSettings(
        f"{FILE} in the data folder cannot be read.",
        "Take it away; what it held can be given again on the settings page, or be set in easel.toml.",
    )
