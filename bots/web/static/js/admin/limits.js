// What holds in a workspace, what is used of it and by whom; and orders.

import { button, el } from "../dom.js";
import { formatted } from "../text.js";
import { answer, bar, card, empty, person } from "./parts.js";

export const title = "Limits";

export async function show(page) {
  const found = await page.api.limits(page.workspace);
  for (const each of found.people) page.names.set(each.key, each.name);
  const { paused } = page.home;
  return [
    paused ? pause(page) : null,
    shared(found),
    people(found, page),
    orders(page),
    extra(found, page),
    found.takes_key ? ownKey(page) : null,
    paused ? null : pause(page),
    decided(found, page),
  ];
}

function pause(page) {
  const home = page.home;
  if (home.paused) {
    return card(
      "Drawing is paused",
      el("p", { dir: "auto", text: home.pause_reason ? `The reason given: ${home.pause_reason}` : "Nobody draws here until it is resumed." }),
      button("Resume drawing", () => page.order("resume"), { class: "button primary", "data-testid": "resume" }),
    );
  }
  const reason = el("input", { type: "text", id: "pause-reason", maxlength: 200, autocomplete: "off", dir: "auto" });
  return card(
    "Drawing is on",
    el(
      "form",
      { class: "line", on: { submit: (event) => submit(event, () => page.order(`pause ${reason.value}`.trim())) } },
      el("label", { class: "grow", for: "pause-reason" }, "Reason, if people should read one", reason),
      el("button", { type: "submit", class: "button danger-full", "data-testid": "pause", text: "Pause drawing" }),
    ),
  );
}

function orders(page) {
  const words = el("input", {
    type: "text",
    id: "order",
    maxlength: 2000,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    required: true,
    placeholder: "limit 30 images a day for everyone",
    "aria-describedby": "order-help",
    "data-testid": "order",
  });
  const help = el(
    "details",
    { class: "more" },
    el("summary", { text: "What can be ordered" }),
    el(
      "dl",
      { class: "verbs" },
      ...page.orders.flatMap((each) => [
        el("dt", {}, ...each.usage.map((usage) => el("code", { text: usage }))),
        el("dd", {}, formatted(each.summary)),
      ]),
    ),
  );
  return card(
    "Order",
    el(
      "form",
      { class: "line", on: { submit: (event) => submit(event, () => page.order(words.value)) } },
      el("label", { class: "grow", for: "order" }, "In the words of /easel", words),
      el("button", { type: "submit", class: "button primary", "data-testid": "order-send", text: "Do it" }),
    ),
    el("p", { class: "fine", id: "order-help" }, "People, roles and channels are ", el("code", { text: "user:1" }), ", ", el("code", { text: "role:2" }), " and ", el("code", { text: "channel:3" }), "."),
    page.answered ? said(page) : null,
    help,
  );
}

function said(page) {
  const { text, refused } = page.answered;
  return el(
    "div",
    { class: refused ? "answer refused" : "answer", role: refused ? "alert" : "status", "data-testid": "answer" },
    answer(text, page.names),
  );
}

function shared(found) {
  const rows = [
    ...found.shared.allowances.map((each) => bar(each)),
    ...found.channels.flatMap((channel) => [
      el("h3", {}, "Channel ", person(channel.key, channel.name)),
      ...channel.allowances.map((each) => bar(each, `Channel ${channel.name || channel.key}`)),
    ]),
  ];
  return card("What is shared", ...(rows.length ? rows : [empty("No limit is shared by several people here.")]));
}

function people(found, page) {
  const rows = found.people.map((each) =>
    el(
      "li",
      { class: "person", "data-testid": "person" },
      el(
        "p",
        { class: "person-head" },
        person(each.key, each.name),
        each.exempt ? el("span", { class: "pill", text: "exempt" }) : null,
        button("Give more", () => page.give(each.key), { class: "quiet", "aria-label": `Give ${each.name || each.key} more` }),
      ),
      ...(each.allowances.length
        ? each.allowances.map((allowance) => bar(allowance, each.name || each.key))
        : [el("p", { class: "fine", text: each.exempt ? "No allowance holds." : "No allowance of their own." })]),
    ),
  );
  return card(
    "What people have used",
    rows.length
      ? el("ul", { class: "people" }, ...rows)
      : empty("Nobody who has an allowance has asked for anything in the last weeks."),
  );
}

function extra(found, page) {
  const who = el("input", {
    type: "text",
    id: "extra-person",
    list: "extra-people",
    required: true,
    pattern: "[A-Za-z0-9_.@\\-]{1,100}",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    title: "The person's id",
    value: page.giving,
    "data-testid": "extra-person",
  });
  const amount = el("input", { type: "number", id: "extra-amount", min: 0.01, step: "any", value: 5, required: true, "data-testid": "extra-amount" });
  const unit = el("select", { id: "extra-unit" }, el("option", { value: "images", text: "images" }), el("option", { value: "money", text: "dollars" }));
  const give = () => page.order(`grant ${unit.value === "money" ? `$${amount.value}` : `${amount.value} images`} to user:${who.value.trim()}`);
  return card(
    "Give somebody more",
    el(
      "form",
      { class: "line", id: "extra", on: { submit: (event) => submit(event, give) } },
      el("label", { class: "grow", for: "extra-person" }, "Person (id)", who),
      el("label", { class: "narrow", for: "extra-amount" }, "Amount", amount),
      el("label", { class: "narrow", for: "extra-unit" }, "Of what", unit),
      el("button", { type: "submit", class: "button", "data-testid": "extra-send", text: "Give" }),
    ),
    el("datalist", { id: "extra-people" }, ...found.people.map((each) => el("option", { value: each.key, label: each.name }))),
    el("p", { class: "fine", text: "On top of each of their allowances, until those reset." }),
  );
}

function ownKey(page) {
  const key = el("input", {
    type: "password",
    id: "own-key",
    minlength: 8,
    maxlength: 512,
    required: true,
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": "own-key-help",
    "data-testid": "own-key",
  });
  const give = () => {
    const given = key.value;
    key.value = "";
    return page.key(given);
  };
  return card(
    "A key of its own",
    el(
      "form",
      { class: "line", on: { submit: (event) => submit(event, give) } },
      el("label", { class: "grow", for: "own-key" }, "For the image API, in place of yours", key),
      el("button", { type: "submit", class: "button", "data-testid": "own-key-send", text: "Keep it" }),
    ),
    el("p", { class: "fine", id: "own-key-help" }, "Its account pays for what is drawn in this workspace. It is never shown again; ", el("code", { text: "key off" }), " forgets it."),
  );
}

function decided(found, page) {
  return card(
    "All that holds here",
    el(
      "ul",
      { class: "rules" },
      ...found.rules.map((rule) =>
        el("li", {}, el("bdi", { text: rule.label }), " ", el("span", { class: "pill", text: rule.own ? "workspace" : "whoever runs Easel" })),
      ),
    ),
    el("details", { class: "more" }, el("summary", { text: "Everything that was decided, in words" }), el("div", { class: "answer" }, answer(found.policy, page.names))),
  );
}

function submit(event, send) {
  event.preventDefault();
  send();
}
