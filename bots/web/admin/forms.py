"""What the administrators' page sends."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from bots.web.admin.connecting import Part
from bots.web.forms import Id

ORDER_CHARACTERS = 2000
JOBS_MAX = 50

Workspace = Annotated[str, StringConstraints(min_length=3, max_length=300)]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", hide_input_in_errors=True)


class OrderForm(_Form):
    """An order, in the words of `/easel`."""

    client_key: Annotated[UUID, Field(strict=False)]
    workspace: Workspace
    words: Annotated[str, StringConstraints(min_length=1, max_length=ORDER_CHARACTERS)]


class KeyForm(_Form):
    """A key of the workspace's own."""

    client_key: Annotated[UUID, Field(strict=False)]
    workspace: Workspace
    key: SecretStr = Field(max_length=ORDER_CHARACTERS)


class WordsForm(_Form):
    """Whose words are to be shown."""

    client_key: Annotated[UUID, Field(strict=False)]
    workspace: Workspace
    jobs: list[Id] = Field(max_length=JOBS_MAX)


class ResolveForm(_Form):
    """What the provider's bill says of a request."""

    client_key: Annotated[UUID, Field(strict=False)]
    workspace: Workspace
    job: Id
    billed: bool


class GiveForm(_Form):
    """What a part is connected with."""

    part: Annotated[Part, Field(strict=False)]
    secrets: list[Annotated[SecretStr, Field(max_length=ORDER_CHARACTERS)]] = Field(max_length=4)


class PartForm(_Form):
    """Which part is meant."""

    part: Annotated[Part, Field(strict=False)]


class RestartForm(_Form):
    """Nothing but the wish."""
