"""Making the world: organisations, workspaces, people, channels, and the app in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emulators.slack_api import oauth
from emulators.slack_api.deliveries import Delivery
from emulators.slack_api.methods_files import look_at
from emulators.slack_api.pressing import Pressing
from emulators.slack_api.values import SCOPE_OF_EVENT
from emulators.slack_api.world import Channel, Enterprise, File, Installation, Person, UserGroup, Workspace


class Building(Pressing):
    """What a test arranges before people do things."""

    def enterprise(self, name: str) -> Enterprise:
        """An Enterprise Grid."""
        grid = Enterprise(self.id("E"), name)
        self.enterprises[grid.id] = grid
        return grid

    def workspace(
        self, name: str = "Studio", *, installed: bool = True, enterprise: Enterprise | None = None
    ) -> Workspace:
        """A workspace, with the app installed in it unless told otherwise."""
        team = Workspace(self.id("T"), name, name.lower().replace(" ", "-"), enterprise)

        def person(name: str, **more: Any) -> Person:
            made = Person(self.id("U"), team, name, **more)
            team.people[made.id] = self.people[made.id] = made
            return made

        def channel(
            name: str,
            *,
            members: Sequence[Person] = (),
            is_private: bool = False,
            shared: bool = False,
            app: bool = True,
        ) -> Channel:
            made = self.add_channel(team, name, "group" if is_private else "channel", list(members))
            made.teams = list({each.team.id: each.team for each in members if each.team is not team}.values())
            made.shared = shared or bool(made.teams)
            me = self.me(team)
            if app and me is not None:
                made.members.append(me)
            return made

        def user_group(handle: str, *, members: Sequence[Person] = ()) -> UserGroup:
            made = UserGroup(self.id("S"), team, handle, list(members))
            team.groups[made.id] = made
            return made

        team.person, team.channel, team.user_group = person, channel, user_group
        self.teams[team.id] = team
        if installed:
            self.install(team)
        return team

    def install(self, where: Workspace | Enterprise) -> Installation:
        """The app comes to a workspace, or to every workspace that an Enterprise Grid has by now, with one token."""
        token = f"xoxb-{self.id('')}-fake"
        if isinstance(where, Workspace):
            made = Installation(token, set(self.scopes), where, where.enterprise)
            teams = [where]
        else:
            made = Installation(token, set(self.scopes), None, where)
            teams = [each for each in self.teams.values() if each.enterprise is where]
        bot = Person(self.id("U"), teams[0], self.app_name, bot_id=self.id("B"), app_id=self.app_id)
        self.people[bot.id] = bot
        for team in teams:
            team.people[bot.id] = made.bots[team.id] = bot  # a whole Grid knows the bot by one id
            team.installation = made
        self.installations.append(made)
        return made

    def adopt(self, manifest: dict[str, Any], *, optional: bool = True, entries: bool = True) -> None:
        """Be the app that this manifest describes: its scopes and events hold for every installation from now on.

        Without `optional` an administrator left the optional scopes out. With `entries` people have the commands and
        shortcuts that it names and no others, and only the tabs that it switches on.
        """
        scopes = manifest["oauth_config"]["scopes"]
        self.scopes = set(scopes["bot"]) | (set(scopes.get("bot_optional", ())) if optional else set())
        self.events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
        for each in self.events:
            need = SCOPE_OF_EVENT.get(each, "")
            assert not need or need in self.scopes, f"{each} needs {need}: Slack does not take this manifest"
        if entries:
            features = manifest["features"]
            self.commands = {each["command"] for each in features.get("slash_commands", ())}
            self.shortcuts = {
                each["callback_id"] for each in features.get("shortcuts", ()) if each["type"] == "message"
            }
            home = features["app_home"]
            self.tabs = {name for name in ("home", "messages") if home.get(f"{name}_tab_enabled")}
            self.read_only = bool(home.get("messages_tab_read_only_enabled"))

    async def uninstall(self, team: Workspace) -> None:
        """An administrator takes the app out: its token ends, and it is told (tokens_revoked, app_uninstalled)."""
        assert team.installation is not None
        oauth.end(self, team.installation, uninstalled=True)

    async def revoke(self, team: Workspace) -> None:
        """The token is taken away, the app stays (tokens_revoked)."""
        assert team.installation is not None
        oauth.end(self, team.installation, uninstalled=False)

    def group_dm(self, *people: Person) -> Channel:
        """A conversation of several people and the app."""
        team = people[0].team
        return self.add_channel(team, "mpdm", "mpim", [*people, team.bot])

    async def invite(self, channel: Channel) -> list[Delivery]:
        """Somebody brings the app into a channel."""
        me = channel.team.bot
        assert me not in channel.members
        channel.members.append(me)
        event = {"type": "member_joined_channel", "user": me.id, "channel": channel.id, "team": channel.team.id}
        event |= {"channel_type": "G" if channel.is_private else "C", "event_ts": self.clock.ts()}
        return self.tell_channel(channel, self.joined(me, channel)) + self.tell(
            channel, event, "member_joined_channel", ""
        )

    def kick(self, channel: Channel) -> None:
        """Somebody takes the app out of a channel."""
        channel.members.remove(channel.team.bot)

    def external(self, person: Person, url: str, name: str = "elsewhere.png") -> File:
        """A file that lives somewhere else: Slack only knows its address, and so may anybody."""
        file = File(self.id("F"), person.team, person, name, created=self.clock.now(), mode="external")
        file.external_url, file.uploaded, file.completed = url, True, True
        look_at(file)
        self.files_by_id[file.id] = file
        return file
