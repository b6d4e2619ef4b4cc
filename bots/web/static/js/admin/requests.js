// A workspace's requests: how far they are, what they cost, whose they are. Words only when they are asked for.

import { confirmed } from "../confirm.js";
import { button, el } from "../dom.js";
import { moment } from "../words.js";
import { card, empty, person, segments } from "./parts.js";

export const title = "Requests";

const WHICH = [
  ["all", "All"],
  ["at-work", "At work"],
  ["drawn", "Drawn"],
  ["failed", "Failed"],
];
const STATES = {
  queued: "waits",
  running: "being drawn",
  generated: "being posted",
  delivered: "delivered",
  undelivered: "kept, not posted",
  failed: "failed",
  cancelled: "cancelled",
  uncertain: "answer lost",
};
const NONE = { "at-work": "Nothing is being drawn here, and nobody waits.", drawn: "Nothing was drawn here yet.", failed: "Nothing has failed here.", all: "Nobody has asked for anything here yet." };

export async function show(page) {
  const found = await page.api.requests(page.workspace, page.which);
  page.withWords = false;
  const list = el("ul", { class: "requests" });
  const older = button("Older", () => more(page, list, older), { class: "button", "data-testid": "older" });
  fill(page, list, older, found);
  return [lost(page, found.uncertain), all(page, found, list, older)].filter(Boolean);
}

function lost(page, lines) {
  if (!lines.length) return null;
  return card(
    "Answers that were lost",
    el("p", { text: "The provider was asked, and nobody knows whether it drew. Look at its bill, and say so: the person gets the allowance back either way." }),
    el("ul", { class: "requests", "data-testid": "uncertain" }, ...lines.map((line) => item(page, line, settle(page, line)))),
  );
}

function settle(page, line) {
  const said = (billed) => async () => {
    const yes = billed ? "It was billed" : "It was not billed";
    const question = `${yes}: ${line.images} ${line.images === 1 ? "image" : "images"} of ${line.name || line.person}${line.money ? `, up to ${line.money}` : ""}. This cannot be taken back.`;
    if (await confirmed({ question, yes, no: "Not yet" })) await page.resolve(line.job, billed);
  };
  return el(
    "p",
    { class: "request-buttons" },
    button("Billed", said(true), { "data-testid": "billed" }),
    button("Not billed", said(false), { "data-testid": "not-billed" }),
  );
}

function all(page, found, list, older) {
  const words = el("button", {
    type: "button",
    class: "button",
    "aria-pressed": "false",
    "data-testid": "show-words",
    text: "Show words",
    on: { click: () => page.guarded(() => toggle(page, list, words)) },
  });
  return card(
    "Requests",
    el("div", { class: "line" }, segments("Which requests", WHICH, page.which, (which) => page.show({ which })), el("span", { class: "grow" }), found.requests.length ? words : null),
    found.requests.length
      ? el("p", { class: "fine", text: "What people asked for stays hidden unless you show it; that is written into the audit." })
      : empty(NONE[page.which]),
    list,
    older,
  );
}

function fill(page, list, older, found) {
  list.append(...found.requests.map((line) => item(page, line)));
  for (const line of found.requests) if (line.name) page.names.set(line.person, line.name);
  older.hidden = !found.before;
  older.dataset.before = found.before;
}

function more(page, list, older) {
  return page.guarded(async () => {
    const found = await page.api.requests(page.workspace, page.which, older.dataset.before);
    const first = list.children.length;
    fill(page, list, older, found);
    if (page.withWords) await reveal(page, list);
    list.children[first]?.querySelector("summary, .who")?.focus?.();
  });
}

async function toggle(page, list, control) {
  page.withWords = !page.withWords;
  control.setAttribute("aria-pressed", String(page.withWords));
  if (page.withWords) await reveal(page, list);
  else for (const node of list.querySelectorAll(".request-words")) node.remove();
}

async function reveal(page, list) {
  const hidden = [...list.children].filter((each) => !each.querySelector(".request-words"));
  const { words } = await page.api.words(page.workspace, hidden.map((each) => each.dataset.job));
  if (!page.withWords) return;
  for (const each of hidden) each.append(el("p", { class: "request-words", dir: "auto", text: words[each.dataset.job] || "(no words)" }));
}

function item(page, line, buttons = null) {
  const price = line.money || (line.images ? `${line.images} ${line.images === 1 ? "image" : "images"}` : "no charge");
  const how = line.is_held ? "held" : line.money ? (line.measured ? "measured" : "estimated") : "";
  return el(
    "li",
    { class: "request", "data-job": line.job, "data-testid": "request" },
    el("span", { class: `pill state-${line.state}`, text: STATES[line.state] ?? line.state }),
    person(line.person, line.name),
    el("span", { class: "request-price" }, el("strong", { text: price }), how ? el("small", { text: ` ${how}` }) : null),
    el(
      "span",
      { class: "request-what" },
      el("bdi", { text: line.model }),
      ` · ${line.operation} · in `,
      el("bdi", { text: line.channel_name || line.channel, title: line.channel }),
      line.code ? ` · ${line.code.replaceAll("_", " ")}` : "",
    ),
    el("time", { datetime: new Date(line.created_at_us / 1000).toISOString(), title: moment(line.created_at_us), text: `${line.age} ago` }),
    buttons,
  );
}
