// Help: the commands, the flags and the keys, from the same tables that the server reads them by.

import { el, iconButton } from "./dom.js";

const KEYS = [
  ["/", "Begin a command"],
  ["Enter", "Send; Shift and Enter begins a new line"],
  ["↑", "From an empty message box: to the messages"],
  ["↑ ↓", "From message to message"],
  ["R", "Reply to the message"],
  ["T", "Open its thread"],
  ["E", "Edit its picture"],
  ["Esc", "Close what is open"],
  ["?", "This help"],
];

export function showHelp(hello) {
  const dialog = el("dialog", { class: "dialog help", "aria-labelledby": "help-title", "data-testid": "help" });
  dialog.append(
    el(
      "header",
      { class: "dialog-head" },
      el("h2", { id: "help-title", text: "Help" }),
      iconButton("close", "Close the help", () => dialog.close()),
    ),
    el(
      "div",
      { class: "help-body", tabindex: "0", role: "group", "aria-labelledby": "help-title" },
      el("p", {
        text: "Type /imagine and what you would like to see. Put words that should stand in the picture in quotes. Reply to any picture to change it.",
      }),
      section(
        "Commands",
        hello.commands.map((command) => [`/${command.name}`, command.summary]),
      ),
      section(
        "Flags in the text",
        hello.flags.map((flag) => [flag.example ?? `--${flag.name}`, flag.help]),
      ),
      section(
        "Buttons",
        hello.verbs.map((verb) => [verb.label, verb.help]),
      ),
      section("Keys", KEYS),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove(), { once: true });
  document.body.append(dialog);
  dialog.showModal();
}

function section(title, rows) {
  return el(
    "section",
    {},
    el("h3", { text: title }),
    el(
      "dl",
      { class: "help-list" },
      ...rows.flatMap(([name, words]) => [el("dt", {}, el("code", { text: name })), el("dd", { text: words })]),
    ),
  );
}
