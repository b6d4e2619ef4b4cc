// Help: the commands and the flags, from the same tables that the server reads them by.

import { el, iconButton } from "./dom.js";

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
      el(
        "section",
        {},
        el("h3", { text: "Keys" }),
        el("p", {}, "All of this page works by keyboard: ", el("code", { text: "?" }), " lists the keys."),
      ),
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
