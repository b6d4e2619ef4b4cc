// Who draws, how they are, and what they cost this month.

import { el } from "../dom.js";
import { card, empty, table } from "./parts.js";

export const title = "Providers";

const CONDITIONS = { well: "well", trying: "being tried again", resting: "not asked for a while" };
const KINDS = { billed: "billed", presumed: "perhaps billed: the answer was lost or was a failure" };

export async function show(page) {
  const found = await page.api.providers();
  return [
    card("Who draws", el("ul", { class: "providers" }, ...found.providers.map(provider))),
    card(
      "Spent this month",
      found.spent.length
        ? table(
            "Spent this month",
            ["Provider", "Kind", "Money", "Requests"],
            found.spent.map((each) => [each.provider || "before anybody drew", KINDS[each.kind] ?? each.kind, each.money, String(each.requests)]),
            [2, 3],
          )
        : empty("No provider was asked for anything this month."),
    ),
    card(
      "At work",
      el(
        "dl",
        { class: "facts" },
        ...[
          ["Waiting", found.waiting],
          ["Being drawn", found.running],
          ["To be posted", found.to_tell],
        ].map(([name, count]) => el("div", { class: "fact" }, el("dt", { text: name }), el("dd", {}, el("strong", { text: String(count) })))),
      ),
    ),
  ];
}

function provider(each) {
  const pace = each.images_per_minute === null ? "no pace is set" : `${each.images_per_minute} images a minute`;
  return el(
    "li",
    { class: "provider", "data-testid": "provider" },
    el("span", { class: `pill condition-${each.condition}`, text: CONDITIONS[each.condition] ?? each.condition }),
    el("strong", {}, el("bdi", { text: each.label })),
    el("span", { class: "fine" }, el("bdi", { text: each.model }), each.host ? " at " : "", each.host ? el("bdi", { text: each.host }) : " in this process"),
    each.host ? el("span", { class: "fine", text: each.waiting ? `${pace}, ${each.waiting} waiting` : pace }) : null,
    each.why ? el("code", { class: "why", text: each.why }) : null,
  );
}
