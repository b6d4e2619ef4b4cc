"""The person who runs Easel says what they want, or is told everything that is wrong, in their own terms."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadSettings
from core.quota import Limit, Scope, Unit, Window, validate
from core.settings import admin_token, describe, known_settings, load, web_token
from core.settings_fields import Kind
from core.settings_openai import account_of
from core.settings_wording import variable

TOKEN = "0123456789abcdefCANARY"
ADMIN_TOKEN = "ANOTHER-CANARY-0123456789"
KEY = "sk-proj-CANARY"
DISCORD = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GCANAR.CANARYCANARYCANARYCANARYCANARYCANARYC"  # of application 123456789012345678


@pytest.fixture
def write(tmp_path):
    def write(text: str) -> Path:
        (tmp_path / "easel.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def problems(environ: dict[str, str], cwd: Path) -> list[str]:
    with pytest.raises(BadSettings) as refused:
        load(environ, cwd)
    sentence = refused.value.sentence
    assert "pydantic" not in sentence
    assert "Traceback" not in sentence
    assert str(cwd) not in sentence
    return [line.removeprefix("- ") for line in sentence.splitlines() if line.startswith("- ")]


def test_nothing_said_is_enough(tmp_path):
    given_nothing = load({}, tmp_path)
    assert given_nothing.data_dir == tmp_path / "data"
    assert (given_nothing.web.host, given_nothing.web.port) == ("127.0.0.1", 8420)
    assert (given_nothing.provider, given_nothing.time_zone) == ("illustrator", "UTC")
    assert (given_nothing.log.format, given_nothing.log.level) == ("console", "info")
    assert given_nothing.worker.concurrency == 2
    assert (given_nothing.queue.waiting, given_nothing.queue.waiting_per_person) == (200, 5)
    assert not (tmp_path / "data").exists()


def test_without_rows_the_playgrounds_people_meet_a_quota(tmp_path):
    limits = {limit.selector: limit for limit in load({}, tmp_path).limits}
    assert [limits[role].amount for role in ("everyone", "member", "designer", "moderator")] == [5, 30, 100, 500]
    assert limits["*"] == Limit(Scope.USER, "*", Unit.JOBS, Window.NONE, 3)
    assert validate(tuple(limits.values())) == ()


def test_the_file_is_read_and_the_environment_wins(write):
    folder = write('time_zone = "Asia/Kolkata"\n[web]\nport = 1\nallowed_hosts = ["easel.example"]\n')
    read = load({"EASEL_WEB__PORT": "2", "HOME": "/"}, folder)
    assert (read.time_zone, read.web.port, read.web.allowed_hosts) == ("Asia/Kolkata", 2, ("easel.example",))
    origins = {name: origin for name, _, origin in describe(read)}
    assert origins["web.port"] == "EASEL_WEB__PORT"
    assert origins["time_zone"] == "easel.toml"
    assert origins["web.host"] == "default"


def test_another_file_can_be_named_and_its_folder_is_where_its_paths_begin(tmp_path):
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "studio.toml").write_text('data_dir = "kept"\n')
    assert load({"EASEL_CONFIG": "etc/studio.toml"}, tmp_path).data_dir == tmp_path / "etc" / "kept"
    both = {"EASEL_CONFIG": "etc/studio.toml", "EASEL_DATA_DIR": "here"}
    assert load(both, tmp_path).data_dir == tmp_path / "here"
    assert problems({"EASEL_CONFIG": "etc/stdio.toml"}, tmp_path) == [
        "EASEL_CONFIG names a file that cannot be read: give the path of a TOML file."
    ]


def test_every_setting_can_be_given_by_its_variable(tmp_path):
    said = {
        "EASEL_DATA_DIR": "/srv/easel",
        "EASEL_PROVIDER": "openai",
        "EASEL_MODE": "thinking",
        "EASEL_TIME_ZONE": "Europe/Berlin",
        "EASEL_WEB__HOST": "0.0.0.0",
        "EASEL_WEB__PORT": "8421",
        "EASEL_WEB__TOKEN": TOKEN,
        "EASEL_WEB__ADMIN_TOKEN": ADMIN_TOKEN,
        "EASEL_WEB__ALLOWED_HOSTS": "Easel.example, [::1]:80",
        "EASEL_LOG__FORMAT": "json",
        "EASEL_LOG__LEVEL": "debug",
        "EASEL_WORKER__CONCURRENCY": "3",
        "EASEL_QUEUE__WAITING": "10",
        "EASEL_QUEUE__WAITING_PER_PERSON": "4",
        "EASEL_OPENAI__API_KEY": KEY,
        "EASEL_OPENAI__BASE_URL": "https://eu.api.openai.com/v1/",
        "EASEL_OPENAI__MODEL": "gpt-image-2.6-flare",
        "EASEL_OPENAI__SERVER": "openai",
        "EASEL_OPENAI__ORGANIZATION": "org-1",
        "EASEL_OPENAI__PROJECT": "proj_1",
        "EASEL_OPENAI__IMAGES_PER_MINUTE": "50",
        "EASEL_OPENAI__PREVIEWS": "0",
        "EASEL_OPENAI__READ_SECONDS": "120",
        "EASEL_OPENAI__THINKING_MODEL": "gpt-5.9",
        "EASEL_OPENAI__TOOL_CALLS_MAX": "2",
        "EASEL_OPENAI__THINKING_TOKENS_IN": "20000",
        "EASEL_OPENAI__THINKING_TOKENS_OUT": "5000",
        "EASEL_OPENAI__FALL_BACK": "gpt-image-2, illustrator",
        "EASEL_OPENAI__ENCRYPTION_KEYS": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "EASEL_DATABASE_URL": "postgresql://easel:change-me@db.example.org/easel",
        "EASEL_DISCORD__TOKEN": DISCORD,
        "EASEL_DISCORD__API_BASE": "http://rest-proxy:8080/api/v10/",
        "EASEL_DISCORD__GATEWAY_URL": "ws://gateway-proxy:7878",
        "EASEL_DISCORD__FILE_HOSTS": "cdn.discordapp.com",
        "EASEL_DISCORD__SHARD_IDS": "0-3",
        "EASEL_DISCORD__SHARD_COUNT": "8",
        "EASEL_DISCORD__MESSAGE_CONTENT": "false",
        "EASEL_DISCORD__POST_PRICE": "true",
        "EASEL_DISCORD__POST_QUOTA": "true",
        "EASEL_DISCORD__SPOILER": "true",
        "EASEL_SLACK__BOT_TOKEN": "xoxb-1234567890-abcdef",
        "EASEL_SLACK__APP_TOKEN": "xapp-1-A0123-4567890-abcdef",
        "EASEL_SLACK__SIGNING_SECRET": "8f742231b10e8888abcd99baac85a5",
        "EASEL_SLACK__PUBLIC_URL": "https://easel.example",
        "EASEL_SLACK__CLIENT_ID": "123.456",
        "EASEL_SLACK__CLIENT_SECRET": "8f742231b10e8888abcd99baac85a5",
        "EASEL_SLACK__ENCRYPTION_KEYS": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "EASEL_SLACK__API_BASE": "https://slack-gov.com/api/",
        "EASEL_SLACK__FILE_HOSTS": "files.slack-gov.com",
        "EASEL_SLACK__SOCKETS": "2",
        "EASEL_SLACK__THREADS": "false",
        "EASEL_SLACK__SHARED_CHANNELS": "true",
        "EASEL_SLACK__ALT_TEXT": "true",
        "EASEL_SLACK__POST_PRICE": "true",
        "EASEL_SLACK__POST_QUOTA": "true",
        "EASEL_MODERATION__CHECK": "all",
        "EASEL_MODERATION__ON_TROUBLE": "refuse",
        "EASEL_MODERATION__MODEL": "omni-moderation-2024-09-26",
        "EASEL_MODERATION__THRESHOLDS": '{"violence/graphic": 0.5}',
        "EASEL_MODERATION__RULES": '[{"workspace": "discord:1", "category": "sexual", "score": 0.1}]',
        "EASEL_MODERATION__WORDS": "cudgel, big stick",
        "EASEL_MODERATION__COOL_DOWN_REFUSALS": "5",
        "EASEL_MODERATION__COOL_DOWN_MINUTES": "10",
        "EASEL_WORKSPACES": '[{"workspace": "slack:T1", "mode": "instant", "blocked_words": ["pike"]}]',
        "EASEL_POLICIES": '[{"workspace": "slack:T1", "orders": ["private on"]}]',
        "EASEL_PRICES": '[{"model": "gpt-image-2.6-flare", "image_out": 29.5}]',
        "EASEL_LIMITS": '[{"scope": "everyone", "unit": "money", "window": "month", "amount": 19.99}]',
    }
    assert set(said) == {variable(named.path) for named in known_settings()}
    one = {name: value for name, value in said.items() if "CLIENT" not in name}
    many = {name: value for name, value in said.items() if name != "EASEL_SLACK__BOT_TOKEN"}
    read = load(one, tmp_path)
    for each in (one, many):  # one workspace of Slack's, or many: not both
        told = {variable(tuple(name.split("."))): origin for name, _, origin in describe(load(each, tmp_path))}
        assert {name for name, origin in told.items() if name == origin} == each.keys()
    assert read.web.allowed_hosts == ("easel.example", "[::1]:80")
    assert read.openai.base_url == "https://eu.api.openai.com/v1"
    assert read.openai.fall_back == ("gpt-image-2", "illustrator")
    assert read.limits == (Limit(Scope.EVERYONE, "*", Unit.MONEY, Window.MONTH, 19_990_000_000),)


def test_all_that_is_wrong_is_said_at_once(write):
    folder = write(
        'port = 3\ntime_zone = "Europe/Berlim"\nlog = "loud"\n'
        '[web]\nprot = 3\ntoken = "shortCANARY"\n'
        '[[limits]]\nscope = "usr"\nunit = "images"\nwindw = "day"\namount = 3\n'
    )
    said = problems({"EASEL_WEB_PORT": "3", "EASEL_WEB__PORT": "84x", "EASEL_WORKER__CONCURRENCY": "0"}, folder)
    assert said == [
        "easel.toml: there is no setting 'port'. Did you mean web.port?",
        "easel.toml: log must be a table: write [log] above its settings.",
        "easel.toml: there is no setting 'web.prot'. Did you mean web.port?",
        "There is no setting EASEL_WEB_PORT. Did you mean EASEL_WEB__PORT?",
        'easel.toml: time_zone is "Europe/Berlim", but must be the IANA name of a time zone, such as Europe/Berlin or '
        "Asia/Kolkata.",
        'EASEL_WEB__PORT is "84x", but must be a whole number from 0 to 65535.',
        "easel.toml: web.token must be at least 16 characters, without blanks.",
        'EASEL_WORKER__CONCURRENCY is "0", but must be a whole number from 1 to 256.',
        'easel.toml: limits, row 1 (line 7): scope is "usr", but must be everyone, workspace, channel, role or user.',
        "easel.toml: limits, row 1 (line 7): there is no 'windw'. Did you mean window?",
    ]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("web = [", "not valid TOML"),
        ("web = 3", "web must be a table"),
        ("limits = 3", "limits"),
        ("limits = [3]", "row 1"),
        ("[[limits]]\nscope = 'user'\namount = 3", "row 1 (line 1): unit is missing"),
        ("[[limits]]\nscope='user'\nunit='images'\namount=3", "needs a window"),
        ("[[limits]]\nscope='user'\nunit='jobs'\nwindow='day'\namount=3", 'its window must be "none"'),
        ("[[limits]]\nscope='user'\nunit='images'\nwindow='day'\namount=3.5", "whole numbers"),
        ("[[limits]]\nscope='user'\nunit='images'\nwindow='day'\namount='$3'", "whole numbers"),
        ("[[limits]]\nscope='user'\nunit='money'\nwindow='day'\namount=-1", "write it like $5.00"),
        ("[[limits]]\nscope='user'\nunit='money'\nwindow='day'\namount='3 EUR'", "write it like $5.00"),
        ("[[limits]]\nscope='user'\nunit='money'\nwindow='day'\namount=true", "amount"),
        ("[[limits]]\nscope='user'\nunit='money'\nwindow='day'\namount=nan", "amount"),
        ("[[limits]]\nscope='user'\nunit='images'\nwindow='day'\namount=-3", "whole numbers"),
        ("[web]\nhost = 'my house'", "an IP address or localhost"),
        ("[web]\nallowed_hosts = ['http://a/b']", "host names"),
        ("[queue]\nwaiting = 3", "EASEL_QUEUE__WAITING_PER_PERSON is more than EASEL_QUEUE__WAITING"),
        ("time_zone = 'Europe'", "IANA name"),
        ("time_zone = '../../etc/passwd'", "IANA name"),
    ],
)
def test_each_of_these_gets_one_sentence(write, text, named):
    (said,) = problems({}, write(text))
    assert named in said


@pytest.mark.parametrize(
    ("amount", "nanodollars"),
    [
        ("'$5.00'", 5 * 10**9),
        ("5", 5 * 10**9),
        ("0.1", 10**8),
        ("'5 USD'", 5 * 10**9),
        ("'$0.000000001'", 1),
        ("0", 0),
        ("123456789.123456789", 123456789123456789),
    ],
)
def test_money_is_exact(write, amount, nanodollars):
    folder = write(f"[[limits]]\nscope='workspace'\nunit='money'\nwindow='month'\namount={amount}")
    assert load({}, folder).limits == (Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.MONTH, nanodollars),)


def test_no_rows_said_aloud_means_no_limits(write):
    assert load({}, write("limits = []")).limits == ()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4"])
def test_others_are_let_in_with_a_token_only(tmp_path, host):
    (said,) = problems({"EASEL_WEB__HOST": host}, tmp_path)
    assert "no token is set" in said
    assert load({"EASEL_WEB__HOST": host, "EASEL_WEB__TOKEN": TOKEN}, tmp_path).web.is_public


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine_needs_no_token_of_its_own(tmp_path, host):
    assert not load({"EASEL_WEB__HOST": host}, tmp_path).web.is_public


def test_a_secret_may_come_from_a_file(tmp_path):
    (tmp_path / "secret").write_text(TOKEN + "\n")
    named = {"EASEL_WEB__TOKEN_FILE": str(tmp_path / "secret")}
    read = load(named, tmp_path)
    assert web_token(read).get_secret_value() == TOKEN
    assert ("web.token", "(secret)", "EASEL_WEB__TOKEN_FILE") in describe(read)
    assert "keep one" in problems({**named, "EASEL_WEB__TOKEN": TOKEN}, tmp_path)[0]
    assert "cannot be read" in problems({"EASEL_WEB__TOKEN_FILE": str(tmp_path / "none")}, tmp_path)[0]


def test_a_secret_shows_nowhere(tmp_path):
    read = load({"EASEL_WEB__TOKEN": TOKEN}, tmp_path)
    shown = [repr(read), str(read), str(describe(read)), read.model_dump_json()]
    shown += problems({"EASEL_WEB__TOKEN": "CAN ARY " * 4, "EASEL_WEB__PORT": "x"}, tmp_path)
    assert not [text for text in shown if "CANARY" in text or "CAN ARY" in text]


def test_a_token_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    read = load({}, tmp_path)
    first = web_token(read).get_secret_value()
    kept = tmp_path / "data" / "web-token"
    assert len(first) == 32
    assert kept.stat().st_mode & 0o777 == 0o600
    kept.chmod(0o644)
    assert web_token(load({}, tmp_path)).get_secret_value() == first
    assert kept.stat().st_mode & 0o777 == 0o600
    kept.write_text("")  # the power went away at the wrong moment
    assert len(web_token(read).get_secret_value()) == 32


def test_each_page_has_a_token_of_its_own(tmp_path):
    read = load({}, tmp_path)
    made = admin_token(read).get_secret_value()
    assert (tmp_path / "data" / "admin-token").stat().st_mode & 0o777 == 0o600
    assert made != web_token(read).get_secret_value()
    assert admin_token(load({"EASEL_WEB__ADMIN_TOKEN": ADMIN_TOKEN}, tmp_path)).get_secret_value() == ADMIN_TOKEN
    both = {"EASEL_WEB__TOKEN": TOKEN, "EASEL_WEB__ADMIN_TOKEN": TOKEN}
    assert "give each page one of its own" in problems(both, tmp_path)[0]
    assert "at least 16 characters" in problems({"EASEL_WEB__ADMIN_TOKEN": "short"}, tmp_path)[0]


def test_an_empty_variable_is_as_good_as_none(tmp_path):
    assert load({"EASEL_WEB__TOKEN": "", "EASEL_WEB__PORT": "", "EASEL_CONFIG": ""}, tmp_path).web.port == 8420


def test_what_kubernetes_says_about_a_service_named_easel_is_not_for_us(tmp_path):
    told = {
        "EASEL_SERVICE_HOST": "10.0.0.1",
        "EASEL_SERVICE_PORT": "80",
        "EASEL_SERVICE_PORT_HTTP": "80",
        "EASEL_PORT": "tcp://10.0.0.1:80",
        "EASEL_PORT_80_TCP": "tcp://10.0.0.1:80",
        "EASEL_PORT_80_TCP_ADDR": "10.0.0.1",
    }
    assert load(told, tmp_path).web.port == 8420
    assert problems({"EASEL_PORT": "80"}, tmp_path) == ["There is no setting EASEL_PORT. Did you mean EASEL_WEB__PORT?"]


VARIABLES = st.sampled_from([variable(named.path) for named in known_settings()])


@given(st.dictionaries(VARIABLES, st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=40)))
@settings(max_examples=100)
def test_whatever_a_variable_holds_it_is_used_or_named(environ):
    sentence = ""
    try:
        load(environ, Path("/nowhere"))
    except BadSettings as error:
        sentence = error.sentence
    blamed = [name for name in environ if name in sentence or ("limit" in sentence and name == "EASEL_LIMITS")]
    assert bool(sentence) == bool(blamed)
    assert not sentence or any(environ.values())  # an empty one is never wrong


def test_the_page_of_settings_lists_every_one():
    page = (Path(__file__).parent.parent.parent / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("|")]
    for named in known_settings():
        (row,) = [line for line in rows if f"`{variable(named.path)}`" in line]
        default = str(named.default) if named.kind is Kind.ONE and named.default is not None else ""
        default = default.lower() if isinstance(named.default, bool) else default
        assert default in row, row


def test_the_readmes_example_can_be_used(write):
    readme = (Path(__file__).parent.parent.parent / "README.md").read_text(encoding="utf-8")
    openai, limits = (block.partition("```")[0] for block in readme.split("```toml")[1:])
    assert account_of(load({}, write(openai.replace('api_key = "sk-..."', 'api_key = "sk-an-example"')))) is not None
    used = load({}, write(limits))
    assert [limit.id for limit in used.limits] == [
        "role:member:images:day",
        "everyone:*:money:month",
        "user:*:jobs:none",
    ]
    assert used.limits[1].amount == 20_000_000_000
