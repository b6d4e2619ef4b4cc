// Everything by name: Ctrl or Cmd and K, a few letters, Enter.

import { el } from "./dom.js";

/** Entries whose words contain every word that was typed; those whose label begins so come first. */
export function found(entries, typed) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (entry) => `${entry.group} ${entry.label} ${entry.hint ?? ""}`.toLowerCase();
  const fits = entries.filter((entry) => words.every((word) => text(entry).includes(word)));
  const begins = (entry) => (words.length && entry.label.toLowerCase().replace(/^[/#]/, "").startsWith(words[0]) ? 0 : 1);
  return fits.sort((a, b) => begins(a) - begins(b));
}

/** `entries`: {group, label, hint, id, run()}. Resolves nothing; what is chosen runs when the palette has closed. */
export function openPalette(entries) {
  if (document.querySelector("dialog[open]")) return;
  let shown = [];
  let active = 0;
  const list = el("ul", { id: "palette-list", class: "palette-list", role: "listbox", "aria-label": "Commands and places" });
  const note = el("p", { class: "palette-note", role: "status" });
  const field = el("input", {
    type: "text",
    class: "palette-field",
    role: "combobox",
    dir: "auto",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "Go to, do, choose …",
    "aria-label": "Find a command, a channel or a setting",
    "aria-controls": "palette-list",
    "aria-expanded": "true",
    "aria-autocomplete": "list",
    "data-testid": "palette-field",
    on: { input: () => search(), keydown: (event) => key(event) },
  });
  const dialog = el(
    "dialog",
    { class: "dialog palette", "aria-label": "Command palette", "data-testid": "palette" },
    field,
    list,
    note,
  );

  const search = () => {
    shown = found(entries, field.value);
    active = 0;
    note.textContent = shown.length ? "" : "Nothing is called that.";
    render();
  };
  const render = () => {
    list.replaceChildren(...shown.map((entry, at) => item(entry, at, shown[at - 1]?.group !== entry.group)));
    const now = list.querySelector("[aria-selected=true]");
    if (now) field.setAttribute("aria-activedescendant", now.id);
    else field.removeAttribute("aria-activedescendant");
    now?.scrollIntoView({ block: "nearest" });
  };
  const item = (entry, at, first) =>
    el(
      "li",
      {
        id: `palette-${at}`,
        class: "palette-item",
        role: "option",
        "aria-selected": String(at === active),
        "data-testid": `palette-${entry.id}`,
        on: { click: () => choose(at), mousedown: (event) => event.preventDefault() },
      },
      el("span", { class: "palette-label", dir: "auto", text: entry.label }),
      entry.hint ? el("span", { class: "palette-hint", dir: "auto", text: entry.hint }) : null,
      el("span", { class: first ? "palette-group" : "palette-group again", text: entry.group }),
    );
  const choose = (at) => {
    const entry = shown[at];
    if (!entry) return;
    dialog.addEventListener("close", () => entry.run(), { once: true });
    dialog.close();
  };
  const key = (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length) active = (active + step + shown.length) % shown.length;
    else if (event.key === "Enter") choose(active);
    else return;
    event.preventDefault();
    if (step) render();
  };

  dialog.addEventListener("close", () => dialog.remove(), { once: true });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // beside it
  document.body.append(dialog);
  search();
  dialog.showModal();
  field.focus();
}
