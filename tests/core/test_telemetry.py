"""Nothing that Easel writes about itself holds a secret or somebody's words."""

import io
import json
import logging

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from core.store.sqlite import SqliteDatabase
from core.telemetry import HIDDEN, Metrics, Redaction, start_logging

WEB_TOKEN = "0123456789abcdefCANARY"
CANARIES = {
    "an OpenAI key": "sk-proj-CANARYabcdefghijkl",
    "a Slack bot token": "xoxb-1234-5678-CANARY",
    "a Slack app token": "xapp-1-A012-CANARY",
    "a Slack response URL": "https://hooks.slack.com/commands/T01/2/CANARY",
    "a Discord follow-up": "https://discord.example/api/webhooks/123456/CANARY.token-of_it/messages",
    "a Discord callback": "/interactions/123456/CANARY/callback",
    "a Discord bot token": "MTIzNDU2Nzg5MDEyMzQ1Njc4.GCANAR.CANARYCANARYCANARYCANARYCANARY",
    "an Authorization header": "Authorization: CANARY",
    "a bearer": "got Bearer CANARY1234 from it",
    "the playground's link": "http://127.0.0.1:8420/#token=CANARY",
    "the web token itself": f"opened with {WEB_TOKEN}",
}


@pytest.fixture
def written(request):
    """What is logged in this test, in the asked-for format; the process's logging is as before afterwards."""
    stream = io.StringIO()
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    start_logging(request.param, "info", [SecretStr(WEB_TOKEN)], stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


FORMATS = pytest.mark.parametrize("written", ["console", "json"], indirect=True)


@FORMATS
@pytest.mark.parametrize("secret", CANARIES.values(), ids=CANARIES)
def test_no_secret_is_written_by_us_or_by_a_library(written, secret):
    log = structlog.get_logger()
    log.info("one", where=secret)
    log.info("two", nested={"list": [secret, (secret,)]})
    line = f"three {secret}"
    log.info(line)
    logging.getLogger("some.library").warning("four %s", secret)
    try:
        raise ValueError(secret)
    except ValueError:
        log.exception("five")
        logging.getLogger("some.library").exception("six")
    said = written.getvalue()
    assert "CANARY" not in said
    assert all(word in said for word in ("one", "two", "three", "four", "five", "six", HIDDEN))


@FORMATS
def test_peoples_words_are_not_written(written):
    structlog.get_logger().info("drawn", prompt="CANARY", text="CANARY", data=b"CANARY", inner={"prompt": "CANARY"})
    structlog.get_logger().info("kept", blob=b"CANARY", token="CANARY", response_url="CANARY")
    assert "CANARY" not in written.getvalue()
    assert "<6 bytes>" in written.getvalue()


@FORMATS
@pytest.mark.parametrize("level", ["debug", "info"])
async def test_no_library_writes_peoples_words_down_however_much_is_asked_for(written, level, tmp_path):
    start_logging("json", level, (), written)
    database = await SqliteDatabase.open(tmp_path / "easel.sqlite3")
    await database.write(lambda tx: tx.execute("CREATE TABLE t (said text)"))
    await database.fetch("SELECT * FROM t WHERE said = $1", "CANARY on a hill")
    await database.close()
    for library in ("aiosqlite", "discord.http", "discord.gateway", "slack_sdk.web", "slack_bolt.App", "asyncpg"):
        logging.getLogger(library).debug("sent {'content': 'CANARY'}")
    structlog.get_logger("core.worker").debug("ours")
    assert "CANARY" not in written.getvalue()
    assert ("ours" in written.getvalue()) == (level == "debug")


@FORMATS
def test_a_traceback_says_where_but_not_with_what(written):
    def draw(prompt: str) -> None:
        raise RuntimeError(f"it has {len(prompt)} characters")

    words = "a CAN" + "ARY in the sky"
    try:
        draw(words)
    except RuntimeError:
        structlog.get_logger().exception("broken")
    assert "in draw" in written.getvalue()
    assert "CANARY" not in written.getvalue()


@pytest.mark.parametrize("written", ["json"], indirect=True)
def test_a_line_of_json_is_one_event_with_its_context(written):
    with structlog.contextvars.bound_contextvars(job="j1"):
        structlog.get_logger().info("drawn", images=2, label="雨の街")
    structlog.get_logger().debug("too quiet")
    (line,) = written.getvalue().splitlines()
    event = json.loads(line)
    assert (event["event"], event["job"], event["images"], event["level"]) == ("drawn", "j1", 2, "info")
    assert "雨の街" in line


VALUES = st.recursive(st.text() | st.integers() | st.none() | st.binary(), st.lists, max_leaves=4)


@given(st.dictionaries(st.text(), VALUES, max_size=4))
@settings(max_examples=50)
def test_redaction_never_fails_and_hides_a_secret_anywhere(event):
    secret = "s3cret-of-this-house"
    cleaned = Redaction([SecretStr(secret)])(None, "info", {**event, "where": [secret, event]})
    assert secret not in json.dumps(cleaned)


def test_metrics_are_what_prometheus_reads():
    metrics = Metrics()
    metrics.admitted("generate")
    metrics.refused("quota")
    metrics.refused("quota")
    metrics.finished("delivered")
    metrics.took("draw", 0.3)
    metrics.waiting(7)
    said = metrics.render().decode()
    assert 'easel_requests_admitted_total{operation="generate"} 1.0' in said
    assert 'easel_requests_refused_total{code="quota"} 2.0' in said
    assert 'easel_jobs_finished_total{state="delivered"} 1.0' in said
    assert 'easel_step_seconds_bucket{le="0.25",step="draw"} 0.0' in said
    assert 'easel_step_seconds_bucket{le="0.5",step="draw"} 1.0' in said
    assert "easel_jobs_waiting 7.0" in said
    assert "process_resident_memory_bytes" in said


def test_two_houses_in_one_process_count_apart():
    first, second = Metrics(), Metrics()
    first.refused("quota")
    assert b"easel_requests_refused_total{" not in second.render()
