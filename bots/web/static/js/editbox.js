// "What should change?": the field under a picture, with the way to the brush.

import { button, el } from "./dom.js";

/**
 * onSend(instruction) and onPaint(instruction) may be asynchronous and throw an ApiError, whose sentence is shown here
 * while the text stays. `name` prefixes the test hooks.
 */
export function editBox({ name = "", onSend, onPaint, onClose = null }) {
  const field = el("input", {
    class: "edit-field",
    dir: "auto",
    autocomplete: "off",
    placeholder: "What should change?",
    "aria-label": "What should change?",
    "data-testid": `${name}edit-instruction`,
  });
  const problem = el("p", { class: "edit-problem", role: "status", dir: "auto" });
  const send = el("button", {
    type: "submit",
    class: "button primary",
    "data-testid": `${name}edit-send`,
    text: "Change it",
  });
  const box = el(
    "form",
    { class: "edit-box", "data-testid": `${name}edit-box` },
    field,
    el(
      "div",
      { class: "edit-actions" },
      send,
      button("Paint what to change", () => onPaint(field.value.trim()), {
        icon: "brush",
        "data-testid": `${name}edit-paint`,
      }),
      onClose ? button("Close", onClose, { class: "quiet" }) : null,
    ),
    problem,
  );
  box.addEventListener("submit", async (event) => {
    event.preventDefault();
    const instruction = field.value.trim();
    problem.textContent = instruction ? "" : "Write what should change, for example: make it night.";
    if (!instruction || send.disabled) return;
    send.disabled = true;
    try {
      await onSend(instruction);
      field.value = "";
      onClose?.();
    } catch (error) {
      if (!error.sentence) throw error;
      problem.textContent = error.sentence;
    } finally {
      send.disabled = false;
    }
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !onClose) return;
    event.stopPropagation();
    onClose();
  });
  return { box, focus: () => field.focus() };
}
