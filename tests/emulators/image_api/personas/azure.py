"""Azure OpenAI in both of its styles (lib/azure.py of the official SDK; MicrosoftDocs/azure-ai-docs, dall-e.md)."""

from __future__ import annotations

import hmac
from dataclasses import replace

from emulators.image_api import rules
from emulators.image_api.answers import Answer, Visit, document
from emulators.image_api.personas.base import Route
from emulators.image_api.personas.openai import OpenAi
from emulators.image_api.recorded import Recorded
from emulators.image_api.refusals import Refusal, cannot
from emulators.image_api.rules import Wish

# A deployment has a name of its own, behind which stands a model.
DEPLOYMENTS = {"gpt-image-2": "gpt-image-2", "studio-pictures": "gpt-image-2", "gpt-image-1.5": "gpt-image-1.5"}


class Azure(OpenAi):
    """The newer style: /openai/v1, the deployment's name as the model."""

    name = "azure"
    prefix = "/openai/v1"

    def routes(self) -> list[Route]:
        """Pictures only: thinking needs a header that names a second deployment."""
        return [
            Route("POST", "/images/generations", self.generations),
            Route("POST", "/images/edits", self.edits),
        ]

    def check_key(self, recorded: Recorded, key: str) -> None:
        """`api-key`, or a bearer token of Entra."""
        bearer = recorded.headers.get("authorization", "").removeprefix("Bearer ")
        given = recorded.headers.get("api-key", bearer)
        if not hmac.compare_digest(given.encode(), key.encode()):
            message = (
                "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key "
                "for an active subscription and use a correct regional API endpoint for your resource."
            )
            raise Refusal(401, message, code="401")

    def refused(self, refusal: Refusal) -> Answer:
        """Like OpenAI's, with a shorter object for what Azure's own gateway refuses."""
        if refusal.code in ("401", "404", "DeploymentNotFound"):
            return document({"error": {"code": refusal.code, "message": refusal.message}}, refusal.status)
        return super().refused(refusal)

    async def generations(self, visit: Visit) -> Answer:
        """Pictures from words."""
        asked = visit.recorded.json_object()
        body = {**asked, "model": self.model_of(visit, asked.get("model"))}
        return await self.answer(_azures(rules.generation(body), body.get("quality")), visit, "image_generation")

    async def edits(self, visit: Visit) -> Answer:
        """Pictures from pictures: a form with PNG and JPEG only."""
        recorded = visit.recorded
        if recorded.parts is None:
            raise Refusal(415, "Unsupported media type. Use multipart/form-data.")
        asked = recorded.fields()
        for part in recorded.files("image", "image[]"):
            if part.media_type not in ("image/png", "image/jpeg"):
                message = f"Invalid file 'image': unsupported mimetype ('{part.media_type}')."
                raise Refusal(400, message, code="unsupported_file_mimetype", param="image")
        model = self.model_of(visit, asked.get("model"))
        return await self.answer(_azures(self.edit_form(recorded, model), asked.get("quality")), visit, "image_edit")

    def model_of(self, visit: Visit, named: str | None) -> str:
        """The model behind a deployment."""
        version = visit.recorded.query.get("api-version")
        if version not in (None, "preview", "latest", "v1"):
            raise Refusal(404, "Resource not found", code="404")
        return _behind(named)


class AzureDeployments(Azure):
    """The older style: the deployment's name in the path, a dated version in the query."""

    name = "azure-deployments"
    prefix = "/openai"

    def routes(self) -> list[Route]:
        """Pictures only."""
        return [
            Route("POST", "/deployments/{deployment}/images/generations", self.generations),
            Route("POST", "/deployments/{deployment}/images/edits", self.edits),
        ]

    def model_of(self, visit: Visit, named: str | None) -> str:
        """By the path; a model in the body is not looked at."""
        if visit.recorded.query.get("api-version") not in ("2025-04-01-preview", "2026-03-01-preview"):
            raise Refusal(404, "Resource not found", code="404")
        return _behind(visit.params["deployment"])


def _behind(deployment: str | None) -> str:
    if deployment not in DEPLOYMENTS:
        message = (
            "The API deployment for this resource does not exist. If you created the deployment within the last 5 "
            "minutes, please wait a moment and try again."
        )
        raise Refusal(404, message, code="DeploymentNotFound")
    return DEPLOYMENTS[deployment]


def _azures(wish: Wish, quality: object) -> Wish:
    """No WebP comes out, and what nobody chose is drawn at high quality."""
    if wish.format == "webp":
        raise cannot("Invalid value: 'webp'. Supported values are: 'png' and 'jpeg'.", "output_format")
    return replace(wish, quality="high") if quality in (None, "auto") else wish
