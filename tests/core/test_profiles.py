"""How servers want to be asked, and what a model can do at each of them."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openai.types.image_edit_params import ImageEditParamsBase
from openai.types.image_generate_params import ImageGenerateParamsBase

from core import pricing, sizes
from core.errors import BadSettings
from core.model import Background, Mode, OutputFormat, Quality, Ratio, Resolution, Size
from core.ports import ModelProfile, ThinkingBudget
from core.providers import models
from core.providers.profiles import (
    Auth,
    EditEncoding,
    MaskKind,
    Server,
    Shape,
    catalog,
    parse_servers,
    profile_of,
    ratio_and_resolution,
    server_of,
    stripped,
)

NAMES = [server.name for server in catalog()]
BUDGET = ThinkingBudget("gpt-6-sol", 4, 30_000, 10_000)
SENT = set(ImageGenerateParamsBase.__annotations__) | set(ImageEditParamsBase.__annotations__) | {"stream"}


def profile(server: str, name: str = "gpt-image-2", previews: int = 2, thinks: bool = False) -> ModelProfile:
    row = models.catalog().find("openai", name)
    return profile_of(row, name, server_of("", server), previews=previews, thinking=BUDGET if thinks else None)


def test_all_the_servers_that_are_promised_are_there() -> None:
    promised = {"openai", "azure", "azure-deployments", "litellm", "sd-server", "localai", "vllm-omni", "sglang", "xai"}
    assert promised | {"openrouter", "generic", "ollama"} == set(NAMES)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://api.openai.com/v1", "openai"),
        ("https://EU.api.OpenAI.com/v1/", "openai"),
        ("https://api.openai.com./v1", "openai"),
        ("https://pictures.openai.azure.com/openai/v1", "azure"),
        ("https://pictures.openai.azure.com/openai/v1/", "azure"),
        ("https://pictures.services.ai.azure.com/openai/v1", "azure"),
        ("https://pictures.openai.azure.com/openai", "azure-deployments"),
        ("https://pictures.cognitiveservices.azure.com/openai", "azure-deployments"),
        ("https://api.x.ai/v1", "xai"),
        ("https://openrouter.ai/api/v1", "openrouter"),
        ("http://127.0.0.1:8080/v1", "generic"),
        ("https://notopenrouter.ai/api/v1", "generic"),
        ("https://api.openai.com.example/v1", "generic"),
        ("https://notopenai.azure.com/openai/v1", "generic"),
        ("https://example/api.openai.com/v1", "generic"),
        ("https://api.openai.com@example/v1", "generic"),
        ("http://[", "generic"),
        ("", "generic"),
    ],
)
def test_a_server_is_recognised_by_its_host(url: str, name: str) -> None:
    assert server_of(url).name == name


def test_a_name_wins_over_the_host_and_an_unknown_one_is_refused() -> None:
    assert server_of("https://api.openai.com/v1", "litellm").name == "litellm"
    with pytest.raises(BadSettings, match=r"called llama.*openai, generic, azure"):
        server_of("https://api.openai.com/v1", "llama")


@pytest.mark.parametrize("server", catalog(), ids=NAMES)
def test_every_row_is_whole(server: Server) -> None:
    assert len(server.source) > 10
    assert server.date >= date(2026, 1, 1)
    assert server.sends <= SENT
    assert server.response_format in ("", "b64_json")
    assert server.picture_types <= {"image/png", "image/jpeg", "image/webp"}
    assert (server.mask_kind is MaskKind.NONE) == (server.mask_field == "")
    assert (server.edit_encoding is EditEncoding.NONE) == (server.edits == "")
    assert bool(server.image_field) == bool(server.image_field_single) == bool(server.edits)
    assert bool(server.ratios and server.resolutions) == (server.shape is Shape.RATIO)
    assert ("size" in server.sends) == (server.shape is Shape.SIZE)
    assert server.streams == ({"stream", "partial_images"} <= server.sends)
    for path in (server.generations, server.edits, server.responses, server.moderations, server.models):
        assert path == "" or re.fullmatch(r"(/(\{model\}|[a-z]+))+", path)
    assert server.generations
    assert pricing.catalog().find(server.priced_as, "a model that nobody knows")


def test_the_ways_in_which_servers_differ() -> None:
    assert server_of("", "azure").auth is server_of("", "azure-deployments").auth is Auth.API_KEY
    assert server_of("", "azure").query == {"api-version": "preview"}
    assert "{model}" in server_of("", "azure-deployments").edits
    assert OutputFormat.WEBP not in server_of("", "azure").formats
    assert server_of("", "openai").response_format == "", "GPT Image models refuse it"
    assert server_of("", "localai").response_format == "b64_json"
    assert (server_of("", "sd-server").mask_kind, server_of("", "openai").mask_kind) == (MaskKind.WHITE, MaskKind.ALPHA)
    assert server_of("", "vllm-omni").mask_field == "mask_image"
    assert server_of("", "xai").edit_encoding is EditEncoding.JSON
    assert server_of("", "localai").edit_encoding is EditEncoding.REFERENCES
    assert [server.name for server in catalog() if server.size_auto] == [
        *("openai", "azure", "azure-deployments", "litellm")
    ]
    assert [server.name for server in catalog() if server.priced_as == "openai"] == [
        *("openai", "azure", "azure-deployments", "litellm")
    ]


def test_at_openai_a_model_can_all_that_it_can() -> None:
    row = models.catalog().find("openai", "gpt-image-2.5-flare")
    made = profile("openai", "gpt-image-2.5-flare", previews=3, thinks=True)
    assert (made.provider, made.model, made.label) == ("openai", "gpt-image-2.5-flare", "GPT Image 2.5 Flare")
    assert (made.qualities, made.formats, made.backgrounds) == (row.qualities, row.formats, row.backgrounds)
    assert (made.count_max, made.references_max, made.previews_max, made.masks) == (10, 16, 3, True)
    assert (made.mask_is_guidance, made.repeatable, made.priced_as) == (True, False, "openai")
    assert made.modes == frozenset(Mode)
    assert made.thinking == BUDGET
    assert sizes.legal(Size(3840, 2160), made)


@pytest.mark.parametrize(("asked", "given"), [(0, 0), (2, 2), (9, 3), (-1, 0)])
def test_previews_are_those_that_were_asked_for_as_far_as_there_are_any(asked: int, given: int) -> None:
    assert profile("openai", previews=asked).previews_max == given
    assert profile("litellm", previews=asked).previews_max == 0


def test_what_a_server_cannot_be_told_cannot_be_chosen() -> None:
    home = profile("sd-server", "")
    assert home.label == "stable-diffusion.cpp"
    assert home.qualities == {Quality.AUTO}
    assert home.backgrounds == {Background.AUTO}
    assert home.formats == {OutputFormat.PNG, OutputFormat.JPEG}
    assert profile("localai", "flux").label == "flux"
    assert profile("localai").formats == {OutputFormat.PNG}
    assert profile("xai").formats == {OutputFormat.PNG, OutputFormat.JPEG}
    assert profile("localai").references_max == 1
    assert not profile("localai").masks
    assert (profile("ollama").references_max, profile("ollama").masks) == (0, False)
    assert profile("sd-server", thinks=True).modes == {Mode.INSTANT}
    assert profile("sd-server", thinks=True).thinking is None
    assert profile("openai").modes == {Mode.INSTANT}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_planned_when_nobody_chose_is_always_possible(name: str) -> None:
    made = profile(name)
    assert OutputFormat.PNG in made.formats
    assert Quality.AUTO in made.qualities
    assert Background.AUTO in made.backgrounds
    assert Mode.INSTANT in made.modes
    assert sizes.fit(None, None, made).size
    assert pricing.catalog().find(made.priced_as, made.model)


@given(
    ratio=st.sampled_from(server_of("", "xai").ratios),
    resolution=st.sampled_from([Resolution.ONE_K, Resolution.TWO_K]),
)
@settings(derandomize=True, max_examples=60, deadline=None)
def test_a_ratio_that_a_server_knows_comes_back_as_it_was_asked_for(ratio: Ratio, resolution: Resolution) -> None:
    fitted = sizes.fit(ratio, resolution, profile("xai"))
    assert fitted.remark == ""
    assert ratio_and_resolution(fitted.size, server_of("", "xai")) == (str(ratio), resolution.value)


@given(size=st.builds(Size, st.integers(1, 5000), st.integers(1, 5000)))
@settings(derandomize=True, max_examples=60, deadline=None)
def test_any_size_has_a_nearest_ratio(size: Size) -> None:
    ratio, resolution = ratio_and_resolution(size, server_of("", "xai"))
    assert ratio in {str(one) for one in server_of("", "xai").ratios}
    assert resolution in {"1k", "2k"}
    assert ratio_and_resolution(Size(1000, 1500), server_of("", "xai")) == ("2:3", "1k")


def test_peoples_words_are_no_instructions_to_a_server() -> None:
    home = server_of("", "sd-server")
    tag = '<sd_cpp_extra_args>{"sample_params":{"sample_steps":9999}}</sd_cpp_extra_args>'
    assert stripped(f"a cat {tag}", home) == "a cat"
    assert stripped("a <</sd_cpp_extra_args>sd_cpp_extra_args> cat", home) == "a   cat"
    assert stripped("a cat <lora:x:1>", home) == "a cat <lora:x:1>"
    assert "sample_steps" not in stripped(f"a {tag}{tag} cat", home)
    assert stripped("a cat | dog", server_of("", "localai")) == "a cat   dog"
    assert stripped(f"a cat | {tag} ", server_of("", "openai")) == f"a cat | {tag} "


SD_SERVERS_OWN = re.compile(r"<sd_cpp_extra_args>(.*?)</sd_cpp_extra_args>", re.DOTALL)


@given(
    pieces=st.lists(
        st.sampled_from(
            ["<sd_cpp_extra_args>", "</sd_cpp_extra_args>", "<sd_cpp_", "extra_args>", "</", "x", "<", "\n"]
        ),
        max_size=12,
    )
)
@settings(derandomize=True, max_examples=300, deadline=None)
def test_however_tags_are_nested_none_is_left(pieces: list[str]) -> None:
    left = stripped("".join(pieces), server_of("", "sd-server"))
    assert not SD_SERVERS_OWN.search(left)
    assert "<sd_cpp_extra_args>" not in left
    assert stripped(left, server_of("", "sd-server")) == left


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (('auth = "bearer"', 'auth = "basic"'), "basic"),
        (('auth = "bearer"', 'login = "bearer"'), "wrong or missing field: auth, login"),
        (('formats = ["png", "jpeg", "webp"]', 'formats = ["gif"]'), "gif"),
        (("strips = []", "strips = ['(']"), "cannot be used"),
        (("streams = true", 'streams = "yes"'), "streams"),
        (("count_max = 10", "count_max = 0"), "count_max"),
        (('like = "openai"', 'like = "nobody"'), "no earlier row"),
        (("[[server]]", "[[server]"), "cannot be read"),
    ],
)
def test_a_wrong_row_is_named(change: tuple[str, str], word: str) -> None:
    text = resources.files("core").joinpath("catalog", "servers.toml").read_text("utf-8")
    assert change[0] in text
    with pytest.raises(BadSettings, match=word):
        parse_servers(text.replace(*change, 1))
