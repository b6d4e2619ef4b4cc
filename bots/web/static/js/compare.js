// Two steps of a picture, one over the other, with a divider between them that pointer and keys move.

import { el } from "./dom.js";

const STEP = 2; // per cent for an arrow key
const LEAP = 10;

export class Compare {
  #stage;
  #zoom;
  #before; // the earlier step, cut off at the divider
  #divider;
  #tags;
  #part = 50;

  /** `layer` lies on `stage` and holds the picture that is compared; `zoom` knows where it is. */
  constructor({ stage, layer, zoom }) {
    this.#stage = stage;
    this.#zoom = zoom;
    this.#before = el("img", { class: "compare-before", alt: "", draggable: "false", hidden: true });
    this.#divider = el(
      "div",
      {
        class: "compare-divider",
        role: "slider",
        tabindex: "0",
        "aria-valuemin": 0,
        "aria-valuemax": 100,
        "data-testid": "compare-slider",
        hidden: true,
      },
      el("span", { class: "compare-knob", "aria-hidden": "true" }),
    );
    this.#tags = ["start", "end"].map((side) => el("span", { class: `compare-tag ${side}`, hidden: true }));
    layer.append(this.#before);
    stage.append(this.#divider, ...this.#tags);
    this.#listen();
  }

  get isOn() {
    return !this.#divider.hidden;
  }

  /** `source` is the earlier picture's address; the names say which step lies on which side. */
  show({ source, earlier, later }) {
    this.#before.src = source;
    this.#before.dataset.testid = "compare-before";
    this.#tags[0].textContent = earlier;
    this.#tags[1].textContent = later;
    this.#divider.setAttribute("aria-label", `${earlier} on the left, ${later} on the right. Arrow keys move the divider.`);
    for (const part of [this.#before, this.#divider, ...this.#tags]) part.hidden = false;
    this.#set(50);
  }

  hide() {
    for (const part of [this.#before, this.#divider, ...this.#tags]) part.hidden = true;
    this.#before.removeAttribute("src");
  }

  focus() {
    this.#divider.focus();
  }

  /** The picture was moved or zoomed: the divider goes with it. */
  follow() {
    const { x, width } = this.#zoom.box;
    const at = x + (width * this.#part) / 100;
    this.#divider.style.left = `${Math.min(this.#stage.clientWidth, Math.max(0, at))}px`;
    this.#before.style.clipPath = `inset(0 ${100 - this.#part}% 0 0)`;
  }

  #set(part) {
    this.#part = Math.min(100, Math.max(0, part));
    const shown = Math.round(this.#part);
    this.#divider.setAttribute("aria-valuenow", shown);
    this.#divider.setAttribute("aria-valuetext", `${shown} % ${this.#tags[0].textContent}`);
    this.follow();
  }

  #listen() {
    const divider = this.#divider;
    divider.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.stopPropagation(); // the picture below stays where it is
      divider.setPointerCapture(event.pointerId);
      divider.focus();
    });
    divider.addEventListener("pointermove", (event) => {
      if (!divider.hasPointerCapture(event.pointerId)) return;
      event.stopPropagation();
      const { x, width } = this.#zoom.box;
      this.#set((100 * (event.clientX - this.#stage.getBoundingClientRect().left - x)) / width);
    });
    divider.addEventListener("dblclick", (event) => event.stopPropagation());
    divider.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    const steps = {
      ArrowLeft: -STEP,
      ArrowDown: -STEP,
      ArrowRight: STEP,
      ArrowUp: STEP,
      PageDown: -LEAP,
      PageUp: LEAP,
      Home: -100,
      End: 100,
    };
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.#set(this.#part + (event.shiftKey ? Math.sign(step) * LEAP : step));
  }
}
