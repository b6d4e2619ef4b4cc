"""Sentences as one reader of Discord sees them: in their language, with commands by the names that they have there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from bots.discord.locales import language as words_of
from core.i18n import into, language_of


def for_reader(locale: str, sentence: str) -> str:
    """For somebody whose client has this locale. What all in a channel see has no reader: it goes `into` alone."""
    return into(locale, sentence, _commands(language_of(locale)))


@cache
def _commands(language: str) -> Mapping[str, str]:
    known = words_of(language)
    named = {} if known is None else {name: term.name for name, term in known.commands.items()}
    return MappingProxyType({name: called for name, called in named.items() if name != called})
