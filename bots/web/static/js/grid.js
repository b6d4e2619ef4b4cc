// A lettered grid over a picture: the way to choose a part of it by keys, or with one click instead of a stroke.

const LONGER = { coarse: 4, medium: 8, fine: 16 }; // cells along the picture's longer edge

export class Grid {
  #column;
  #row;

  constructor(width, height, fineness = "medium") {
    const longer = Math.max(width, height);
    this.width = width;
    this.height = height;
    this.columns = Math.max(1, Math.round((LONGER[fineness] * width) / longer));
    this.rows = Math.max(1, Math.round((LONGER[fineness] * height) / longer));
    this.#column = (this.columns - 1) >> 1; // in the middle: as far from everywhere
    this.#row = (this.rows - 1) >> 1;
  }

  /** Columns have letters, rows have numbers: B3. */
  get name() {
    return `${String.fromCharCode(65 + this.#column)}${this.#row + 1}`;
  }

  /** The chosen cell in whole pixels of the picture: neighbours share their edges. */
  get cell() {
    return this.#box(this.#column, this.#row);
  }

  /** Go so many cells aside; the border holds. */
  move(columns, rows) {
    this.#column = Math.min(this.columns - 1, Math.max(0, this.#column + columns));
    this.#row = Math.min(this.rows - 1, Math.max(0, this.#row + rows));
  }

  /** Go to the cell at this point of the picture. */
  goTo(x, y) {
    this.#column = Math.min(this.columns - 1, Math.max(0, Math.floor((x * this.columns) / this.width)));
    this.#row = Math.min(this.rows - 1, Math.max(0, Math.floor((y * this.rows) / this.height)));
  }

  /** Draw its lines, its names along two edges, and the frame of the chosen cell. `pixel` is one of the page's. */
  draw(context, pixel) {
    context.save();
    for (const [colour, width] of [
      ["rgb(0 0 0 / 45%)", 3 * pixel],
      ["rgb(255 255 255 / 75%)", pixel],
    ]) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      this.#lines(context);
    }
    this.#names(context, pixel);
    const { x, y, width, height } = this.cell;
    for (const [colour, line] of [
      ["#000", 7 * pixel],
      ["#fff", 3 * pixel],
    ]) {
      context.strokeStyle = colour;
      context.lineWidth = line;
      context.strokeRect(x, y, width, height);
    }
    context.restore();
  }

  #box(column, row) {
    const x = Math.round((column * this.width) / this.columns);
    const y = Math.round((row * this.height) / this.rows);
    return {
      x,
      y,
      width: Math.round(((column + 1) * this.width) / this.columns) - x,
      height: Math.round(((row + 1) * this.height) / this.rows) - y,
    };
  }

  #lines(context) {
    context.beginPath();
    for (let column = 1; column < this.columns; column += 1) {
      const { x } = this.#box(column, 0);
      context.moveTo(x, 0);
      context.lineTo(x, this.height);
    }
    for (let row = 1; row < this.rows; row += 1) {
      const { y } = this.#box(0, row);
      context.moveTo(0, y);
      context.lineTo(this.width, y);
    }
    context.stroke();
  }

  #names(context, pixel) {
    context.font = `600 ${12 * pixel}px system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const tag = (text, x, y) => {
      context.fillStyle = "rgb(0 0 0 / 65%)";
      context.beginPath();
      context.arc(x, y, 9 * pixel, 0, Math.PI * 2);
      context.fill();
      context.fillStyle = "#fff";
      context.fillText(text, x, y + pixel);
    };
    for (let column = 0; column < this.columns; column += 1) {
      const { x, width } = this.#box(column, 0);
      tag(String.fromCharCode(65 + column), x + width / 2, 12 * pixel);
    }
    for (let row = 0; row < this.rows; row += 1) {
      const { y, height } = this.#box(0, row);
      if (height > 44 * pixel || row > 0) tag(String(row + 1), 12 * pixel, y + height / 2);
    }
  }
}
