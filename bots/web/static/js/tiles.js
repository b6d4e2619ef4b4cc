// A grid of pictures, one tab stop for all of them: arrows move, Enter opens, G goes to the message.

import { el, icon, iconButton } from "./dom.js";
import { veil } from "./veil.js";

export class TileGrid {
  #list;
  #tile;
  #onGo;
  #onOpen;
  #current = null;
  images = [];

  /** `tile(image)` is {label, source, caption, by, isPrivate, canGo}. */
  constructor({ list, tile, onOpen, onGo }) {
    this.#list = list;
    this.#tile = tile;
    this.#onOpen = onOpen;
    this.#onGo = onGo;
    list.addEventListener("keydown", (event) => this.#key(event));
    list.addEventListener("focusin", (event) => this.#enter(event.target.closest("li")));
  }

  show(images) {
    this.images = [];
    this.#current = null;
    this.#list.replaceChildren();
    this.append(images);
  }

  append(images) {
    const fresh = images.filter((image) => !this.#has(image));
    this.images.push(...fresh);
    this.#list.append(...fresh.map((image) => this.#item(image)));
    if (!this.#current) this.#enter(this.#list.firstElementChild);
  }

  prepend(images) {
    const fresh = images.filter((image) => !this.#has(image));
    this.images.unshift(...fresh);
    this.#list.prepend(...fresh.map((image) => this.#item(image)));
    if (!this.#current) this.#enter(this.#list.firstElementChild);
  }

  remove(id) {
    const at = this.images.findIndex((image) => image.id === id);
    if (at < 0) return;
    const item = this.#list.children[at];
    const focused = item.contains(document.activeElement);
    this.images.splice(at, 1);
    item.remove();
    if (item !== this.#current) return;
    this.#current = null;
    this.#enter(this.#list.children[Math.min(at, this.images.length - 1)] ?? null);
    if (focused) this.focus();
  }

  /** Focus the tile that Tab comes to; false when there is none. */
  focus() {
    this.#current?.querySelector(".tile").focus();
    return this.#current !== null;
  }

  #has(image) {
    return this.images.some((known) => known.id === image.id);
  }

  #item(image) {
    const { label, source, caption, by, isPrivate, canGo } = this.#tile(image);
    const picture = el("img", { src: source, alt: "", loading: "lazy", decoding: "async" });
    const open = el(
      "button",
      {
        type: "button",
        class: "tile",
        tabindex: "-1",
        "aria-label": label,
        "data-testid": "tile",
        "data-image-id": image.id,
        on: { click: () => this.#onOpen(this.images, this.images.indexOf(image)) },
      },
      veil(picture, image),
      el(
        "span",
        { class: "tile-words" },
        el("span", { class: "tile-caption", dir: "auto", text: caption }),
        el("span", { class: "tile-by" }, isPrivate ? icon("lock") : null, el("span", { dir: "auto", text: by })),
      ),
    );
    const go = canGo
      ? iconButton("reply", "Go to its message (G)", () => this.#onGo(image), {
          class: "icon-button tile-go",
          tabindex: "-1",
          "data-testid": "tile-go",
        })
      : null;
    return el("li", {}, open, go);
  }

  /** This tile is the one that Tab comes to, its button after it. */
  #enter(item) {
    if (item === this.#current) return;
    for (const [one, stop] of [
      [this.#current, "-1"],
      [item, "0"],
    ])
      for (const control of one?.querySelectorAll("button") ?? []) control.setAttribute("tabindex", stop);
    this.#current = item;
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const items = [...this.#list.children];
    const at = items.indexOf(event.target.closest("li"));
    if (at < 0) return;
    const columns = items.findIndex((item) => item.offsetTop > items[0].offsetTop);
    const row = columns < 0 ? items.length : columns;
    const forward = getComputedStyle(this.#list).direction === "rtl" ? -1 : 1;
    const steps = { ArrowRight: forward, ArrowLeft: -forward, ArrowDown: row, ArrowUp: -row };
    if (event.key in steps) this.#to(items[at + steps[event.key]]);
    else if (event.key === "Home") this.#to(items[0]);
    else if (event.key === "End") this.#to(items.at(-1));
    else if (/^g$/i.test(event.key) && items[at].querySelector(".tile-go")) this.#onGo(this.images[at]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #to(item) {
    item?.querySelector(".tile").focus();
  }
}
