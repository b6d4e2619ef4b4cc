// A list of messages that follows the store: the channel's, or a thread's.

import { button, el } from "./dom.js";
import { editBox } from "./editbox.js";
import { guessHeight, markGroup } from "./grouping.js";
import { renderMessage, updateWorking } from "./message.js";
import { inOrder } from "./state.js";
import { Strip } from "./strip.js";

const NEAR_START_VIEWS = 3; // so far from its beginning the page before this one is fetched

/**
 * `thread` is null for the channel, or a root message's id. `acts` is what a message can ask for:
 * {open(image), verb(verb, image, message, control), edit(image, instruction, message), paint(image, instruction, message, onSent),
 * reply(message, inThread), thread(message), cancel(message, control), jump(id)}.
 * `onOlder()` fetches the page before the oldest message; it resolves to false when that failed.
 */
export class MessageLog {
  #scroller;
  #list;
  #strip;
  #store;
  #acts;
  #seen;
  #older = null;
  #onOlder;
  #label;
  #loading = false;
  #asks = true; // whether the page before is fetched unasked: not after it failed
  #current = null; // the message that Tab comes to
  #selected = new Map();
  #editing = new Map();
  #listeners = new AbortController();

  constructor({ place, store, thread = null, seen, acts, onOlder = null, label = "Messages" }) {
    this.#scroller = place;
    this.#store = store;
    this.thread = thread;
    this.#seen = seen;
    this.#acts = acts;
    this.#onOlder = onOlder;
    this.#label = label;
    this.#list = el("div", { class: "log-list" });
    this.newer = button("New messages", () => this.toEnd(), { class: "newer", hidden: true });
    if (onOlder)
      this.#older = button("Show earlier messages", () => this.#loadOlder(), {
        class: "quiet older",
        hidden: true,
        "data-testid": "older",
      });
    place.replaceChildren(...[this.#older, this.#list, this.newer].filter(Boolean));
    this.#strip = new Strip({
      scroller: place,
      list: this.#list,
      inOrder: (a, b) => inOrder(store.message(a), store.message(b)),
      render: (id) => this.#render(store.message(id)),
      guess: (id) => guessHeight(store.message(id), place.clientWidth),
      onSettled: () => this.#settled(),
    });
    this.#listen();
    for (const message of [...(thread ? [store.message(thread)] : []), ...store.list(thread)])
      if (message) this.#take(message);
    this.toEnd();
  }

  close() {
    this.#listeners.abort();
  }

  get isEmpty() {
    return this.#strip.size === 0;
  }

  offerOlder(more) {
    if (!this.#older) return;
    this.#strip.keeping(() => (this.#older.hidden = !more));
    this.#asks = true;
    this.#settled();
  }

  toEnd() {
    this.#strip.toEnd();
    this.newer.hidden = true;
  }

  /** Go to a message and let it flash; false when it is not here. */
  reveal(id) {
    const article = this.#strip.bring(id);
    if (!article) return false;
    article.focus({ preventScroll: true });
    article.classList.remove("flash");
    requestAnimationFrame(() => article.classList.add("flash"));
    return true;
  }

  /** Open the field for an instruction under this picture's message. */
  openEdit(message, image) {
    this.closeEdit(message.id);
    const box = editBox({
      onSend: (instruction) => this.#acts.edit(image, instruction, message),
      onPaint: (instruction) => this.#acts.paint(image, instruction, message, () => this.closeEdit(message.id)),
      onClose: () => {
        this.closeEdit(message.id);
        this.#article(message.id)?.querySelector("[data-testid=btn-edit]")?.focus();
      },
    });
    this.#editing.set(message.id, box);
    this.#article(message.id)?.querySelector(".message-main").append(box.box);
    box.focus();
    box.box.scrollIntoView({ block: "nearest" });
  }

  closeEdit(id) {
    this.#editing.get(id)?.box.remove();
    this.#editing.delete(id);
  }

  focusLast() {
    const last = this.#strip.at(-1);
    if (last) this.#moveTo(last, "end");
  }

  #listen() {
    const { signal } = this.#listeners;
    const store = this.#store;
    store.addEventListener("message", (event) => this.#take(event.detail), { signal });
    store.addEventListener("progress", (event) => this.#progress(event.detail), { signal });
    store.addEventListener("cleared", () => this.#clear(), { signal });
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    this.#list.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.#list.addEventListener("focusin", (event) => this.#focused(event), { signal });
    // The box below grows, a panel opens: a reader at the end stays there, too.
    const resized = new ResizeObserver(() => this.#strip.following && this.toEnd());
    resized.observe(this.#scroller);
    signal.addEventListener("abort", () => resized.disconnect());
    // Pictures arrive after their message and may change its height; a reader at the end stays at the end.
    this.#list.addEventListener("load", () => this.#strip.following && this.toEnd(), { signal, capture: true });
  }

  #clear() {
    this.#strip.clear();
    this.#list.removeAttribute("role");
    this.#list.removeAttribute("aria-label");
    this.#selected.clear();
    this.#editing.clear();
    this.#current = null;
    this.newer.hidden = true;
  }

  #article(id) {
    return this.#strip.node(id);
  }

  #belongs(message) {
    return message.thread === this.thread || (this.thread !== null && message.id === this.thread);
  }

  #take(message) {
    if (!this.#belongs(message)) return;
    if (this.#strip.has(message.id)) this.#again(message);
    else if (this.#strip.add(message.id) && !this.#strip.following) this.newer.hidden = false;
  }

  /** A message that is here has changed: its element is made anew, and the focus stays where it was. */
  #again(message) {
    const focus = document.activeElement;
    const changed = this.#strip.renew(message.id);
    if (!changed) return;
    const [old, fresh] = changed;
    const below = this.#strip.beside(message.id, 1);
    if (below && this.#article(below)) this.#group(this.#article(below));
    if (this.#strip.following) requestAnimationFrame(() => this.#strip.following && this.toEnd());
    if (!focus || (!old.contains(focus) && !fresh.contains(focus))) return;
    const hook = focus.dataset?.testid;
    const again = focus.isConnected ? focus : hook && fresh.querySelector(`[data-testid="${CSS.escape(hook)}"]`);
    (again || fresh).focus({ preventScroll: true });
  }

  async #loadOlder() {
    if (this.#loading || this.#older.hidden) return;
    this.#loading = true;
    this.#older.setAttribute("aria-busy", "true");
    this.#asks = (await this.#onOlder()) !== false;
    this.#older.removeAttribute("aria-busy");
    this.#loading = false;
    this.#fetchAhead();
  }

  /** The document changed: places in the list are told to screen readers, and there is one message to tab to. */
  #settled() {
    if (this.isEmpty) return; // a feed without an article would be none (WAI-ARIA 1.2, feed)
    put(this.#list, "role", "feed");
    put(this.#list, "aria-label", this.#label);
    const known = this.#older?.hidden === false ? -1 : this.#strip.size;
    let place = this.#strip.indexOf(this.#strip.shown[0]?.dataset.messageId);
    for (const article of this.#strip.shown) {
      place += 1;
      put(article, "aria-posinset", place);
      put(article, "aria-setsize", known);
      this.#group(article);
    }
    if (!this.#current || !this.#article(this.#current)) this.#tabTo(this.#inView());
    this.#fetchAhead();
  }

  #fetchAhead() {
    const near = this.#scroller.scrollTop < NEAR_START_VIEWS * this.#scroller.clientHeight;
    if (this.#older && near && this.#asks && !this.#strip.following) this.#loadOlder();
  }

  /** The last message in view. */
  #inView() {
    const end = this.#scroller.getBoundingClientRect().bottom;
    const seen = this.#strip.shown.findLast((article) => article.getBoundingClientRect().top < end);
    return (seen ?? this.#strip.shown[0])?.dataset.messageId ?? null;
  }

  /** One message is what Tab comes to, with its controls after it; arrows move from message to message. */
  #tabTo(id) {
    const before = this.#current && this.#article(this.#current);
    this.#current = id;
    if (before) reachable(before, false);
    if (id && this.#article(id)) reachable(this.#article(id), true);
  }

  #focused(event) {
    const id = event.target.closest("[data-message-id]")?.dataset.messageId;
    if (id && id !== this.#current) this.#tabTo(id);
  }

  #render(message) {
    const article = renderMessage(message, {
      seen: this.#seen,
      selected: this.#selected.get(message.id) ?? null,
      progress: this.#store.progress(message.id),
      inThread: this.thread !== null,
      onSelect: (image) => this.#select(message.id, image),
      onOpen: (image) => this.#acts.open(image),
      onVerb: (verb, image, control) => this.#acts.verb(verb, image, this.#store.message(message.id), control, this),
      onReply: () => this.#acts.reply(this.#store.message(message.id), this.thread !== null),
      onThread: () => this.#acts.thread(this.#store.message(message.id)),
      onCancel: (control) => this.#acts.cancel(this.#store.message(message.id), control),
      onChoice: (choice, control) => this.#acts.choose(choice, control),
      onOwnData: (what, control) => this.#acts.ownData(what, control),
      onJump: (id) => this.#acts.jump(id),
    });
    this.#group(article);
    const editing = this.#editing.get(message.id);
    if (editing && !message.deleted) article.querySelector(".message-main").append(editing.box);
    reachable(article, message.id === this.#current);
    return article;
  }

  #select(id, image) {
    this.#selected.set(id, image.id);
    this.closeEdit(id);
    this.#strip.renew(id);
    this.#article(id).querySelector(".picture.chosen")?.focus({ preventScroll: true });
    if (this.#strip.following) this.toEnd();
  }

  #progress(id) {
    const article = this.#article(id);
    if (article) updateWorking(article, this.#store.message(id), this.#store.progress(id), this.#seen);
  }

  #group(article) {
    const above = this.#strip.beside(article.dataset.messageId, -1);
    const message = this.#store.message(article.dataset.messageId);
    markGroup(article, message, above === null ? null : this.#store.message(above));
  }

  #scrolled() {
    this.#strip.scrolled();
    if (this.#strip.following) this.newer.hidden = true;
    this.#fetchAhead();
  }

  #key(event) {
    const article = event.target.closest?.("[data-message-id]");
    if (
      !article ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)
    )
      return;
    const message = this.#store.message(article.dataset.messageId);
    const to = event.target === article ? this.#neighbour(message.id, event.key) : null;
    if (to) this.#moveTo(to);
    else if (event.key === "r" || event.key === "R") this.#acts.reply(message, this.thread !== null);
    else if ((event.key === "t" || event.key === "T") && this.thread === null) this.#acts.thread(message);
    else if (event.key === "e" || event.key === "E") article.querySelector("[data-testid=btn-edit]")?.click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #neighbour(id, key) {
    switch (key) {
      case "ArrowUp":
        return this.#strip.beside(id, -1);
      case "ArrowDown":
        return this.#strip.beside(id, 1);
      case "PageUp":
        return this.#strip.further(id, -1);
      case "PageDown":
        return this.#strip.further(id, 1);
      case "Home":
        return this.#strip.at(0);
      case "End":
        return this.#strip.at(-1);
      default:
        return null;
    }
  }

  #moveTo(id, block = "nearest") {
    this.#strip.bring(id, block)?.focus({ preventScroll: true });
  }
}

/** Whether Tab comes to this message and to its controls. Those of its toolbar have keys of their own. */
function reachable(article, yes) {
  article.tabIndex = yes ? 0 : -1;
  for (const control of article.querySelectorAll("button, a[href], input"))
    if (!control.closest(".toolbar")) control.tabIndex = yes ? 0 : -1;
}

function put(element, name, value) {
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
}
