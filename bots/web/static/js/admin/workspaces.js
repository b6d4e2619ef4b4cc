// Every workspace at a glance; one of them is chosen here, too.

import { button, el } from "../dom.js";
import { card, empty, table, workspaceName } from "./parts.js";

export const title = "All";

const MOST = 500; // so many the server lists

export async function show(page) {
  if (!page.workspaces.length) return [card("All workspaces", empty("Nobody has asked for anything yet, in no workspace."))];
  return [
    card(
      "All workspaces",
      table(
        "All workspaces",
        ["Workspace", "This month", "Images", "At work", "Drawing"],
        page.workspaces.map((each) => [
          button(workspaceName(each), () => page.choose(each.id, "limits"), { class: "link", "data-testid": "choose-workspace" }),
          each.money,
          String(each.images),
          String(each.at_work),
          each.paused ? el("span", { class: "pill state-failed", text: "paused" }) : "on",
        ]),
        [1, 2, 3],
      ),
      page.workspaces.length >= MOST ? el("p", { class: "fine", text: `The ${MOST} that did most this month.` }) : null,
    ),
  ];
}
