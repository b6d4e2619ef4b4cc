"""Who asks and where, from the very objects that discord.py makes of Discord's payloads."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import discord
import pytest
import support_discord_payloads as payloads
from support_discord_payloads import (
    ADMINISTRATOR,
    APPLICATION,
    DESIGNERS,
    DIRECT,
    GROUP,
    GUILD,
    MANAGE_GUILD,
    MEMBER,
    MODERATORS,
    OTHER_GUILD,
    OWNER,
    STRANGER,
    TEXT,
    THREAD,
    Objects,
)

from bots.discord.answers import _ACK, Ack
from bots.discord.pictures import payload_of
from bots.discord.spots import spot_of, spot_of_message
from bots.discord.who import actor_of, channel_of, guild_of, is_admin, is_foreign, locale_of, place_of, workspace_of
from core.errors import Refused
from core.model import Actor, Place

MIB = 1024 * 1024


@pytest.fixture
def server() -> Objects:
    return Objects(payloads.guild())


@pytest.fixture
def nowhere() -> Objects:
    """Easel is a member of no server."""
    return Objects()


def member(identity: int = MEMBER, **more: object) -> payloads.Payload:
    return payloads.member(identity, **more)  # type: ignore[arg-type]


def direct(channel: int = DIRECT, kind: int = 1) -> payloads.Payload:
    return {"id": str(channel), "type": kind, "recipients": []}


# --- in a server ---------------------------------------------------------------------------------------------------


def test_a_command_in_a_server(server):
    said = server.interaction(
        channel=payloads.text_channel(), by=member(roles=(DESIGNERS,), nick="Painter"), locale="pt-BR"
    )
    assert actor_of(said) == Actor(
        platform="discord",
        workspace=str(GUILD),
        user=str(MEMBER),
        name="Painter",
        roles=(str(DESIGNERS),),
        locale="pt-BR",
        is_admin=False,
    )
    assert place_of(said, "Asia/Kolkata") == Place(
        "discord", str(GUILD), str(TEXT), None, "Asia/Kolkata", language="fr"
    )
    assert (channel_of(said), guild_of(said), is_foreign(said)) == (TEXT, GUILD, False)


def test_a_thread_belongs_to_its_channel(server):
    for known in (THREAD, THREAD + 10):  # one that was announced, and one that only the interaction knows
        said = server.interaction(channel=payloads.thread(known), by=member())
        assert place_of(said, "UTC") == Place("discord", str(GUILD), str(TEXT), str(known), language="fr")
        assert channel_of(said) == known


@pytest.mark.parametrize("permissions", [MANAGE_GUILD, ADMINISTRATOR, MANAGE_GUILD | 1 << 11])
def test_who_may_manage_the_server_moderates(server, permissions):
    assert is_admin(server.interaction(channel=payloads.text_channel(), by=member(permissions=permissions)))


def test_who_may_manage_channels_or_messages_does_not(server):
    for bit in (1 << 4, 1 << 13, 1 << 2):
        assert not is_admin(server.interaction(channel=payloads.text_channel(), by=member(permissions=bit)))


def test_roles_count_although_the_server_is_not_known_yet(nowhere):
    said = nowhere.interaction(channel=payloads.text_channel(), by=member(roles=(DESIGNERS, MODERATORS)))
    assert set(actor_of(said).roles) == {str(DESIGNERS), str(MODERATORS)}
    assert workspace_of(said) == str(GUILD)


def test_a_server_of_which_also_one_person_is_an_installer_is_a_server(server):
    both = {"0": str(GUILD), "1": str(MEMBER)}
    said = server.interaction(channel=payloads.text_channel(), by=member(permissions=MANAGE_GUILD), owners=both)
    assert (workspace_of(said), is_foreign(said), is_admin(said)) == (str(GUILD), False, True)


def test_a_server_is_a_server_when_discord_does_not_say_who_installed(server):
    said = server.interaction(channel=payloads.text_channel(), by=member(), owners={})
    assert (workspace_of(said), is_foreign(said)) == (str(GUILD), False)


def test_a_language_that_the_library_does_not_know(server):
    assert locale_of(server.interaction(channel=payloads.text_channel(), by=member(), locale="eo")) == "eo"


def test_a_channel_of_an_unknown_kind_is_refused(server):
    said = server.interaction(channel={"id": "1", "type": 99, "name": "x"}, by=member())
    with pytest.raises(Refused, match="kind of channel"):
        place_of(said, "UTC")


# --- without a server ----------------------------------------------------------------------------------------------


def test_direct_messages_are_a_workspace_of_their_own(nowhere):
    said = nowhere.interaction(
        channel=direct(), by=payloads.user(MEMBER, global_name="Member"), in_guild=None, owners={"0": "0"}, context=1
    )
    assert actor_of(said) == Actor(
        "discord", f"dm:{MEMBER}", str(MEMBER), "Member", roles=(), locale="pt-BR", is_admin=False
    )
    assert place_of(said, "UTC") == Place("discord", f"dm:{MEMBER}", str(DIRECT), personal=True)
    assert (guild_of(said), is_foreign(said)) == (None, False)


def test_a_conversation_of_two_people_is_no_place_for_what_is_private(nowhere):
    said = nowhere.interaction(
        channel=direct(), by=payloads.user(MEMBER), in_guild=None, owners={"1": str(MEMBER)}, context=2
    )
    assert is_foreign(said)
    assert not place_of(said, "UTC").personal


def test_a_group_is_the_workspace_of_whoever_brought_easel(nowhere):
    """Also for the others there: they see the picture, and may press its buttons."""
    for person in (MEMBER, STRANGER):
        said = nowhere.interaction(
            channel=direct(GROUP, 3), by=payloads.user(person), in_guild=None, owners={"1": str(MEMBER)}, context=2
        )
        assert place_of(said, "UTC") == Place("discord", f"dm:{MEMBER}", str(GROUP))
        assert actor_of(said).user == str(person)
        assert is_foreign(said)


def test_a_foreign_server_gives_nobody_power_or_roles(nowhere):
    said = nowhere.interaction(
        channel=payloads.text_channel(),
        by=member(roles=(MODERATORS,), permissions=ADMINISTRATOR | MANAGE_GUILD),
        in_guild=OTHER_GUILD,
        owners={"1": str(MEMBER)},
    )
    assert actor_of(said) == Actor("discord", f"dm:{MEMBER}", str(MEMBER), "member", roles=(), locale="pt-BR")
    assert (workspace_of(said), guild_of(said), is_foreign(said)) == (f"dm:{MEMBER}", OTHER_GUILD, True)


def test_limits_are_the_same_wherever_a_person_brings_easel(nowhere):
    at_home = nowhere.interaction(
        channel=direct(), by=payloads.user(MEMBER), in_guild=None, owners={"0": "0"}, context=1
    )
    away = nowhere.interaction(
        channel=payloads.text_channel(), by=member(), in_guild=OTHER_GUILD, owners={"1": str(MEMBER)}
    )
    assert workspace_of(at_home) == workspace_of(away)


# --- messages ------------------------------------------------------------------------------------------------------


def test_a_message_in_a_server(server):
    said = server.message(payloads.message(MEMBER, TEXT, roles=(DESIGNERS,)))
    assert actor_of(said) == Actor("discord", str(GUILD), str(MEMBER), "member", (str(DESIGNERS),), "de", False)
    assert place_of(said, "UTC") == Place("discord", str(GUILD), str(TEXT), language="de")
    assert not is_foreign(said)


def test_a_message_in_a_thread(server):
    said = server.message(payloads.message(MEMBER, THREAD))
    assert place_of(said, "UTC") == Place("discord", str(GUILD), str(TEXT), str(THREAD), language="de")


def test_a_message_of_who_may_manage_the_server(server):
    assert is_admin(server.message(payloads.message(MEMBER, TEXT, roles=(MODERATORS,))))
    assert is_admin(server.message(payloads.message(OWNER, TEXT)))
    assert not is_admin(server.message(payloads.message(MEMBER, TEXT, roles=(DESIGNERS,))))


def test_a_direct_message(nowhere):
    said = nowhere.message(payloads.message(MEMBER, DIRECT, in_guild=None))
    assert actor_of(said) == Actor("discord", f"dm:{MEMBER}", str(MEMBER), "member", (), "en", False)
    here = Place("discord", f"dm:{MEMBER}", str(DIRECT), None, "Europe/Berlin", personal=True)
    assert place_of(said, "Europe/Berlin") == here


def test_a_message_without_the_field_of_components_can_be_read(server):
    """Discord may leave it out, and discord.py then has no such attribute."""
    told = payloads.message(MEMBER, TEXT)
    told.pop("components", None)
    assert payload_of(server.message(told))["components"] == []


def test_the_time_zone_is_one_that_limits_can_use(server):
    place = place_of(server.message(payloads.message(MEMBER, TEXT)), "Asia/Kolkata")
    assert ZoneInfo(place.time_zone)


# --- where the answer goes -----------------------------------------------------------------------------------------


def test_the_spot_of_a_command(server):
    said = server.interaction(channel=payloads.thread(), by=member(nick="Painter"), limit=50 * MIB)
    said.extras[_ACK] = Ack.THINKING
    spot = spot_of(said, private=False, spoiler=True)
    assert (spot.application, spot.channel, spot.guild, spot.user) == (APPLICATION, THREAD, GUILD, MEMBER)
    assert (spot.interaction, spot.original, spot.private, spot.foreign) == ("an-interaction-token", True, False, False)
    assert (spot.file_bytes, spot.spoiler, spot.name) == (50 * MIB, True, "Painter")
    assert spot.expires_at_us == int(said.created_at.timestamp() * 1e6) + 15 * 60 * 1_000_000


@pytest.mark.parametrize(
    ("ack", "original", "private", "token"),
    [
        (Ack.THINKING, True, False, True),
        (Ack.THINKING_PRIVATE, True, True, True),
        (Ack.UPDATE, False, False, True),  # the original is the message with the button
        (Ack.SAID, False, False, True),
        (Ack.MODAL, False, False, True),
        (Ack.LOST, False, False, False),
    ],
)
def test_the_spot_knows_what_was_answered(server, ack, original, private, token):
    said = server.interaction(channel=payloads.text_channel(), by=member())
    said.extras[_ACK] = ack
    spot = spot_of(said, private=False)
    assert (spot.original, spot.private) == (original, private)
    assert bool(spot.interaction) == bool(spot.expires_at_us) == token


def test_the_spot_of_a_message():
    server = Objects(payloads.guild(tier=3))
    spot = spot_of_message(server.message(payloads.message(MEMBER, THREAD)), APPLICATION)
    assert (spot.channel, spot.guild, spot.user, spot.reply_to) == (THREAD, GUILD, MEMBER, 1000000000000000001)
    assert (spot.interaction, spot.original, spot.file_bytes) == ("", False, 100 * MIB)


def test_the_spot_of_a_direct_message(nowhere):
    spot = spot_of_message(nowhere.message(payloads.message(MEMBER, DIRECT, in_guild=None)), APPLICATION)
    assert (spot.channel, spot.guild, spot.file_bytes) == (DIRECT, None, 10 * MIB)


def test_every_kind_of_channel_that_holds_messages_is_a_place(server):
    kinds = {0: "text", 2: "voice", 5: "news", 13: "stage", 15: "forum"}
    for kind in kinds:
        channel = {**payloads.text_channel(TEXT + kind), "type": kind, "bitrate": 64000, "user_limit": 0}
        said = server.interaction(channel=channel, by=member())
        assert isinstance(said.channel, discord.abc.GuildChannel), kinds[kind]
        assert place_of(said, "UTC").channel == str(TEXT + kind)
