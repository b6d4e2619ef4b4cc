"""Secrets that Easel makes for itself, once, and keeps in the data folder for its own user's eyes only."""

from __future__ import annotations

from pathlib import Path

from core.model import new_id

CHARACTERS_MIN = 16


def kept_secret(path: Path) -> str:
    """The secret in this file (0600), made of 128 random bits when there is none yet.

    To be called by the process that holds the data folder. Raises `OSError` when the folder cannot be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        path.chmod(0o600)
        found = path.read_text(encoding="ascii", errors="replace").strip()
        if len(found) >= CHARACTERS_MIN:
            return found
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600, exist_ok=False)  # closed to others before the secret is in it
    fresh.write_text(new_id(), encoding="ascii")
    fresh.replace(path)
    return path.read_text(encoding="ascii")
