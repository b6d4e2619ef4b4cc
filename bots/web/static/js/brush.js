// The brush: paint on a picture what should change, by pointer or by keyboard, and say what it should become.

import { button, el, iconButton, localPath } from "./dom.js";
import { Mask } from "./mask.js";

const PAINT = "#ff4fa3";
const INK = "#e5182b"; // of notes: what a model sees
const SMALLEST_PART = 0.004; // of the picture's longer edge
const LARGEST_PART = 0.25;

export class Brush {
  #seen;
  #dialog = null;
  #mask;
  #canvas;
  #radius = 1;
  #cross = { x: 0, y: 0, shown: false };
  #status;
  #readsNotes;
  #kind = "mask"; // or "markup": notes that show what is meant

  /** `readsNotes`: the model understands notes that are drawn on a picture. */
  constructor({ seen, readsNotes = false }) {
    this.#seen = seen;
    this.#readsNotes = readsNotes;
  }

  /** Paint on this picture. `onApply(png, instruction, kind)` sends a mask or markup; when it throws an ApiError the painting stays and the sentence is shown. */
  open(image, instruction, onApply) {
    this.#mask = new Mask(image.width, image.height);
    this.#kind = "mask";
    this.#cross = { x: image.width / 2, y: image.height / 2, shown: false };
    this.#canvas = el("canvas", {
      class: "brush-canvas",
      width: image.width,
      height: image.height,
      tabindex: "0",
      role: "application",
      "aria-label": `Paint on: ${image.alt}. Arrow keys move the cross, Space paints, plus and minus change the brush.`,
      "data-testid": "brush-canvas",
    });
    this.#status = el("p", { class: "visually-hidden", role: "status" });
    const longer = Math.max(image.width, image.height);
    const size = el("input", {
      type: "range",
      min: Math.max(1, Math.round(longer * SMALLEST_PART)),
      max: Math.round(longer * LARGEST_PART),
      value: Math.round(longer * 0.06),
      "data-testid": "brush-size",
      on: { input: () => this.#resize(size) },
    });
    this.#radius = Number(size.value);
    this.#dialog = this.#build(image, instruction, size, onApply);
    document.body.append(this.#dialog);
    this.#dialog.addEventListener("close", () => this.#dialog.remove(), { once: true });
    this.#listen(size);
    this.#dialog.showModal();
    this.#canvas.focus();
  }

  #build(image, instruction, size, onApply) {
    const problem = el("p", { class: "edit-problem", role: "status", dir: "auto", "data-testid": "brush-problem" });
    const field = el("input", {
      class: "edit-field",
      dir: "auto",
      autocomplete: "off",
      value: instruction,
      placeholder: "What should be there?",
      "aria-label": "What should be there?",
      "data-testid": "brush-instruction",
    });
    const apply = el("button", {
      type: "submit",
      class: "button primary",
      "data-testid": "brush-apply",
      text: "Change it",
    });
    const form = el("form", { class: "brush-form" }, field, apply);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#apply(field, apply, problem, onApply);
    });
    const picture = el("img", { src: localPath(this.#seen(image.url)), alt: "", draggable: "false" });
    const surface = el("div", { class: "brush-surface" }, picture, this.#canvas);
    surface.style.aspectRatio = `${image.width} / ${image.height}`;
    surface.style.setProperty("--ratio", String(image.width / image.height));
    return el(
      "dialog",
      { class: "dialog brush", "aria-labelledby": "brush-title", "data-testid": "brush" },
      el(
        "header",
        { class: "dialog-head" },
        el("h2", { id: "brush-title", text: "Paint what to change" }),
        iconButton("close", "Close the brush", () => this.#dialog.close()),
      ),
      el("div", { class: "brush-stage" }, surface),
      el(
        "div",
        { class: "brush-tools" },
        this.#readsNotes ? this.#kinds(size) : null,
        el("label", { class: "brush-size" }, el("span", { text: "Brush" }), size),
        button("Undo", () => this.#change(() => this.#mask.undo(), "Undone."), {
          icon: "undo",
          "data-testid": "brush-undo",
        }),
        button("Clear", () => this.#change(() => this.#mask.clear(), "Nothing is painted."), {
          icon: "delete",
          "data-testid": "brush-clear",
        }),
        el("p", { class: "brush-hint", text: "Keys: arrows move, Space paints, + and − size" }),
      ),
      form,
      problem,
      this.#status,
    );
  }

  /** The choice between an area that may change, and notes for the model. */
  #kinds(size) {
    const longer = Math.max(this.#mask.width, this.#mask.height);
    const choice = (kind, label, width) =>
      el(
        "label",
        { class: "brush-kind" },
        el("input", {
          type: "radio",
          name: "brush-kind",
          value: kind,
          checked: kind === this.#kind,
          "data-testid": `brush-${kind}`,
          on: {
            change: () => {
              this.#kind = kind;
              size.value = String(Math.round(longer * width));
              this.#resize(size);
            },
          },
        }),
        el("span", { text: label }),
      );
    return el(
      "fieldset",
      { class: "brush-kinds" },
      el("legend", { class: "visually-hidden", text: "What you paint" }),
      choice("mask", "Change only what I paint", 0.06),
      choice("markup", "Draw notes on it", 0.006),
    );
  }

  async #apply(field, apply, problem, onApply) {
    const instruction = field.value.trim();
    problem.textContent = this.#mask.isEmpty
      ? this.#kind === "mask"
        ? "Paint over the part that should change first."
        : "Draw on the picture first: an arrow, a circle, a word."
      : instruction
        ? ""
        : "Write what should be there, for example: a red kite.";
    if (problem.textContent || apply.disabled) return;
    apply.disabled = true;
    try {
      const png = this.#kind === "mask" ? await this.#mask.mask() : await this.#mask.sheet(INK);
      await onApply(png, instruction, this.#kind);
      this.#dialog.close();
    } catch (error) {
      if (!error.sentence) throw error;
      problem.textContent = error.sentence;
    } finally {
      apply.disabled = false;
    }
  }

  #listen(size) {
    const canvas = this.#canvas;
    let drawing = null;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      drawing = event.pointerId;
      canvas.setPointerCapture(drawing);
      this.#cross.shown = false;
      const [x, y] = this.#at(event);
      this.#mask.begin(this.#radius, x, y);
      this.#draw();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.pointerId !== drawing) return;
      const passed = event.getCoalescedEvents?.() ?? [];
      for (const one of passed.length ? passed : [event]) this.#mask.extend(...this.#at(one));
      this.#draw();
    });
    const end = (event) => {
      if (event.pointerId === drawing) drawing = null;
    };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    canvas.addEventListener("keydown", (event) => this.#key(event, size));
    canvas.addEventListener("focus", () => {
      this.#cross.shown = canvas.matches(":focus-visible");
      this.#draw();
    });
    this.#dialog.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && event.target.tagName !== "INPUT") {
        event.preventDefault();
        this.#change(() => this.#mask.undo(), "Undone.");
      }
    });
  }

  #key(event, size) {
    const step = event.shiftKey ? 1 : Math.max(1, Math.round(this.#radius / 2));
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const move = moves[event.key];
    if (move) {
      this.#cross.x = Math.min(this.#mask.width - 1, Math.max(0, this.#cross.x + move[0]));
      this.#cross.y = Math.min(this.#mask.height - 1, Math.max(0, this.#cross.y + move[1]));
    } else if (event.key === " ") {
      this.#mask.begin(this.#radius, this.#cross.x, this.#cross.y);
      this.#status.textContent = `Painted at ${percent(this.#cross.x, this.#mask.width)} across, ${percent(this.#cross.y, this.#mask.height)} down.`;
    } else if (event.key === "+" || event.key === "=" || event.key === "-") {
      size.value = String(Number(size.value) * (event.key === "-" ? 0.8 : 1.25));
      this.#resize(size);
    } else return;
    event.preventDefault();
    this.#cross.shown = true;
    this.#draw();
  }

  #resize(size) {
    this.#radius = Number(size.value);
    this.#draw();
  }

  #change(work, words) {
    work();
    this.#status.textContent = words;
    this.#draw();
  }

  /** Where an event happened, in the picture's own pixels. */
  #at(event) {
    const box = this.#canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) * this.#mask.width) / box.width,
      ((event.clientY - box.top) * this.#mask.height) / box.height,
    ];
  }

  #draw() {
    const context = this.#canvas.getContext("2d");
    context.clearRect(0, 0, this.#mask.width, this.#mask.height);
    this.#mask.paint(context, this.#kind === "mask" ? PAINT : INK);
    if (this.#cross.shown) this.#drawCross(context);
  }

  #drawCross(context) {
    const { x, y } = this.#cross;
    const line = Math.max(2, this.#mask.width / 400);
    for (const [colour, width] of [
      ["#000", line * 2],
      ["#fff", line],
    ]) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.beginPath();
      context.arc(x, y, this.#radius, 0, Math.PI * 2);
      context.moveTo(x - this.#radius * 0.5, y);
      context.lineTo(x + this.#radius * 0.5, y);
      context.moveTo(x, y - this.#radius * 0.5);
      context.lineTo(x, y + this.#radius * 0.5);
      context.stroke();
    }
  }
}

const percent = (part, whole) => `${Math.round((100 * part) / whole)} %`;
