// What was painted, as strokes in the picture's own pixels, and the PNG that they become: a mask, or a sheet with notes.

/** Strokes on a picture of `width` x `height` pixels. A stroke is {radius, points: [[x, y], ...]}; a stamp has one point. */
export class Mask {
  #strokes = [];

  constructor(width, height) {
    this.width = width;
    this.height = height;
  }

  get isEmpty() {
    return this.#strokes.length === 0;
  }

  begin(radius, x, y) {
    this.#strokes.push({ radius, points: [[x, y]] });
  }

  extend(x, y) {
    this.#strokes.at(-1).points.push([x, y]);
  }

  undo() {
    this.#strokes.pop();
  }

  clear() {
    this.#strokes = [];
  }

  /** Draw all strokes in this colour. */
  paint(context, colour) {
    context.strokeStyle = context.fillStyle = colour;
    context.lineCap = context.lineJoin = "round";
    for (const { radius, points } of this.#strokes) {
      // A line without length is not stroked at all (HTML, canvas, "trace a path"): a stroke begins with a dot.
      context.beginPath();
      context.arc(...points[0], radius, 0, Math.PI * 2);
      context.fill();
      context.lineWidth = radius * 2;
      context.beginPath();
      for (const point of points) context.lineTo(...point);
      context.stroke();
    }
  }

  /**
   * The mask as image editors of the OpenAI kind read it (Images API, `mask`): a PNG of the picture's size, alpha 0 where
   * the edit happens, opaque elsewhere. Nothing in between: a half-covered pixel at a stroke's edge counts as painted from one half on.
   */
  async mask() {
    const canvas = document.createElement("canvas");
    canvas.width = this.width;
    canvas.height = this.height;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    this.paint(context, "#000");
    const pixels = context.getImageData(0, 0, this.width, this.height);
    for (let at = 0; at < pixels.data.length; at += 4) {
      const painted = pixels.data[at + 3] >= 128;
      pixels.data[at] = pixels.data[at + 1] = pixels.data[at + 2] = 0;
      pixels.data[at + 3] = painted ? 0 : 255;
    }
    context.putImageData(pixels, 0, 0);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }

  /** The strokes as notes on a transparent sheet of the picture's size (Images API, `markup`). */
  async sheet(colour) {
    const canvas = document.createElement("canvas");
    canvas.width = this.width;
    canvas.height = this.height;
    this.paint(canvas.getContext("2d"), colour);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }
}
