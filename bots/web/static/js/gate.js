// The way in: the link's token becomes a session, and leaves the address at once. Without one, a page that says where the link is.

import { button, el, icon } from "./dom.js";

/** Exchange the token in the address, if there is one, for a session. Throws an ApiError. */
export async function openSession(api) {
  const token = tokenInAddress();
  if (!token) return;
  history.replaceState(null, "", location.pathname); // before the request: the token stays in no history, whatever happens
  await api.openSession(token);
}

/** A link pasted into this very tab changes only what stands behind the #, which loads nothing by itself. */
export function reloadOnNewLink() {
  window.addEventListener("hashchange", () => tokenInAddress() && location.reload());
}

/** Instead of the page: what is needed to come in. */
export function showGate(place, app) {
  app.hidden = true;
  place.hidden = false;
  place.replaceChildren(
    el(
      "div",
      { class: "gate-card", "data-testid": "gate" },
      el("span", { class: "empty-mark", "aria-hidden": "true" }, icon("easel")),
      el("h1", { text: "Almost there" }),
      el("p", {
        text: "Easel is running. To come in, open the link that it printed in its terminal when it started: it ends in #token= and a long word.",
      }),
      el("p", { text: "Somebody else runs this Easel? Ask them for the link." }),
      button("Try again", () => location.reload(), { class: "button primary" }),
    ),
  );
  document.title = "Easel: link needed";
}

/** Instead of the page: it could not be loaded for another reason. */
export function showTrouble(place, app, sentence) {
  app.hidden = true;
  place.hidden = false;
  place.replaceChildren(
    el(
      "div",
      { class: "gate-card", "data-testid": "gate" },
      el("span", { class: "empty-mark", "aria-hidden": "true" }, icon("easel")),
      el("h1", { text: "Not reachable" }),
      el("p", { text: sentence }),
      button("Try again", () => location.reload(), { class: "button primary" }),
    ),
  );
}

function tokenInAddress() {
  return new URLSearchParams(location.hash.slice(1)).get("token");
}
