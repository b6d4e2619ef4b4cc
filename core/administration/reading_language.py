"""How the order `language` is read."""

from __future__ import annotations

from core import i18n
from core.administration import reading_parts as parts
from core.administration.orders import SetLanguage
from core.administration.reading_parts import NotUnderstood, Speaker
from core.options import spoken


def read_language(rest: str, speaker: Speaker) -> SetLanguage:
    """`de`, `German` or `Deutsch`; `off` is as the platform knows it. Raises `NotUnderstood`."""
    if parts.is_off(rest):
        return SetLanguage("")
    language = i18n.named(rest)
    if language is None:
        there = spoken([f"{code} ({name})" for code, (name, _) in i18n.LANGUAGES.items()], "and")
        what = f"“{rest[:40]}” is no language that I speak." if rest else "Which language is not said."
        raise NotUnderstood(what, f"There are {there}.")
    return SetLanguage(language)
