// Short notices in the corner. A refusal stays until it is closed; good news leaves by itself.

import { el, icon, iconButton } from "./dom.js";

const SHORT_MS = 5000;

export class Toasts {
  #place;

  constructor(place) {
    this.#place = place;
  }

  /** Something was refused or failed: the server's own sentence. The message box shows its own refusals itself. */
  refuse(sentence) {
    this.#show(sentence, "refusal", 0);
  }

  /** Something worked. */
  tell(sentence) {
    this.#show(sentence, "news", SHORT_MS);
  }

  /** The person went on and it worked: what was refused before is history. */
  settle() {
    for (const toast of [...this.#place.querySelectorAll(".toast-refusal")]) toast.remove();
  }

  #show(sentence, kind, leaveAfterMs) {
    for (const old of this.#place.children) if (old.dataset.sentence === sentence) old.remove();
    const toast = el(
      "div",
      { class: `toast toast-${kind}`, "data-testid": "toast", "data-sentence": sentence },
      icon(kind === "refusal" ? "alert" : "details"),
      el("p", { dir: "auto", text: sentence }),
      iconButton("close", "Close this notice", () => toast.remove()),
    );
    this.#place.append(toast);
    while (this.#place.children.length > 3) this.#place.firstElementChild.remove();
    if (leaveAfterMs) setTimeout(() => toast.remove(), leaveAfterMs);
  }
}
