"""What commands are called in the languages of Discord's users: names, descriptions and the entries of menus.

The words are data, one file a language (`locales/de.toml`). English is not among them: it is what the core's command
table says, and what Discord shows in every other language.

A file has four tables: `commands` and `options` (a name and a description; an option of one command alone is written
`"edit.image"`), `choices` (labels by option and value) and `menus` (labels by their English name).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

# Discord, Reference, "Locales". Spanish of Latin America falls back to that of Spain (discord-api-docs#7237).
LOCALES = ("de", "fr", "es-ES", "pt-BR", "ja", "ko", "zh-CN", "hi")


@dataclass(frozen=True, slots=True)
class Term:
    """What one command or option is called in one language."""

    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class Language:
    """One language's words; what it lacks is shown in English."""

    locale: str
    commands: Mapping[str, Term]
    options: Mapping[str, Term]
    choices: Mapping[str, Mapping[str, str]]
    menus: Mapping[str, str]

    def option(self, command: str, name: str) -> Term | None:
        """An option's words: those for this command alone first. Of `image3` those for `image2`, with its number."""
        own = self.options.get(f"{command}.{name}") or self.options.get(name)
        if own is not None:
            return own
        number = name[-1:]
        further = self.options.get("image2") if number.isdecimal() and name[:-1] == "image" else None
        return None if further is None else Term(further.name.replace("2", number), further.summary)

    def choice(self, option: str, value: str) -> str | None:
        """A menu entry's label."""
        return self.choices.get(option, {}).get(value)


@cache
def languages() -> tuple[Language, ...]:
    """All languages, in the order of `LOCALES`."""
    return tuple(_language(locale) for locale in LOCALES)


def language(locale: str) -> Language | None:
    """The language of a person's client; None stands for English."""
    near = "es-ES" if locale == "es-419" else locale
    return next((each for each in languages() if each.locale == near), None)


def _language(locale: str) -> Language:
    file = resources.files("bots.discord").joinpath("locales", f"{locale}.toml")
    said = tomllib.loads(file.read_text(encoding="utf-8"))
    return Language(
        locale,
        commands=_terms(said["commands"]),
        options=_terms(said["options"]),
        choices=MappingProxyType({name: MappingProxyType(labels) for name, labels in said["choices"].items()}),
        menus=MappingProxyType(said["menus"]),
    )


def _terms(rows: Mapping[str, Any]) -> Mapping[str, Term]:
    return MappingProxyType({key: Term(*row) for key, row in rows.items()})
