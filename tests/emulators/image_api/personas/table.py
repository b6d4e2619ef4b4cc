"""All personas by name."""

from __future__ import annotations

from emulators.image_api.personas.base import Persona
from emulators.image_api.personas.openai import OpenAi

PERSONAS: dict[str, type[Persona]] = {each.name: each for each in (OpenAi,)}
