// What the command palette holds, from the server's tables and from what the page itself can do.

import { THEMES, chooseTheme, chosenTheme } from "./theme.js";

/** `does`: {say(words), go(channel), become(person), gallery(), help(), keys(), messages(), attach()}. */
export function paletteEntries(hello, does) {
  const entry = (group, id, label, hint, run) => ({ group, id, label, hint, run });
  return [
    ...hello.commands.map((one) =>
      entry("Commands", `command-${one.name}`, `/${one.name}`, one.summary, () => does.say(`/${one.name} `)),
    ),
    ...hello.channels.map((one) =>
      entry("Channels", `channel-${one.id}`, `#${one.name}`, one.topic, () => does.go(one.id)),
    ),
    entry("Page", "gallery", "Gallery", "The channel's pictures, the newest first", does.gallery),
    entry("Page", "messages", "Messages", "To the newest message", does.messages),
    entry("Page", "attach", "Attach pictures", "Choose files to send", does.attach),
    entry("Page", "keys", "Keys", "What each key does", does.keys),
    entry("Page", "help", "Help", "Commands, flags and buttons", does.help),
    ...THEMES.map((one) =>
      entry("Theme", `theme-${one.id}`, one.label, chosenTheme() === one.id ? "chosen" : "", () => chooseTheme(one.id)),
    ),
    ...hello.people.map((one) =>
      entry("Speak as", `person-${one.id}`, one.name, one.roles.join(", "), () => does.become(one.id)),
    ),
  ];
}
