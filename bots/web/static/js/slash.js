// The menu above the message box: commands, flags and their values; arrows, Enter, Tab and Esc work it while typing goes on.

import { el } from "./dom.js";
import { suggestions } from "./suggesting.js";

export class SlashMenu {
  #field;
  #list;
  #hello;
  #flags;
  #onChoose;
  #shown = [];
  #whole = false;
  #active = 0;
  #closedFor = null; // the text for which Esc was pressed

  /** `flags()`: whether what is typed asks for a picture; `onChoose(text)`: what now stands in the box. */
  constructor({ field, list, hello, flags, onChoose }) {
    this.#field = field;
    this.#list = list;
    this.#hello = hello;
    this.#flags = flags;
    this.#onChoose = onChoose;
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-haspopup", "listbox");
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) this.#choose(Number(item.dataset.index));
    });
  }

  get isOpen() {
    return !this.#list.hidden;
  }

  /** Look at the text again. */
  update() {
    const { value, selectionStart } = this.#field;
    if (value !== this.#closedFor) this.#closedFor = null;
    if (this.#closedFor !== null) return this.close();
    const { items, whole } = suggestions(this.#hello, value.slice(0, selectionStart), { flags: this.#flags() });
    this.#shown = items;
    this.#whole = whole;
    this.#active = 0;
    if (!items.length) return this.close();
    this.#list.hidden = false;
    return this.#render();
  }

  close() {
    this.#list.hidden = true;
    this.#field.removeAttribute("aria-activedescendant");
  }

  /** Take a key of the field; true when it was the menu's. */
  key(event) {
    if (!this.isOpen || event.isComposing) return false;
    if (event.key === "Enter" && (event.shiftKey || (this.#whole && this.#active === 0))) {
      this.close();
      return false; // there is nothing to add: the composer sends it
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.#active = (this.#active + step + this.#shown.length) % this.#shown.length;
      this.#render();
    } else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) this.#choose(this.#active);
    else if (event.key === "Escape") {
      this.#closedFor = this.#field.value;
      this.close();
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  #choose(index) {
    const { text } = this.#shown[index];
    const after = this.#field.value.slice(this.#field.selectionStart);
    this.close();
    this.#onChoose(text, after.replace(/^ /, ""));
  }

  #render() {
    this.#list.replaceChildren(
      ...this.#shown.map((item, index) =>
        el(
          "li",
          {
            role: "option",
            id: `${this.#list.id}-${index}`,
            class: `slash-item ${item.kind}`,
            "data-index": index,
            "data-testid": item.hook,
            "aria-selected": String(index === this.#active),
          },
          el("span", { class: "slash-name", text: item.name }),
          el("span", { class: "slash-summary", text: item.summary }),
        ),
      ),
    );
    const active = this.#list.children[this.#active];
    this.#field.setAttribute("aria-activedescendant", active.id);
    active.scrollIntoView({ block: "nearest" });
  }
}
