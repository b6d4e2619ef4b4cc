"""All personas by name."""

from __future__ import annotations

from emulators.image_api.personas.azure import Azure, AzureDeployments
from emulators.image_api.personas.base import Persona
from emulators.image_api.personas.fastapi import SgLang, VllmOmni
from emulators.image_api.personas.home import LocalAi, SdServer
from emulators.image_api.personas.hosted import OpenRouter, XAi
from emulators.image_api.personas.litellm import LiteLlm
from emulators.image_api.personas.openai import OpenAi

_ALL: tuple[type[Persona], ...] = (
    OpenAi, Azure, AzureDeployments, LiteLlm, SdServer, LocalAi, VllmOmni, SgLang, XAi, OpenRouter,
)  # fmt: skip
PERSONAS: dict[str, type[Persona]] = {each.name: each for each in _ALL}
