// A question before something that cannot be taken back.

import { button, el } from "./dom.js";

/** Resolves to true when the person says yes; Esc and the other button are no. */
export function confirmed({ question, yes, no }) {
  return new Promise((resolve) => {
    const dialog = el("dialog", {
      class: "dialog confirm",
      "aria-labelledby": "confirm-question",
      "data-testid": "confirm",
    });
    const stay = button(no, () => dialog.close("no"), { class: "button", autofocus: true });
    dialog.append(
      el("p", { id: "confirm-question", text: question }),
      el(
        "div",
        { class: "confirm-buttons" },
        stay,
        button(yes, () => dialog.close("yes"), { class: "button danger-full", "data-testid": "confirm-yes" }),
      ),
    );
    dialog.addEventListener(
      "close",
      () => {
        dialog.remove();
        resolve(dialog.returnValue === "yes");
      },
      { once: true },
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}
