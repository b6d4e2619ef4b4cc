"""With whom Easel draws, and what the operator is told when that cannot work."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import pricing
from core.errors import BadSettings
from core.model import Mode, Quality, Size
from core.settings import describe, load
from core.settings_fields import Explained
from core.settings_openai import account_of, checked_address, is_private
from core.settings_prices import prices_of

KEY = "sk-proj-CANARY"
WITH_KEY = {"EASEL_OPENAI__API_KEY": KEY}
AT_HOME = {"EASEL_OPENAI__BASE_URL": "http://192.168.1.9:8080/v1"}
NOWHERE = Path("/nowhere")


@pytest.fixture
def write(tmp_path):
    def write(text: str) -> Path:
        (tmp_path / "easel.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def problems(environ: dict[str, str], cwd: Path = NOWHERE) -> list[str]:
    with pytest.raises(BadSettings) as refused:
        load(environ, cwd)
    assert "CANARY" not in refused.value.sentence
    return [line.removeprefix("- ") for line in refused.value.sentence.splitlines() if line.startswith("- ")]


def test_a_key_is_all_that_it_takes():
    for name in ("OPENAI_API_KEY", "EASEL_OPENAI__API_KEY"):
        read = load({name: KEY}, NOWHERE)
        assert read.provider_name == "openai"
        account = account_of(read)
        assert account is not None
        assert (account.base_url, account.model) == ("https://api.openai.com/v1", "gpt-image-2")
        assert account.api_key.get_secret_value() == KEY
        assert (account.server.name, account.previews, account.read_seconds) == ("openai", 1, 300.0)
        assert account.thinking is not None
        assert account.thinking.model == account.thinking_model == "gpt-5.5"
        assert account.thinking.tool_calls_max == 4
        assert ("provider", "openai", f"auto, by {name}") in describe(read)
        assert ("openai.api_key", "(secret)", name) in describe(read)


def test_without_a_key_the_illustrator_draws_and_nobody_pays():
    for environ in ({}, {"OPENAI_API_KEY": ""}, {"OPENAI_API_KEY": KEY, "EASEL_PROVIDER": "illustrator"}):
        read = load(environ, NOWHERE)
        assert read.provider_name == read.provider == "illustrator"
        assert account_of(read) is None


def test_easels_own_key_comes_first_wherever_it_stands(write):
    folder = write('[openai]\napi_key = "from-the-file"\n')
    (folder / "key").write_text("from-its-own-file\n")
    assert key_of({"OPENAI_API_KEY": KEY}, folder) == "from-the-file"
    assert key_of({"OPENAI_API_KEY": KEY, "EASEL_OPENAI__API_KEY": "own"}, folder) == "own"
    named = {"OPENAI_API_KEY": KEY, "EASEL_OPENAI__API_KEY_FILE": str(folder / "key")}
    assert key_of(named, folder) == "from-its-own-file"


def key_of(environ: dict[str, str], folder: Path) -> str | None:
    account = account_of(load(environ, folder))
    return None if account is None else account.api_key.get_secret_value()


def test_a_key_meant_for_openai_is_shown_to_nobody_else():
    read = load({"OPENAI_API_KEY": KEY, **AT_HOME}, NOWHERE)
    assert read.provider_name == "openai"
    assert key_of({"OPENAI_API_KEY": KEY, **AT_HOME}, NOWHERE) == ""
    assert ("openai.api_key", "(none)", "default") in describe(read)
    assert ("provider", "openai", "auto, by EASEL_OPENAI__BASE_URL") in describe(read)
    assert key_of({"OPENAI_API_KEY": KEY, "EASEL_OPENAI__BASE_URL": "https://eu.api.openai.com/v1"}, NOWHERE) == KEY
    # Being called so makes a server no more OpenAI's.
    assert key_of({"OPENAI_API_KEY": KEY, "EASEL_OPENAI__SERVER": "openai", **AT_HOME}, NOWHERE) == ""
    assert key_of({"OPENAI_API_KEY": KEY, **WITH_KEY, **AT_HOME}, NOWHERE) == KEY


def test_a_server_at_home_needs_no_key():
    account = account_of(load({**AT_HOME, "EASEL_OPENAI__MODEL": "dall-e-3"}, NOWHERE))  # it may call it what it likes
    assert account is not None
    assert (account.server.name, account.model, account.thinking) == ("generic", "dall-e-3", None)
    named = account_of(load({**AT_HOME, "EASEL_OPENAI__SERVER": "localai"}, NOWHERE))
    assert named is not None
    assert named.server.name == "localai"


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        (
            {"EASEL_PROVIDER": "openai"},
            "EASEL_PROVIDER is openai, and OpenAI draws with a key only: set EASEL_OPENAI__API_KEY (or "
            "OPENAI_API_KEY), or set EASEL_PROVIDER to illustrator.",
        ),
        (
            {"EASEL_OPENAI__BASE_URL": "https://api.openai.com/v1"},
            "EASEL_OPENAI__BASE_URL is OpenAI's own, and OpenAI draws with a key only: set EASEL_OPENAI__API_KEY (or "
            "OPENAI_API_KEY), or set EASEL_PROVIDER to illustrator.",
        ),
        (
            {**WITH_KEY, "EASEL_OPENAI__MODEL": "gpt-image-1"},
            "EASEL_OPENAI__MODEL is gpt-image-1, which OpenAI has shut down on 2026-10-23: use gpt-image-2",
        ),
        (
            {**WITH_KEY, "EASEL_OPENAI__FALL_BACK": "illustrator,dall-e-3"},
            "EASEL_OPENAI__FALL_BACK names dall-e-3, which OpenAI has shut down on 2026-05-12: use gpt-image-2",
        ),
        (
            {**WITH_KEY, "EASEL_OPENAI__FALL_BACK": "gpt-image-2"},
            "EASEL_OPENAI__FALL_BACK names gpt-image-2, which is EASEL_OPENAI__MODEL itself: leave it out.",
        ),
        (
            {"EASEL_OPENAI__BASE_URL": "http://images.example.org/v1"},
            "EASEL_OPENAI__BASE_URL is plain http to images.example.org, which is not on a network of your own: the "
            "key and every prompt could be read on the way. Write https.",
        ),
        (
            {"EASEL_OPENAI__BASE_URL": "https://me:CANARY@images.example.org/v1"},
            "EASEL_OPENAI__BASE_URL must be a host and a path only: the key has a setting of its own.",
        ),
        (
            {"EASEL_OPENAI__BASE_URL": "https://images.example.org/v1?key=CANARY"},
            "EASEL_OPENAI__BASE_URL must be a host and a path only: the key has a setting of its own.",
        ),
        (
            {"EASEL_OPENAI__BASE_URL": "ftp://images.example.org"},
            'EASEL_OPENAI__BASE_URL is "ftp://images.example.org", but must be an address such as '
            "https://api.openai.com/v1.",
        ),
        (
            {"EASEL_OPENAI__API_KEY": "sk-CAN ARY"},
            "EASEL_OPENAI__API_KEY must be a key as the server gave it: visible ASCII characters without blanks.",
        ),
        (
            {"OPENAI_API_KEY": "sk-CANARY\nX-Other: 1"},
            "OPENAI_API_KEY must be a key as the server gave it: visible ASCII characters without blanks.",
        ),
        ({**WITH_KEY, "EASEL_OPENAI__MODEL": "a b"}, 'EASEL_OPENAI__MODEL is "a b", but must be a model\'s name, '),
        (
            {**WITH_KEY, "EASEL_OPENAI__PREVIEWS": "4"},
            'EASEL_OPENAI__PREVIEWS is "4", but must be a whole number from 0',
        ),
        (
            {**WITH_KEY, "EASEL_OPENAI__SERVER": "opnai"},
            "EASEL_OPENAI__SERVER cannot be used: There is no kind of server",
        ),
        (
            {**WITH_KEY, "EASEL_OPENAI__MODLE": "x"},
            "There is no setting EASEL_OPENAI__MODLE. Did you mean EASEL_OPENAI__M",
        ),
        (
            {"EASEL_MODE": "thinking"},
            "EASEL_MODE is thinking, and the illustrator draws at once: set it to instant, or ",
        ),
        (
            {**WITH_KEY, "EASEL_MODE": "thinking", "EASEL_OPENAI__THINKING_MODEL": "off"},
            "EASEL_MODE is thinking, and EASEL_OPENAI__THINKING_MODEL is off: name a model there, or set it to in",
        ),
        (
            {**AT_HOME, "EASEL_MODE": "thinking"},
            "EASEL_MODE is thinking, and Compatible server has no thinking mode: set ",
        ),
    ],
)
def test_what_cannot_work_is_said_in_one_sentence(environ, said):
    (found,) = problems(environ)
    assert found.startswith(said)


def test_another_address_may_lack_the_name_of_a_server(write):
    (found,) = problems({}, write('[openai]\nserver = "nobody"\n'))
    assert found.startswith("easel.toml: openai.server cannot be used: There is no kind of server called nobody.")


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1",
        "10.0.0.1",
        "192.168.1.9",
        "172.20.0.2",
        "100.64.0.7",
        "169.254.1.1",
        "::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "sd-server",
        "3090box",
        "gpu.local",
        "gpu.lan",
        "llm.svc.cluster.local",
        "box.home.arpa",
    ],
)
def test_plain_http_is_for_networks_of_ones_own(host):
    at = f"[{host}]" if ":" in host else host
    assert checked_address(f"http://{at}:8080/v1/") == f"http://{at}:8080/v1"


@pytest.mark.parametrize(
    "host",
    [
        "8.8.8.8",
        "images.example.org",
        "2001:4860:4860::8888",
        "::ffff:8.8.8.8",
        "0x08080808",
        "134744072",
        "localhost.org",
        "192.168.1.9.example.org",
        "224.0.0.1",
        "2002:808:808::1",
    ],
)
def test_plain_http_is_for_nobody_else(host):
    assert not is_private(host)
    at = f"[{host}]" if ":" in host else host
    with pytest.raises(Explained, match="plain http"):
        checked_address(f"http://{at}/v1")
    assert checked_address(f"https://{at}/v1") == f"https://{at}/v1"


@given(st.text(max_size=60) | st.text("htps:/@?#[].1a", max_size=30).map("http://".__add__))
def test_any_address_is_taken_or_refused(text):
    try:
        taken = checked_address(text)
    except ValueError:
        return
    assert taken.startswith(("http://", "https://", "HTTP")) or taken.lower().startswith("http")
    assert not taken.endswith("/")
    assert "@" not in taken


def test_thinking_can_be_switched_off(write):
    for said in ('""', '"off"'):
        read = load(WITH_KEY, write(f"[openai]\nthinking_model = {said}\n"))
        account = account_of(read)
        assert account is not None
        assert (account.thinking, account.thinking_model) == (None, "")
        assert ("openai.thinking_model", "off", "easel.toml") in describe(read)


def test_a_workspace_may_have_a_mode_of_its_own(write):
    folder = write(
        '[[workspaces]]\nworkspace = "*"\nmode = "thinking"\n'
        '[[workspaces]]\nworkspace = "discord:1"\nmode = "instant"\n'
        '[[workspaces]]\nworkspace = "discord:2"\nblocked_words = ["pike"]\n'
    )
    read = load(WITH_KEY, folder)
    assert [read.mode_in(f"discord:{number}") for number in (1, 2, 3)] == [Mode.INSTANT, Mode.THINKING, Mode.THINKING]
    assert load({**WITH_KEY, "EASEL_MODE": "thinking"}, NOWHERE).mode_in("slack:T1") is Mode.THINKING
    (said,) = problems({}, folder)
    assert said.startswith("The mode of * in [[workspaces]] is thinking, and the illustrator draws at once")


def test_an_operators_price_comes_before_the_catalogs(write):
    folder = write('[[prices]]\nmodel = "gpt-image-2"\nimage_out = 27.5\ntext_in = "$4.00"\ndate = 2026-11-01\n')
    mine, theirs = prices_of(load(WITH_KEY, folder)), pricing.catalog()
    price, before = mine.find("openai", "gpt-image-2-2026-04-21"), theirs.find("openai", "gpt-image-2")
    assert (price.image_out, price.text_in) == (27_500, 4_000)
    assert (price.image_in, price.factors) == (before.image_in, before.factors)  # what is not said is as it was
    assert str(price.date) == "2026-11-01"
    assert mine.find("openai", "gpt-image-1.5") == theirs.find("openai", "gpt-image-1.5")


def test_a_server_that_bills_by_the_picture_can_be_reckoned_with(write):
    folder = write('[[prices]]\nprovider = "compatible"\nmodel = "flux"\npicture = "$0.08"\n')
    price = prices_of(load(AT_HOME, folder)).find("compatible", "flux")
    cost = pricing.estimate(price, size=Size(1024, 1024), quality=Quality.HIGH, count=3, text="a fox")
    assert cost.nanodollars == 240_000_000


def test_a_text_models_price_may_be_said_too(write):
    folder = write('[[prices]]\nmodel = "gpt-5.5"\nthinks = true\ntext_out = 12\nsearch = 0.02\n')
    price = prices_of(load(WITH_KEY, folder)).find("openai", "gpt-5.5-2026-04-23", thinks=True)
    before = pricing.catalog().find("openai", "gpt-5.5", thinks=True)
    assert (price.text_out, price.search, price.text_in) == (12_000, 20_000_000, before.text_in)


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ('model = "m"\nimage_out = "dear"', "image_out: 'dear' is not an amount of money"),
        ('model = "m"\nimage_out = -1', "image_out: "),
        ('model = "m"\nimage_out = 0.0001', "image_out is finer than a tenth of a cent for a million tokens"),
        ("image_out = 3", "model is missing"),
        ('model = "m"\nimage_oot = 3', "there is no 'image_oot'. Did you mean image_out?"),
        ('model = "m"\nprovider = "opnai"', "provider is 'opnai', but must be one of"),
        ('model = "m"\nprovider = "compatible"\nimage_out = 3', "image_out needs counts or factors"),
        ('model = "m"\nfactors = { low = -1 }', "factors"),
        ('model = "m"\ncounts = { low = [1, 2] }', "counts"),
        ('model = "m"\nfactors = { good = 1 }', "factors"),
    ],
)
def test_a_price_that_cannot_be_used_is_named(write, row, named):
    (said,) = problems({}, write(f"[[prices]]\n{row}\n"))
    assert said.startswith("easel.toml: prices, row 1 (line 1): ")
    assert named in said


def test_no_secret_shows_anywhere():
    read = load({**WITH_KEY, **AT_HOME}, NOWHERE)
    for shown in (repr(read), str(read), str(describe(read)), read.model_dump_json(), repr(account_of(read))):
        assert "CANARY" not in shown
