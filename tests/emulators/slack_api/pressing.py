"""Commands, buttons, menus, shortcuts, forms, the Home tab: what people set off, and how it looks to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from emulators.slack_api import payloads, tickets
from emulators.slack_api.deliveries import Delivery
from emulators.slack_api.forms import Entered, answered, fill
from emulators.slack_api.people import Attached, People
from emulators.slack_api.world import Channel, Message, Person, View, Workspace

Payload = dict[str, Any]


@dataclass
class Acted:
    """Something that a person set off. `error` is what the client shows them; "" when all went well."""

    delivery: Delivery
    trigger_id: str
    response_url: str = ""
    message: Message | None = None  # what the acknowledgement itself showed
    errors: dict[str, str] = field(default_factory=dict)  # of a form
    view: View | None = None  # the form that is open afterwards

    @property
    def error(self) -> str:
        """operation_timeout or dispatch_failed, as people read it."""
        if self.delivery.acknowledged:
            return ""
        return "operation_timeout" if self.delivery.attempts[-1].reason == "http_timeout" else "dispatch_failed"


Commanded = Acted


class Pressing(People):
    """The person's side: everything that is not a message."""

    async def command(self, person: Person, channel: Channel, name: str, words: str = "") -> Commanded:
        """A slash command, at the top level: Slack has none in threads. `channel` may be one without the app."""
        assert self.commands is None or name in self.commands, f"{name} is not a valid command"
        assert person in channel.members, f"{person} is not in {channel}"
        trigger = tickets.new_trigger(self, person)
        url = tickets.new_response_url(self, person, channel, None, command=True)
        name_of = {"im": "directmessage", "group": "privategroup", "mpim": "mpdm"}.get(channel.kind, channel.name)
        payload: Payload = {
            "token": "verification",
            "team_id": person.team.id,
            "team_domain": person.team.domain,
            "channel_id": channel.id,
            "channel_name": name_of,
            "user_id": person.id,
            "user_name": person.name.lower().replace(" ", "."),
            "command": name,
            "text": words,
            "api_app_id": self.app_id,
            "is_enterprise_install": "true" if self._whole_grid(person.team) else "false",
            "response_url": url,
            "trigger_id": trigger,
        }
        if person.team.enterprise is not None:
            payload |= {"enterprise_id": person.team.enterprise.id, "enterprise_name": person.team.enterprise.name}
        delivery = await self._sent("slash_commands", payload)
        acted = Acted(delivery, trigger, url)
        if delivery.acknowledged:
            acted.message = tickets.answer_ack(
                self, delivery.answer, self.responding[url.removeprefix(self.base + "/")]
            )
        return acted

    def _whole_grid(self, team: Workspace) -> bool:
        found = self.installation_of(team)
        return found is not None and found.team is None

    async def _sent(self, sort: Any, payload: Payload) -> Delivery:
        delivery = self.postman.send(sort, payload)
        await delivery.settled.wait()
        return delivery

    def _person(self, person: Person, team: Workspace, *, view: bool = False) -> Payload:
        """Who acts. A view of an installation for a whole Grid says no team; in Slack Connect it says the person's."""
        name = person.name.lower().replace(" ", ".")
        whole_grid = self._whole_grid(team)
        shown = None if view and whole_grid else payloads.team(person.team if view else team)
        return {
            "type": "",
            "token": "verification",
            "team": shown,
            "user": {"id": person.id, "username": name, "name": name, "team_id": person.team.id},
            "api_app_id": self.app_id,
            "is_enterprise_install": whole_grid,
            "enterprise": payloads.enterprise(team.enterprise),
        }

    async def press(self, person: Person, on: Message | View, action_id: str, value: str | None = None) -> Acted:
        """A button. With `value` the one that carries it, where several have the same action."""
        block, element = find(on, action_id, value)
        assert element["type"] == "button", f"{action_id} is a {element['type']}"
        action = {"text": element["text"], "type": "button"}
        action |= {"value": element["value"]} if "value" in element else {}
        return await self._act(person, on, block, element, action)

    async def choose(self, person: Person, on: Message | View, action_id: str, option: str | Sequence[str]) -> Acted:
        """An entry of a menu, by its value or by what it says (several, where several can be chosen)."""
        block, element = find(on, action_id, None)
        options = list(element.get("options") or [])
        options += [each for group in element.get("option_groups") or [] for each in group["options"]]
        wanted = [option] if isinstance(option, str) else list(option)
        picked = [each for each in options if each["value"] in wanted or each["text"]["text"] in wanted]
        assert picked, f"no {option!r} among {[each['value'] for each in options]}"
        many = element["type"] in ("checkboxes", "multi_static_select")
        action = {"type": element["type"]} | ({"selected_options": picked} if many else {"selected_option": picked[0]})
        return await self._act(person, on, block, element, action)

    async def _act(
        self, person: Person, on: Message | View, block: Payload, element: Payload, action: Payload
    ) -> Acted:
        view = on if isinstance(on, View) else None
        trigger = tickets.new_trigger(self, person, view, on.channel if isinstance(on, Message) else None)
        team = on.team if isinstance(on, View) else self.reached(person, on.channel)
        action |= {
            "action_id": element["action_id"],
            "block_id": block.get("block_id", ""),
            "action_ts": self.clock.ts(),
        }
        payload = self._person(person, team, view=view is not None)
        payload |= {"type": "block_actions", "trigger_id": trigger, "actions": [action]}
        url = ""
        if isinstance(on, View):
            assert on in (self.view_of(person), self.home_of(person)), "this view is not before them"
            payload |= {"container": {"type": "view", "view_id": on.id}, "view": payloads.view(on, self.app_id)}
            if action["type"] != "button":
                on.state.setdefault(block.get("block_id", ""), {})[element["action_id"]] = action
        else:
            url = tickets.new_response_url(self, person, on.channel, on, command=False)
            payload |= self._on_message(person, on) | {"response_url": url}
        return Acted(await self._sent("interactive", payload), trigger, url, view=self.view_of(person))

    def _on_message(self, person: Person, message: Message) -> Payload:
        assert not message.deleted, f"it is gone: {message}"
        alone = message.only_for is None or message.only_for is person
        assert alone, f"{person} does not see {message}"
        assert person in message.channel.members, f"{person} is not in {message.channel}"
        container: Payload = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel.id,
            "is_ephemeral": message.ephemeral,
        }
        container |= {"thread_ts": message.thread} if message.thread else {}
        shown: Payload = {"container": container, "channel": self._named(message.channel), "state": {"values": {}}}
        return shown if message.ephemeral else shown | {"message": payloads.message(message, self.base)}

    @staticmethod
    def _named(channel: Channel) -> Payload:
        names = {"im": "directmessage", "group": "privategroup", "mpim": "mpdm"}
        return {"id": channel.id, "name": names.get(channel.kind, channel.name)}

    async def shortcut(self, person: Person, message: Message, callback_id: str) -> Acted:
        """A shortcut in a message's menu; it works where the app is not, too."""
        assert self.shortcuts is None or callback_id in self.shortcuts, f"no {callback_id} in {self.shortcuts}"
        visible = person in message.channel.members or not message.channel.is_private
        assert visible, f"{person} does not see {message.channel}"
        trigger = tickets.new_trigger(self, person, channel=message.channel)
        url = tickets.new_response_url(self, person, message.channel, message, command=False)
        payload = self._person(person, self.reached(person, message.channel)) | {
            "type": "message_action",
            "callback_id": callback_id,
            "trigger_id": trigger,
            "response_url": url,
            "action_ts": self.clock.ts(),
            "message_ts": message.ts,
            "channel": self._named(message.channel),
            "message": payloads.message(message, self.base),
        }
        return Acted(await self._sent("interactive", payload), trigger, url, view=self.view_of(person))

    async def submit(
        self, person: Person, view: View | None, values: Entered | None = None, files: Sequence[Attached] = ()
    ) -> Acted:
        """Send a form off. `values` by action_id or block_id; what is not given stays as the form proposes it."""
        view = self._open(person, view)
        fill(self, view, dict(values or {}), [self.attach(person, each) for each in files])
        trigger = tickets.new_trigger(self, person, view)
        payload = self._person(person, view.team, view=True)
        payload |= {"type": "view_submission", "trigger_id": trigger, "response_urls": []}
        delivery = await self._sent("interactive", payload | {"view": payloads.view(view, self.app_id)})
        if delivery.acknowledged:
            answered(self, view, delivery.answer)
        return Acted(delivery, trigger, errors=view.errors, view=self.view_of(person))

    def _open(self, person: Person, view: View | None) -> View:
        top = self.view_of(person)
        assert top is not None, f"no form is open before {person}"
        assert view in (None, top), f"this form is not open before {person}"
        return top

    async def close(self, person: Person, view: View | None = None) -> Delivery | None:
        """Close a form; the app hears of it when it asked to."""
        view = self._open(person, view)
        self.stacks[person.id].pop()
        if not view.document.get("notify_on_close"):
            return None
        payload = self._person(person, view.team, view=True) | {"type": "view_closed", "is_cleared": False}
        return await self._sent("interactive", payload | {"view": payloads.view(view, self.app_id)})

    async def open_home(self, person: Person, tab: str = "home") -> list[Delivery]:
        """Open the app's page: `home` or `messages`."""
        assert tab in self.tabs, f"the app has no tab {tab}"
        channel = self.dm(person)
        event: Payload = {"type": "app_home_opened", "user": person.id, "channel": channel.id, "tab": tab}
        event["event_ts"] = self.clock.ts()
        home = self.home_of(person)
        if home is not None and tab == "home":
            event["view"] = payloads.view(home, self.app_id)
        return self.tell(person.team, event, "app_home_opened", "")


def find(on: Message | View, action_id: str, value: str | None) -> tuple[Payload, Payload]:
    """The block and the element of an action."""
    there = []
    for block in on.blocks:
        elements = block.get("elements", []) if block["type"] in ("actions", "context_actions") else []
        elements = [*elements, *(block[name] for name in ("accessory", "element") if name in block)]
        for element in elements:
            there.append((element.get("action_id"), element.get("value")))
            if element.get("action_id") == action_id and value in (None, element.get("value")):
                return block, element
    raise AssertionError(f"no {action_id} {value or ''} here; there is {there}")
