// The elements of a message box, without what they do.

import { el, icon } from "./dom.js";

/** `name` prefixes the ids and test hooks of a second message box. */
export function composerFrame(name, label) {
  const id = `${name}composer`;
  const field = el("textarea", {
    id: `${id}-text`,
    class: "composer-text",
    rows: 1,
    dir: "auto",
    placeholder: label,
    "aria-label": label,
    "data-testid": id,
    spellcheck: "true",
    enterkeyhint: "send",
  });
  const list = el("ul", {
    id: `${id}-slash`,
    class: "slash-menu",
    role: "listbox",
    "aria-label": "Suggestions",
    "data-testid": `${name}slash-menu`,
    hidden: true,
  });
  const options = el("div", {
    class: "options",
    role: "group",
    "aria-label": "Options",
    "data-testid": `${name}options`,
    hidden: true,
  });
  const files = el("ul", { class: "attachments", "aria-label": "Pictures to send", hidden: true });
  const chooser = el("input", {
    type: "file",
    accept: "image/*",
    multiple: true,
    class: "visually-hidden",
    tabindex: "-1",
    "aria-label": "Choose pictures",
    "data-testid": `${name}file`,
  });
  const send = el(
    "button",
    { type: "submit", class: "send", "aria-label": "Send", title: "Send", "data-testid": `${name}send` },
    icon("send"),
  );
  return { field, list, options, files, chooser, send };
}
