// The panel beside the channel. It holds one thing at a time: a thread.

import { el, iconButton } from "./dom.js";

export class Panel {
  #place;
  #opener = null;
  #onClose = null;

  constructor(place) {
    this.#place = place;
    place.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.close();
    });
  }

  get isOpen() {
    return !this.#place.hidden;
  }

  /** Which thing is open: "thread" or "". */
  get holds() {
    return this.isOpen ? this.#place.dataset.holds : "";
  }

  /** Open with this content. `onClose` is called before something else takes its place. */
  open({ holds, title, content, onClose }) {
    this.#onClose?.();
    this.#onClose = onClose;
    if (!this.isOpen) this.#opener = document.activeElement;
    const heading = el("h2", { id: "panel-title", tabindex: "-1", text: title });
    this.#place.dataset.holds = holds;
    this.#place.setAttribute("aria-labelledby", "panel-title");
    this.#place.setAttribute("data-testid", holds === "thread" ? "thread-panel" : holds);
    this.#place.replaceChildren(
      el(
        "header",
        { class: "panel-head" },
        heading,
        iconButton("close", "Close", () => this.close(), { "data-testid": "panel-close" }),
      ),
      ...content,
    );
    this.#place.hidden = false;
    heading.focus();
  }

  close() {
    if (!this.isOpen) return;
    this.#onClose?.();
    this.#onClose = null;
    this.#place.hidden = true;
    this.#place.replaceChildren();
    if (this.#opener?.isConnected) this.#opener.focus();
    this.#opener = null;
  }
}
