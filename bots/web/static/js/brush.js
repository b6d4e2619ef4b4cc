// The brush: paint on a picture what should change, by pointer or cell by cell with the keys, and say what it becomes.

import { brushFrame, NOTES_PART, USUAL_PART } from "./brush-frame.js";
import { localPath } from "./dom.js";
import { Grid } from "./grid.js";
import { Mask } from "./mask.js";

const PAINT = "#ff4fa3";
const INK = "#e5182b"; // of notes: what a model sees

export class Brush {
  #seen;
  #readsNotes;
  #parts;
  #mask;
  #grid;
  #tool = "paint";
  #kind = "mask"; // or "markup": notes that show what is meant
  #keyed = false; // the grid shows itself to whoever uses the keys
  #pointer = null; // where the brush hovers

  /** `readsNotes`: the model understands notes that are drawn on a picture. */
  constructor({ seen, readsNotes = false }) {
    this.#seen = seen;
    this.#readsNotes = readsNotes;
  }

  /** Paint on this picture. `onApply(png, instruction, kind)` sends a mask or markup; when it throws an ApiError the painting stays and the sentence is shown. */
  open(image, instruction, onApply) {
    this.#mask = new Mask(image.width, image.height);
    this.#grid = new Grid(image.width, image.height);
    [this.#tool, this.#kind, this.#keyed, this.#pointer] = ["paint", "mask", false, null];
    const on = {
      close: () => this.#parts.dialog.close(),
      undo: () => this.#mask.canUndo && this.#change(() => this.#mask.undo(), "Undone."),
      redo: () => this.#mask.canRedo && this.#change(() => this.#mask.redo(), "Done again."),
      invert: () => this.#change(() => this.#mask.invert(), "Inverted: what was painted stays, the rest changes."),
      clear: () => this.#change(() => this.#mask.clear(), "Nothing is painted."),
      tool: (name) => this.#choose(name),
      kind: (name) => this.#switch(name),
      changed: () => this.#settings(),
    };
    const source = localPath(this.#seen(image.url));
    this.#parts = brushFrame(image, source, instruction, { readsNotes: this.#readsNotes, on });
    const { dialog, form } = this.#parts;
    dialog.addEventListener("close", () => dialog.remove(), { once: true });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#apply(onApply);
    });
    this.#listen();
    document.body.append(dialog);
    dialog.showModal();
    this.#choose("paint");
    this.#parts.canvas.focus();
  }

  async #apply(onApply) {
    const { field, apply, problem, feather } = this.#parts;
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
      const png = this.#kind === "mask" ? await this.#mask.mask(Number(feather.value)) : await this.#mask.sheet(INK);
      await onApply(png, instruction, this.#kind);
      this.#parts.dialog.close();
    } catch (error) {
      if (!error.sentence) throw error;
      problem.textContent = error.sentence;
    } finally {
      apply.disabled = false;
    }
  }

  // --- the pointer ------------------------------------------------------------------------------------------------

  #listen() {
    const { canvas, dialog } = this.#parts;
    let drawing = null;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || drawing !== null) return;
      drawing = event.pointerId;
      canvas.setPointerCapture(drawing);
      this.#keyed = false;
      this.#press(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.pointerId === drawing) this.#drag(event);
      this.#pointer = event.pointerType === "touch" ? null : this.#at(event);
      this.#drawTop();
    });
    const end = (event) => {
      if (event.pointerId === drawing) drawing = null;
    };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    canvas.addEventListener("pointerleave", () => {
      this.#pointer = null;
      this.#drawTop();
    });
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("focus", () => {
      this.#keyed = canvas.matches(":focus-visible");
      this.#drawTop();
    });
    dialog.addEventListener("keydown", (event) => this.#shortcut(event));
  }

  #press(event) {
    const at = this.#at(event);
    if (this.#tool === "grid") {
      this.#grid.goTo(...at);
      this.#toggleCell();
      return;
    }
    this.#mask.begin(this.#radius, ...at, this.#tool === "erase");
    this.#draw();
  }

  #drag(event) {
    if (this.#tool === "grid") return;
    const passed = event.getCoalescedEvents?.() ?? [];
    const context = this.#parts.paint.getContext("2d");
    for (const one of passed.length ? passed : [event])
      this.#mask.paintStep(context, this.#colour, this.#mask.extend(...this.#at(one)));
  }

  /** Where an event happened, in the picture's own pixels. */
  #at(event) {
    const box = this.#parts.canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) * this.#mask.width) / box.width,
      ((event.clientY - box.top) * this.#mask.height) / box.height,
    ];
  }

  // --- the keys ---------------------------------------------------------------------------------------------------

  #shortcut(event) {
    if (!(event.ctrlKey || event.metaKey) || event.target.matches("input:not([type]), input[type=text]")) return;
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) this.#parts.undo.click();
    else if (key === "y" || (key === "z" && event.shiftKey)) this.#parts.redo.click();
    else return;
    event.preventDefault();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { size } = this.#parts;
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (move) this.#walk(move, event.shiftKey);
    else if (event.key === " " || event.key === "Enter") this.#toggleCell();
    else if (event.key === "+" || event.key === "=") size.value = String(Number(size.value) * 1.25);
    else if (event.key === "-") size.value = String(Number(size.value) * 0.8);
    else return;
    event.preventDefault();
    this.#keyed = true;
    this.#drawTop();
  }

  #walk(move, selecting) {
    this.#grid.move(...move);
    if (selecting && !this.#isPainted()) this.#toggleCell();
    else this.#say(this.#isPainted() ? `${this.#grid.name}, selected` : this.#grid.name);
  }

  /** Paint the chosen cell, or take it away when most of it is painted. */
  #toggleCell() {
    const painted = this.#isPainted();
    const words = `${this.#grid.name} ${painted ? "cleared" : "selected"}`;
    this.#change(() => this.#mask.cell(this.#grid.cell, painted), words);
  }

  #isPainted() {
    const { x, y, width, height } = this.#grid.cell;
    const { data } = this.#parts.paint.getContext("2d").getImageData(x, y, width, height);
    let count = 0;
    for (let at = 3; at < data.length; at += 4) if (data[at] >= 128) count += 1;
    return 2 * count > width * height;
  }

  // --- the tools --------------------------------------------------------------------------------------------------

  get #radius() {
    return Number(this.#parts.size.value);
  }

  get #colour() {
    return this.#kind === "mask" ? PAINT : INK;
  }

  #choose(tool) {
    this.#tool = tool;
    const { size, fine } = this.#parts;
    size.closest("label").hidden = tool === "grid";
    fine.hidden = tool !== "grid";
    this.#draw();
  }

  #switch(kind) {
    this.#kind = kind;
    const { size, softness, invert } = this.#parts;
    const longer = Math.max(this.#mask.width, this.#mask.height);
    size.value = String(Math.round(longer * (kind === "mask" ? USUAL_PART : NOTES_PART)));
    softness.hidden = invert.hidden = kind !== "mask";
    this.#draw();
  }

  #settings() {
    const fineness = this.#parts.fine.querySelector("select").value;
    const { x, y, width, height } = this.#grid.cell;
    this.#grid = new Grid(this.#mask.width, this.#mask.height, fineness);
    this.#grid.goTo(x + width / 2, y + height / 2);
    this.#draw();
  }

  #change(work, words) {
    work();
    this.#say(words);
    this.#draw();
  }

  #say(words) {
    this.#parts.status.textContent = words;
  }

  // --- what is seen -----------------------------------------------------------------------------------------------

  #draw() {
    const { paint, undo, redo, clear, feather } = this.#parts;
    const context = paint.getContext("2d", { willReadFrequently: true });
    context.clearRect(0, 0, this.#mask.width, this.#mask.height);
    this.#mask.paint(context, this.#colour);
    const soft = this.#kind === "mask" ? Number(feather.value) / this.#pixel / 2 : 0;
    paint.style.filter = soft ? `blur(${soft}px)` : "";
    // Not `disabled`: a button that takes its own focus away leaves the keyboard nowhere.
    for (const one of [undo, clear]) one.setAttribute("aria-disabled", String(!this.#mask.canUndo));
    redo.setAttribute("aria-disabled", String(!this.#mask.canRedo));
    this.#drawTop();
  }

  /** How many of the picture's pixels make one of the page's. */
  get #pixel() {
    return this.#mask.width / (this.#parts.canvas.getBoundingClientRect().width || this.#mask.width);
  }

  #drawTop() {
    const context = this.#parts.canvas.getContext("2d");
    context.clearRect(0, 0, this.#mask.width, this.#mask.height);
    if (this.#keyed || this.#tool === "grid") this.#grid.draw(context, this.#pixel);
    else if (this.#pointer) this.#drawRing(context, this.#pixel);
  }

  /** As large as the brush, where it hovers. */
  #drawRing(context, pixel) {
    for (const [colour, width] of [
      ["rgb(0 0 0 / 60%)", 3 * pixel],
      ["#fff", 1.5 * pixel],
    ]) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.beginPath();
      context.arc(...this.#pointer, this.#radius, 0, Math.PI * 2);
      context.stroke();
    }
  }
}
