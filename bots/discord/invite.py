"""The link that brings Easel into a server, and what it asks for: each permission with its reason."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

SCOPES: Final = ("bot", "applications.commands")
# Discord, "Permissions": the bit, its name as the portal shows it, and what Easel needs it for.
PERMISSIONS: Final = (
    (1 << 10, "View Channels", "to see that it was mentioned or replied to"),
    (1 << 35, "Create Public Threads", "to go on with a picture in a thread, where somebody presses the button for it"),
    (1 << 11, "Send Messages", "to post a picture where it was asked for"),
    (1 << 38, "Send Messages in Threads", "the same in a thread"),
    (1 << 15, "Attach Files", "a picture is a file"),
    (1 << 16, "Read Message History", "to find the picture that somebody replied to"),
)
INTENT: Final = (
    "To have replies and threads without a mention, switch on “Message Content Intent” under Bot, Privileged Gateway "
    "Intents. It is a plain switch until the bot reaches 10,000 people. Without it everything else works: commands, "
    "menus, buttons and mentions."
)
PORTAL: Final = "https://discord.com/developers/applications"


def permission_bits() -> int:
    """All of them as one number."""
    return sum(bit for bit, _, _ in PERMISSIONS)


def server_link(application: int) -> str:
    """Where an administrator of a server lets Easel in."""
    return _link(application, scope=" ".join(SCOPES), permissions=str(permission_bits()), integration_type="0")


def person_link(application: int) -> str:
    """Where a person installs Easel for themselves, to use it in any server."""
    return _link(application, scope="applications.commands", integration_type="1")


def told(application: int) -> str:
    """All of it, for a terminal."""
    wide = max(len(name) for _, name, _ in PERMISSIONS)
    rows = (f"  {name:<{wide}}  {why}" for _, name, why in PERMISSIONS)
    return "\n".join(
        (
            "Into a server (you need “Manage Server” there):",
            f"  {server_link(application)}",
            "",
            f"It asks for these permissions ({permission_bits()}), and for commands:",
            *rows,
            "",
            "For yourself, to use its commands anywhere:",
            f"  {person_link(application)}",
            "  (The portal has to allow it: Installation, User Install.)",
            "",
            f"In the portal, {PORTAL}/{application}/bot:",
            f"  {INTENT}",
        )
    )


def _link(application: int, **said: str) -> str:
    return "https://discord.com/oauth2/authorize?" + urlencode({"client_id": str(application), **said})
