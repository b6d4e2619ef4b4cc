"""What a server supports is found out for nothing, told apart from what is only assumed, and turned into advice."""

from dataclasses import replace

import pytest
from support_openai import account_at

from core import pricing
from core.errors import CannotDraw, DrawingFailed, Moderated, OutcomeUnknown, ProviderBusy, ProviderUnusable
from core.model import Quality, Size
from core.providers import models
from core.providers.openai import probing_requests
from core.providers.openai.connection import Sending
from core.providers.openai.failures import NotThere, RefusedValue, UnknownParameter, failure_of
from core.providers.openai.probing import (
    EDITS,
    MODERATIONS,
    TEXT_CHARACTERS_MAX,
    Finding,
    Found,
    Heard,
    Manner,
    Probe,
    Sample,
    Verdict,
    about,
    cut,
    looks_like,
    manner_of,
    names_of_models,
    told,
    verdict_of,
)
from core.providers.openai.probing_compared import advice, compared, dollars
from core.providers.openai.probing_requests import (
    bare_question,
    estimated_nanodollars,
    options_of,
    sample_question,
    smallest_size,
)
from core.providers.profiles import server_of

JSON_HEADERS = {"content-type": "application/json"}


def _model(name="gpt-image-2"):
    return models.catalog().find("openai", name)


def _price(account):
    return pricing.catalog().find(account.server.priced_as, account.model)


def _failure(body: str, status: int = 400, request: str = "req_1"):
    headers = {**JSON_HEADERS, "x-request-id": request}
    return failure_of(status, headers, body.encode(), label="OpenAI")


FOR_SIZE = '{"error": {"message": "Width and height must both be divisible by 16.", "type": "image_generation_user_error", "param": "size", "code": "invalid_value"}}'  # noqa: E501
LITELLM_FOR_SIZE = '{"error": {"message": "litellm.BadRequestError: OpenAIException - Width and height must both be divisible by 16.", "type": "image_generation_user_error", "param": "size", "code": "400"}}'  # noqa: E501
UNKNOWN = '{"error": {"message": "Unknown parameter: \'quality\'.", "type": "invalid_request_error", "param": "quality", "code": "unknown_parameter"}}'  # noqa: E501
VALUE = '{"error": {"message": "Invalid value: \'max\'. Supported values are: \'low\' and \'auto\'.", "type": "image_generation_user_error", "param": "quality", "code": "invalid_value"}}'  # noqa: E501


# --- what one answer says ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failure", "manner"),
    [
        (None, Manner.DREW),
        (_failure(FOR_SIZE), Manner.REFUSED),
        (_failure(LITELLM_FOR_SIZE), Manner.REFUSED),
        (_failure('{"detail": [{"type": "value_error", "loc": ["body", "size"], "msg": "No"}]}', 422), Manner.REFUSED),
        (_failure('{"code": "Client error", "error": "Invalid aspect_ratio: 1:1000"}'), Manner.REFUSED),
        (_failure('{"error": "generate_image returned no results"}', 500), Manner.FAILED),
        (OutcomeUnknown("Lost."), Manner.FAILED),
        (_failure('{"detail": "Model mismatch: the server is running another"}'), Manner.UNCLEAR),
        (_failure(UNKNOWN), Manner.UNCLEAR),
        (UnknownParameter("No.", parameter="size", note="status 400, param size"), Manner.UNCLEAR),
        (_failure(UNKNOWN, 401), Manner.UNCLEAR),
        (Moderated("Declined."), Manner.UNCLEAR),
    ],
)  # fmt: skip
def test_only_a_refusal_for_the_size_lets_more_be_asked_in_that_way(failure, manner):
    assert manner_of(Heard(failure=failure)) is manner


QUALITY = Probe("quality", "quality = max", Sending(path="/", model=""), frozenset({"quality"}))
PLAIN = Probe(EDITS, "edits", Sending(path="/", model=""))


@pytest.mark.parametrize(
    ("probe", "failure", "bare", "checked", "verdict"),
    [
        (QUALITY, _failure(UNKNOWN), FOR_SIZE, True, Verdict.REFUSED),
        (QUALITY, _failure(VALUE), FOR_SIZE, True, Verdict.VALUE_REFUSED),
        (QUALITY, _failure(FOR_SIZE), FOR_SIZE, True, Verdict.TAKEN),
        (QUALITY, _failure(FOR_SIZE), FOR_SIZE, False, Verdict.NOT_REFUSED),
        (QUALITY, _failure(LITELLM_FOR_SIZE, request="req_2"), LITELLM_FOR_SIZE, True, Verdict.TAKEN),
        (QUALITY, _failure('{"error": "no"}', request="req_2"), '{"error": "no"}', True, Verdict.TAKEN),
        (QUALITY, _failure('{"error": "no"}'), '{"error": "another one"}', True, Verdict.UNCLEAR),
        (QUALITY, _failure(UNKNOWN.replace("quality", "n")), FOR_SIZE, True, Verdict.UNCLEAR),
        (QUALITY, None, FOR_SIZE, True, Verdict.UNCLEAR),
        (QUALITY, DrawingFailed("Broke."), FOR_SIZE, True, Verdict.UNCLEAR),
        (QUALITY, Moderated("Declined."), FOR_SIZE, True, Verdict.UNCLEAR),
        (QUALITY, ProviderBusy("Busy."), FOR_SIZE, True, Verdict.UNCLEAR),
        (QUALITY, NotThere("Gone."), FOR_SIZE, True, Verdict.UNCLEAR),
        (PLAIN, NotThere("Gone."), FOR_SIZE, True, Verdict.ABSENT),
        (PLAIN, _failure(FOR_SIZE), FOR_SIZE, False, Verdict.TAKEN),
    ],
)  # fmt: skip
def test_a_refusal_says_which_of_the_two_the_server_minded(probe, failure, bare, checked, verdict):
    heard, plain = Heard(failure=failure), Heard(failure=_failure(bare))
    assert verdict_of(probe, heard, plain, names_checked=checked) is verdict


def test_what_a_refusal_is_about_is_read_from_the_error_or_from_its_note():
    assert about(UnknownParameter("No.", parameter="n")) == "n"
    assert about(RefusedValue("No.", parameter="size")) == "size"
    assert about(CannotDraw("No.", note="status 400, some_error, param quality, request r: no")) == "quality"
    assert about(CannotDraw("No.")) == about(DrawingFailed("No.")) == about(None) == ""


def test_a_list_of_models_is_read_with_care():
    names = ["gpt-image-2", "gpt-image-2", 'x"\n[openai]', "a b", "", 7, None, "Qwen/Qwen-Image", "x" * 300]
    assert names_of_models({"data": [{"id": name} for name in names]}) == ("gpt-image-2", "Qwen/Qwen-Image")
    for data in (None, "x", [None, 3, {"name": "x"}], {}):
        assert names_of_models({"data": data}) == ()
        assert looks_like(Heard({"data": data})) == ""


@pytest.mark.parametrize(
    ("heard", "row"),
    [
        (Heard({"data": [{"id": "sd-cpp-local", "owned_by": "local"}]}), "sd-server"),
        (Heard({"data": [{"id": "m", "owned_by": "vllm"}]}), "vllm-omni"),
        (Heard({"data": [{"id": "m", "owned_by": "sglang"}]}), "sglang"),
        (Heard({"data": [{"id": "m", "owned_by": "system"}]}), ""),
        (Heard({"data": [{"id": "m", "owned_by": ["vllm"]}]}), ""),
        (Heard(headers={"X-LiteLLM-Version": "1.109.1"}), "litellm"),
    ],
)
def test_a_server_is_known_by_what_it_says_of_itself(heard, row):
    assert looks_like(heard) == row
    assert not row or server_of("", row)


def test_a_servers_words_are_one_short_line():
    assert cut("a\x1b[31m\n\tb") == "a [31m b"
    assert len(cut("x" * 5000)) == TEXT_CHARACTERS_MAX
    assert told(ProviderUnusable("It is shut.", note="y" * 900)).startswith("It is shut. (yyy")
    assert len(told(ProviderUnusable("It is shut.", note="y" * 900))) < 200
    assert "It may be billed." in told(OutcomeUnknown("Lost."))
    assert "It may be billed." not in told(CannotDraw("No."))


# --- the questions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "server", "size"),
    [
        ("gpt-image-2", "openai", Size(1024, 640)),
        ("gpt-image-2.6-flare", "openai", Size(1024, 640)),
        ("gpt-image-1.5", "openai", Size(1024, 1024)),
        ("a-deployment", "azure", Size(1024, 1024)),
    ],
)
def test_the_sample_is_of_the_smallest_ordinary_size(model, server, size):
    account = account_at("http://127.0.0.1:1/v1", "k", server, model=model)
    assert smallest_size(account, _model(model), _price(account), Quality.LOW) == size


def test_the_sample_costs_less_than_a_cent_and_less_than_anything_that_it_might_become():
    account = account_at("http://127.0.0.1:1/v1", "k")
    price = _price(account)
    question = sample_question(account, _model(), price, Found())
    assert (question.quality, question.previews, question.count) == (Quality.LOW, 1, 1)
    assert 6_000_000 < estimated_nanodollars(question, price) < 7_000_000
    for refused in ("quality", "size"):
        found = Found().with_finding(refused, Verdict.REFUSED)
        dearer = estimated_nanodollars(sample_question(account, _model(), price, found), price)
        assert dearer > estimated_nanodollars(question, price), refused
    plain = sample_question(account, _model(), price, Found().with_finding("stream", Verdict.REFUSED))
    assert plain.previews is None


def test_a_stream_that_is_not_assumed_is_asked_for_only_where_it_is_taken():
    account = account_at("http://127.0.0.1:1/v1", "k", "generic")
    price = _price(account)
    for verdict, streams in ((Verdict.TAKEN, True), (Verdict.NOT_REFUSED, False), (Verdict.UNCLEAR, False)):
        found = Found().with_finding("stream", verdict)
        assert (sample_question(account, _model(), price, found).previews == 1) is streams


@pytest.mark.parametrize(
    "server", ["openai", "azure", "litellm", "sd-server", "localai", "ollama", "xai", "openrouter"]
)
def test_every_question_about_pictures_asks_for_none_that_could_be_drawn(server):
    account = account_at("http://127.0.0.1:1/v1", "k", server)
    bare = probing_requests.bare_probe(bare_question(account, _model()))
    edits = [probing_requests.edit_probe(account, _model(), frozenset(), masked=False)]
    if probing_requests.has_masks(account.server):
        edits.append(probing_requests.edit_probe(account, _model(), frozenset(), masked=True))
    options = list(probing_requests.option_probes(bare, _model(), Found()))
    for probe in (bare, probing_requests.nobodys_probe(bare), *options, *edits):
        fields = dict(probe.sending.json or {}) or {name: content for name, (_, content, _) in probe.sending.parts}
        assert fields.get("size") == "1x1" or fields.get("aspect_ratio") == "1:1000", probe.feature
        assert probe.sending.images == 0
    assert len({probe.feature for probe in options}) == len(options_of(_model()))
    for probe in options:
        added = set(probe.sending.json or {}) - set(bare.sending.json or {})
        assert probe.feature in probe.options <= added


# --- what it comes to ----------------------------------------------------------------------------------------------


def _findings(**verdicts):
    named = {name: Finding(verdict) for name, verdict in verdicts.items()}
    return Found(findings=named, manner=Manner.REFUSED, names_checked=True)


def test_another_row_is_named_where_it_fits_better():
    generic = account_at("http://127.0.0.1:1/v1", "k", "generic")
    found = _findings(moderation=Verdict.TAKEN, safety_identifier=Verdict.TAKEN)
    said = advice(found, generic, _model(), checks=False)
    assert [one.toml for one in said] == ['[openai]\nserver = "openai"']
    assert "prices of openai" in said[0].sentence
    assert advice(replace(found, names_checked=False), generic, _model(), checks=False) == ()


def test_what_a_server_says_it_is_counts_before_what_fits():
    generic = account_at("http://127.0.0.1:1/v1", "k", "generic")
    found = replace(_findings(moderation=Verdict.TAKEN, safety_identifier=Verdict.TAKEN), looks_like="litellm")
    assert [one.toml for one in advice(found, generic, _model(), checks=False)] == ['[openai]\nserver = "litellm"']
    litellm = account_at("http://127.0.0.1:1/v1", "k", "litellm")
    assert advice(found, litellm, _model(), checks=False) == ()


def test_a_model_that_is_not_there_is_answered_with_those_that_are():
    account = account_at("http://127.0.0.1:1/v1", "k", model="gpt-image-9")
    found = Found(listed=("gpt-6", "gpt-image-2"), failure=NotThere("No such model."))
    assert [one.toml for one in advice(found, account, _model(), checks=False)] == ['[openai]\nmodel = "gpt-image-2"']
    assert advice(replace(found, failure=None, manner=Manner.REFUSED), account, _model(), checks=False) == ()


def test_a_safety_check_that_is_wanted_and_not_there_is_named():
    account = account_at("http://127.0.0.1:1/v1", "k")
    found = _findings(**{MODERATIONS: Verdict.ABSENT})
    assert '[moderation]\ncheck = "off"' in [one.toml for one in advice(found, account, _model(), checks=True)]
    assert '[moderation]\ncheck = "off"' not in [one.toml for one in advice(found, account, _model(), checks=False)]


def test_a_picture_that_is_dearer_than_reserved_asks_for_a_price():
    account = account_at("http://127.0.0.1:1/v1", "k")
    sample = Sample(
        asked_size=Size(1024, 640), asked_quality=Quality.LOW, size=Size(1024, 640), media_type="image/png",
        as_address=False, stream_asked=False, streamed=False, previews=0, first_preview_ms=None, whole_ms=900, echo=(),
        usage_given=True, nanodollars=50_000_000, estimated_nanodollars=6_000_000, credentials=False,
    )  # fmt: skip
    found = Found(sample=sample)
    assert [line.name for line in compared(found, account, _model()) if line.differs] == ["cost"]
    said = advice(found, account, _model(), checks=False)
    assert 'model = "gpt-image-2"' in said[0].toml
    assert "$0.0500" in said[0].sentence
    cheap = replace(sample, nanodollars=6_000_000)
    assert not [line for line in compared(replace(found, sample=cheap), account, _model()) if line.differs]


def test_small_money_is_told_exactly_enough_and_never_too_low():
    assert [dollars(n) for n in (0, 1, 6_210_000, 6_200_001, 1_000_000_000)] == [
        "$0.0000", "$0.0001", "$0.0063", "$0.0063", "$1.0000",
    ]  # fmt: skip
