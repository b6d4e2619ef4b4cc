// Who decided what, and when: the newest first.

import { button, el } from "../dom.js";
import { moment } from "../words.js";
import { card, empty, named, segments, workspaceName } from "./parts.js";

export const title = "Audit";

export async function show(page) {
  const { decisions } = await page.api.audit(page.everywhere ? "" : page.workspace);
  const list = el("ul", { class: "decisions" });
  const older = button("Older", () => page.guarded(more), { class: "button", "data-testid": "older" });
  let last = 0;
  const fill = (found) => {
    list.append(...found.map((each) => item(page, each)));
    last = found.at(-1)?.at_us ?? 0;
    older.hidden = found.length < 50;
  };
  const more = async () => fill((await page.api.audit(page.everywhere ? "" : page.workspace, last)).decisions);
  fill(decisions);
  return [
    card(
      "Audit",
      segments("Where", [["here", "This workspace"], ["everywhere", "All workspaces"]], page.everywhere ? "everywhere" : "here", (where) =>
        page.show({ everywhere: where === "everywhere" }),
      ),
      decisions.length ? list : empty("Nobody has decided anything yet."),
      older,
    ),
  ];
}

function item(page, each) {
  const home = page.workspaces.find((one) => one.id === each.workspace);
  return el(
    "li",
    { class: "decision", "data-testid": "decision" },
    el(
      "p",
      { class: "fine" },
      el("time", { datetime: new Date(each.at_us / 1000).toISOString(), text: moment(each.at_us) }),
      " · ",
      el("bdi", { text: each.name || each.person }),
      page.everywhere ? el("bdi", { text: ` · ${home ? workspaceName(home) : each.workspace}` }) : null,
    ),
    el("p", {}, el("code", { dir: "auto", text: each.said })),
    el("p", { dir: "auto", text: named(each.changed, page.names) }),
  );
}
