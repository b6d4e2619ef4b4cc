// The keys of the page, as one table: what "?" shows. Each row's `id` is what a test goes by.

import { el, iconButton } from "./dom.js";

export const KEYMAP = [
  {
    where: "Anywhere",
    rows: [
      { id: "palette", keys: [["Ctrl", "K"], ["⌘", "K"]], does: "Everything by name: commands, channels, people, themes, help" },
      { id: "slash", keys: [["/"]], does: "Begin a command" },
      { id: "gallery", keys: [["G"]], does: "The channel's pictures, and back" },
      { id: "keys", keys: [["?"]], does: "These keys" },
      { id: "close", keys: [["Esc"]], does: "Close what is open" },
    ],
  },
  {
    where: "In the message box",
    rows: [
      { id: "send", keys: [["Enter"]], does: "Send" },
      { id: "line", keys: [["Shift", "Enter"]], does: "A new line" },
      { id: "suggest", keys: [["↑"], ["↓"], ["Tab"]], does: "Through the suggestions, and take one" },
      { id: "to-messages", keys: [["↑"]], does: "From the empty box to the newest message" },
    ],
  },
  {
    where: "On a message",
    rows: [
      { id: "messages", keys: [["↑"], ["↓"]], does: "From message to message" },
      { id: "far", keys: [["Page Up"], ["Page Down"], ["Home"], ["End"]], does: "Further, to the oldest read, to the newest" },
      { id: "reply", keys: [["R"]], does: "Reply" },
      { id: "thread", keys: [["T"]], does: "Open its thread" },
      { id: "edit", keys: [["E"]], does: "Edit its picture" },
      { id: "buttons", keys: [["Tab"], ["Enter"]], does: "To its pictures and buttons, and press one" },
    ],
  },
  {
    where: "In the gallery",
    rows: [
      { id: "tiles", keys: [["←"], ["→"], ["↑"], ["↓"]], does: "From picture to picture" },
      { id: "tile-open", keys: [["Enter"]], does: "Open it" },
      { id: "tile-go", keys: [["G"]], does: "Go to its message" },
    ],
  },
  {
    where: "In the viewer",
    rows: [
      { id: "neighbours", keys: [["←"], ["→"]], does: "The pictures beside it" },
      { id: "zoom", keys: [["+"], ["-"], ["0"], ["Z"]], does: "Larger, smaller, whole, full size" },
      { id: "compare", keys: [["C"]], does: "Compare with the step before" },
    ],
  },
  {
    where: "With the brush",
    rows: [
      { id: "cells", keys: [["←"], ["→"], ["↑"], ["↓"]], does: "Through the lettered grid; with Shift, select on the way" },
      { id: "cell", keys: [["Space"]], does: "Select the cell, or let it go" },
      { id: "undo", keys: [["Ctrl", "Z"], ["Ctrl", "Y"]], does: "Undo, do again" },
    ],
  },
];

/** Show them all. */
export function showKeys() {
  if (document.querySelector("dialog[open]")) return;
  const dialog = el("dialog", { class: "dialog help keys", "aria-labelledby": "keys-title", "data-testid": "keys" });
  dialog.append(
    el(
      "header",
      { class: "dialog-head" },
      el("h2", { id: "keys-title", text: "Keys" }),
      iconButton("close", "Close the list of keys", () => dialog.close()),
    ),
    el(
      "div",
      { class: "help-body", tabindex: "0", role: "group", "aria-labelledby": "keys-title" },
      ...KEYMAP.map(({ where, rows }) =>
        el("section", {}, el("h3", { text: where }), el("dl", { class: "key-list" }, ...rows.flatMap(row))),
      ),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove(), { once: true });
  document.body.append(dialog);
  dialog.showModal();
}

function row({ id, keys, does }) {
  const caps = keys.map((chord) => el("span", {}, ...chord.flatMap((key, at) => [at ? " + " : "", el("kbd", { text: key })])));
  return [el("dt", { "data-key": id }, ...caps), el("dd", { text: does })];
}
