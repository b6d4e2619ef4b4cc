// What was painted, as strokes in the picture's own pixels, and the PNG that they become.

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

  /** Draw all strokes with the context's present colour and composition. */
  paint(context) {
    context.lineCap = "round";
    context.lineJoin = "round";
    for (const { radius, points } of this.#strokes) {
      context.lineWidth = radius * 2;
      context.beginPath();
      context.moveTo(...points[0]);
      if (points.length === 1) context.lineTo(...points[0]); // a round cap makes it a dot
      for (const point of points.slice(1)) context.lineTo(...point);
      context.stroke();
    }
  }

  /**
   * The mask as image editors of the OpenAI kind read it (Images API, `mask`): a PNG of the picture's size, alpha 0 where
   * the edit happens, opaque elsewhere. Nothing in between: a half-covered pixel at a stroke's edge counts as painted from one half on.
   */
  async png() {
    const canvas = document.createElement("canvas");
    canvas.width = this.width;
    canvas.height = this.height;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    this.paint(context);
    const pixels = context.getImageData(0, 0, this.width, this.height);
    for (let at = 0; at < pixels.data.length; at += 4) {
      const painted = pixels.data[at + 3] >= 128;
      pixels.data[at] = pixels.data[at + 1] = pixels.data[at + 2] = 0;
      pixels.data[at + 3] = painted ? 0 : 255;
    }
    context.putImageData(pixels, 0, 0);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }
}
