// What was painted, as steps in the picture's own pixels, and the PNG that they become: a mask, or a sheet with notes.

import { feathered } from "./feather.js";

/**
 * The painting of a picture of `width` x `height` pixels: strokes, cells, inversions and clearings, one after the other.
 * Nothing is ever rubbed out of the list but by `undo`, so that every step can be taken back and done again.
 */
export class Mask {
  #done = [];
  #undone = [];

  constructor(width, height) {
    this.width = width;
    this.height = height;
  }

  get canUndo() {
    return this.#done.length > 0;
  }

  get canRedo() {
    return this.#undone.length > 0;
  }

  /** Whether nothing at all would change. */
  get isEmpty() {
    return this.#done.length === 0 || !this.#region().includes(1);
  }

  /** A stroke begins; `erase` takes away instead. */
  begin(radius, x, y, erase = false) {
    this.#take({ radius, erase, points: [[x, y]] });
  }

  /** The stroke goes on. Returns its part since the last point, for whoever shows it. */
  extend(x, y) {
    const stroke = this.#done.at(-1);
    stroke.points.push([x, y]);
    return { ...stroke, points: stroke.points.slice(-2) };
  }

  /** Paint a rectangle, or take it away. */
  cell({ x, y, width, height }, erase = false) {
    this.#take({ erase, cell: [x, y, width, height] });
  }

  invert() {
    this.#take({ invert: true });
  }

  clear() {
    if (this.#done.length > 0) this.#take({ clear: true });
  }

  undo() {
    if (this.canUndo) this.#undone.push(this.#done.pop());
  }

  redo() {
    if (this.canRedo) this.#done.push(this.#undone.pop());
  }

  /** Draw all of it in this colour. */
  paint(context, colour) {
    for (const step of this.#done) this.paintStep(context, colour, step);
  }

  /** Draw one step, or a part of a stroke, over what is there. */
  paintStep(context, colour, { radius, erase, points, cell, invert, clear }) {
    context.save();
    context.strokeStyle = context.fillStyle = colour;
    if (clear) context.clearRect(0, 0, this.width, this.height);
    else if (invert) {
      context.globalCompositeOperation = "source-out"; // what was painted becomes empty, what was empty is painted
      context.fillRect(0, 0, this.width, this.height);
    } else {
      if (erase) context.globalCompositeOperation = "destination-out";
      if (cell) context.fillRect(...cell);
      else line(context, radius, points);
    }
    context.restore();
  }

  /**
   * The mask as image editors of the OpenAI kind read it (Images API, `mask`): a PNG of the picture's size, alpha 0 where
   * the edit happens, opaque elsewhere. A half-covered pixel at a stroke's edge counts as painted from one half on, and
   * there is nothing in between; with `feather` the edit rises from the edge of what was painted to its whole strength
   * over so many pixels inside it.
   */
  async mask(feather = 0) {
    const region = this.#region();
    const strength = feathered(region, this.width, this.height, feather);
    const pixels = new ImageData(this.width, this.height);
    for (let at = 0; at < strength.length; at += 1) pixels.data[4 * at + 3] = 255 - strength[at];
    const canvas = this.#canvas();
    canvas.getContext("2d").putImageData(pixels, 0, 0);
    return png(canvas);
  }

  /** What was painted as notes on a transparent sheet of the picture's size (Images API, `markup`). */
  async sheet(colour) {
    const canvas = this.#canvas();
    this.paint(canvas.getContext("2d"), colour);
    return png(canvas);
  }

  /** 1 for every painted pixel, row by row. */
  #region() {
    const context = this.#canvas().getContext("2d", { willReadFrequently: true });
    this.paint(context, "#000");
    const { data } = context.getImageData(0, 0, this.width, this.height);
    const region = new Uint8Array(this.width * this.height);
    for (let at = 0; at < region.length; at += 1) region[at] = data[4 * at + 3] >= 128 ? 1 : 0;
    return region;
  }

  #take(step) {
    this.#done.push(step);
    this.#undone = [];
  }

  #canvas() {
    const canvas = document.createElement("canvas");
    canvas.width = this.width;
    canvas.height = this.height;
    return canvas;
  }
}

function line(context, radius, points) {
  context.lineCap = context.lineJoin = "round";
  // A line without length is not stroked at all (HTML, canvas, "trace a path"): a stroke begins with a dot.
  context.beginPath();
  context.arc(...points[0], radius, 0, Math.PI * 2);
  context.fill();
  if (points.length < 2) return;
  context.lineWidth = radius * 2;
  context.beginPath();
  for (const point of points) context.lineTo(...point);
  context.stroke();
}

function png(canvas) {
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
