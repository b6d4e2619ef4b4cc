// Puts the administrators' page together: the door, the workspace, and one view at a time.

import { button, el, icon } from "../dom.js";
import { openSession, reloadOnNewLink } from "../gate.js";
import { Toasts } from "../toast.js";
import { AdminApi } from "./api.js";
import * as audit from "./audit.js";
import * as limits from "./limits.js";
import { card, empty, workspaceName } from "./parts.js";
import * as providers from "./providers.js";
import * as requests from "./requests.js";
import * as settings from "./settings.js";
import * as usage from "./usage.js";
import * as workspaces from "./workspaces.js";

const VIEWS = { limits, usage, requests, providers, settings, audit, all: workspaces };
const ANYWHERE = new Set(["providers", "settings", "audit", "all"]); // what there is without any workspace
const KEPT = "easel-admin-workspace";

const place = (id) => document.getElementById(id);

/** The page of one signed-in browser. What views share stands on it, for the time that the page is open. */
class Page {
  #asked = 0;

  constructor(api) {
    this.api = api;
    this.toasts = new Toasts(place("toasts"));
    this.names = new Map(); // of the people of the workspace, as far as views have met them
    this.which = "all";
    this.month = "";
    this.everywhere = false;
    this.giving = "";
    this.answered = null;
  }

  async start() {
    await this.#greet();
    place("app").hidden = false;
    place("tabs").replaceChildren(
      ...Object.entries(this.views).map(([name, view]) =>
        el("li", {}, el("a", { href: `#${name}`, "data-testid": `tab-${name}` }, view.title, name === "all" ? el("span", { class: "tab-rest", text: " workspaces" }) : null)),
      ),
    );
    place("workspace").addEventListener("change", (event) => this.choose(event.target.value));
    place("refresh").addEventListener("click", () => this.guarded(() => this.#again()));
    window.addEventListener("hashchange", () => this.#turn());
    document.querySelector("[data-skip]").addEventListener("click", (event) => {
      event.preventDefault();
      place("view").focus();
    });
    await this.show();
  }

  /** The chosen workspace as the list has it. */
  get home() {
    return this.workspaces.find((each) => each.id === this.workspace);
  }

  /** What there is to see: an Easel that connects nothing from here shows no settings. */
  get views() {
    return Object.fromEntries(Object.entries(VIEWS).filter(([name]) => name !== "settings" || this.connects));
  }

  get view() {
    const named = location.hash.slice(1);
    return Object.hasOwn(this.views, named) ? named : "limits";
  }

  /** Draw the view anew, with these wishes. A view that is overtaken by another one is dropped. */
  show(wishes = {}) {
    Object.assign(this, wishes);
    return this.guarded(async () => {
      const asked = ++this.#asked;
      const name = this.view;
      for (const link of place("tabs").querySelectorAll("a")) {
        if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
      }
      document.title = `${VIEWS[name].title} · Easel administration`;
      const parts = this.workspace || ANYWHERE.has(name) ? await VIEWS[name].show(this) : [nobody()];
      if (asked !== this.#asked) return;
      const held = document.activeElement?.id;
      place("view").replaceChildren(el("h1", { class: "visually-hidden", text: VIEWS[name].title }), ...parts.filter(Boolean));
      if (held) place(held)?.focus();
    });
  }

  choose(workspace, view = "") {
    this.workspace = workspace;
    localStorage.setItem(KEPT, workspace);
    Object.assign(this, { answered: null, giving: "", month: "", thisMonth: undefined });
    this.names.clear();
    place("workspace").value = workspace;
    if (view && view !== this.view) location.hash = view;
    else this.show();
  }

  /** An order; its answer stands under the words, and the numbers are read anew. */
  order(words) {
    return this.#ordered(() => this.api.order(this.workspace, words));
  }

  /** A key of the workspace's own: the page keeps it nowhere. */
  key(key) {
    return this.#ordered(() => this.api.key(this.workspace, key));
  }

  async #ordered(asking) {
    try {
      this.answered = { text: (await asking()).answer, refused: false };
    } catch (error) {
      if (!error.sentence) throw error;
      this.answered = { text: error.sentence, refused: true };
    }
    const typed = place("order")?.value ?? "";
    await this.guarded(() => this.#again());
    if (this.answered.refused && place("order")) place("order").value = typed;
    document.querySelector('[data-testid="answer"]')?.scrollIntoView({ block: "nearest" });
  }

  give(person) {
    this.giving = person;
    place("extra-person").value = person;
    place("extra-amount").focus();
    place("extra").scrollIntoView({ block: "center" });
  }

  resolve(job, billed) {
    return this.guarded(async () => {
      this.toasts.tell((await this.api.resolve(this.workspace, job, billed)).answer);
      await this.#again();
    });
  }

  async guarded(work) {
    try {
      await work();
    } catch (error) {
      if (!error.sentence) throw error;
      this.toasts.refuse(error.sentence);
    }
  }

  async #again() {
    await this.#greet();
    await this.show();
  }

  async #greet() {
    const hello = await this.api.hello();
    this.workspaces = hello.workspaces;
    this.orders = hello.orders;
    this.connects = hello.connects;
    const wanted = [this.workspace, localStorage.getItem(KEPT)].find((id) => hello.workspaces.some((each) => each.id === id));
    this.workspace = wanted ?? hello.workspaces[0]?.id ?? "";
    const select = place("workspace");
    select.replaceChildren(
      ...hello.workspaces.map((each) =>
        el("option", { value: each.id, selected: each.id === this.workspace, text: workspaceName(each) + (each.paused ? " (paused)" : "") }),
      ),
    );
    select.closest("label").hidden = !hello.workspaces.length;
  }

  #turn() {
    this.answered = null;
    this.show().then(() => {
      window.scrollTo(0, 0);
      place("view").focus({ preventScroll: true });
    });
  }
}

function nobody() {
  return card("Nothing here yet", empty("As soon as somebody asks for a picture, their workspace appears here."));
}

function closed(title, ...words) {
  place("app").hidden = true;
  place("gate").hidden = false;
  place("gate").replaceChildren(
    el(
      "div",
      { class: "gate-card", "data-testid": "gate" },
      el("span", { class: "empty-mark", "aria-hidden": "true" }, icon("easel")),
      el("h1", { text: title }),
      ...words.map((text) => el("p", { text })),
      button("Try again", () => location.reload(), { class: "button primary" }),
    ),
  );
  document.title = "Easel: link needed";
}

async function start() {
  const api = new AdminApi();
  reloadOnNewLink();
  try {
    await openSession(api);
    await new Page(api).start();
  } catch (error) {
    if (!error.sentence) throw error;
    if (error.status === 404)
      closed(
        "For administrators",
        "To come in, open the link “For administrators” that Easel printed in its terminal when it started: it ends in /admin#token= and a long word.",
        "It is another link than the playground's.",
      );
    else closed("Not reachable", error.sentence);
  }
}

start();
