// Small parts that every view is built of. Text goes in as text nodes; nothing here parses a string as HTML.

import { el } from "../dom.js";
import { formatted } from "../text.js";

const PLATFORMS = { web: "Playground", discord: "Discord", slack: "Slack", shell: "Command line" };
const HIGH = 0.8; // from here on a bar warns

/** A workspace for people: the playground by its name, all others by platform and name, or id where nobody says it. */
export function workspaceName({ platform, workspace, name }) {
  return platform === "web" ? PLATFORMS.web : `${PLATFORMS[platform] ?? platform} ${name || workspace}`;
}

/** A heading and what stands under it. */
export function card(title, ...children) {
  return el("section", { class: "card" }, title ? el("h2", { text: title }) : null, ...children);
}

/** What stands where there is nothing to show. */
export function empty(sentence) {
  return el("p", { class: "nothing", "data-testid": "nothing", text: sentence });
}

/** A person, or a channel: the name, and the id for whoever has to type it. */
export function person(id, name) {
  return el(
    "span",
    { class: "who", title: id },
    el("bdi", { text: name || id }),
    name && name !== id ? el("small", { class: "id" }, el("bdi", { text: id })) : null,
  );
}

/** A bar of what is used; `whose` is for screen readers, where several bars have one label. */
export function bar(allowance, whose = "") {
  const part = allowance.cap > 0 ? Math.min(1, allowance.used / allowance.cap) : allowance.used > 0 ? 1 : 0;
  const fill = el("span", { class: "gauge-fill" });
  fill.style.inlineSize = `${part * 100}%`;
  return el(
    "div",
    { class: "used", "data-testid": "used" },
    el("p", { class: "used-words" }, el("bdi", { text: allowance.label }), el("strong", { text: allowance.said })),
    el(
      "span",
      {
        class: part >= HIGH ? "gauge low" : "gauge",
        role: "meter",
        "aria-label": whose ? `${whose}: ${allowance.label}` : allowance.label,
        "aria-valuemin": 0,
        "aria-valuemax": Math.max(1, allowance.cap),
        "aria-valuenow": Math.min(allowance.used, Math.max(1, allowance.cap)),
        "aria-valuetext": `${allowance.said} used`,
      },
      fill,
    ),
    el("p", { class: "fine", text: allowance.resets ? `resets ${allowance.resets}` : "at this moment" }),
  );
}

/** A table that scrolls by itself on a phone. `rows`: cells that are strings or nodes; `numbers`: columns to the right. */
export function table(caption, headings, rows, numbers = []) {
  const align = (at) => (numbers.includes(at) ? "number" : null);
  return el(
    "div",
    { class: "table-frame", role: "region", "aria-label": caption, tabindex: "0" },
    el(
      "table",
      {},
      el("caption", { class: "visually-hidden", text: caption }),
      el(
        "thead",
        {},
        el("tr", {}, ...headings.map((text, at) => el("th", { scope: "col", class: align(at), text }))),
      ),
      el(
        "tbody",
        {},
        ...rows.map((cells) =>
          el(
            "tr",
            {},
            ...cells.map((cell, at) => el(at === 0 ? "th" : "td", { scope: at === 0 ? "row" : null, class: align(at) }, cell)),
          ),
        ),
      ),
    ),
  );
}

/** Light Markdown of Easel's, with `user:1` as that person's name where it is known. */
export function answer(text, names) {
  return formatted(named(text, names));
}

/** Text with `user:1` as that person's name. */
export function named(text, names) {
  return text.replace(/\buser:([A-Za-z0-9_.@-]{1,100})/g, (whole, id) => (names.has(id) ? `${names.get(id)} (${whole})` : whole));
}

/** A choice between a few, as buttons of which one is pressed. */
export function segments(label, choices, chosen, onChoose) {
  const buttons = choices.map(([value, text]) =>
    el("button", {
      type: "button",
      class: "segment",
      "aria-pressed": String(value === chosen),
      "data-value": value,
      text,
      on: { click: () => onChoose(value) },
    }),
  );
  return el("div", { class: "segments", role: "group", "aria-label": label }, ...buttons);
}
