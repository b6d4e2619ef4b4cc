// Zoom and pan of what lies on a stage: wheel, pinch, double click or tap, dragging, and the same for keys and buttons.

const MOST = 8; // times the picture's own pixels
const STEP = 1.25;
const MARGIN_PX = 16;
const STILL_PX = 5; // a finger that moves less has not moved
const SWIPE_PX = 60;
const DOUBLE_TAP_MS = 320;

export class Zoom {
  #stage;
  #layer;
  #onChange;
  #onSwipe;
  #size = { width: 1, height: 1 };
  #at = { x: 0, y: 0, scale: 1 };
  #fitted = true;
  #fingers = new Map();
  #moved = false;
  #tap = { at: 0, x: 0, y: 0 };

  /**
   * `layer` lies on `stage` and is moved about. `onChange()` after every change; `onSwipe(step)` when a finger
   * brushes a fitted picture aside: 1 to the next one, -1 to the one before.
   */
  constructor({ stage, layer, onChange = () => {}, onSwipe = () => {} }) {
    this.#stage = stage;
    this.#layer = layer;
    this.#onChange = onChange;
    this.#onSwipe = onSwipe;
    this.#listen();
    const resized = new ResizeObserver(() => (this.#fitted ? this.fit() : this.#place(this.#at)));
    resized.observe(stage);
  }

  /** A picture of this size lies on the stage now, fitted into it. */
  show({ width, height }) {
    this.#size = { width, height };
    this.#layer.style.inlineSize = `${width}px`;
    this.#layer.style.blockSize = `${height}px`;
    this.fit();
  }

  /** How large the picture is shown: 1 is one of its pixels on one of the page's. */
  get scale() {
    return this.#at.scale;
  }

  get isFitted() {
    return this.#fitted;
  }

  /** Where the picture is, in the stage's own pixels. */
  get box() {
    const { x, y, scale } = this.#at;
    return { x, y, width: this.#size.width * scale, height: this.#size.height * scale };
  }

  fit() {
    this.#fitted = true;
    this.#place({ x: 0, y: 0, scale: this.#fitting });
  }

  /** One step nearer (1) or further away (-1), around the middle. */
  step(direction) {
    this.#around(this.#middle, this.#at.scale * STEP ** direction);
  }

  /** Between the whole picture and its own pixels, around this point of the stage. */
  toggle(point = this.#middle) {
    if (!this.#fitted) this.fit();
    else this.#around(point, this.#fitting < 1 ? 1 : 2);
  }

  /** Move what is seen; false when all of it is seen already. */
  pan(x, y) {
    if (this.#fitted) return false;
    this.#place({ ...this.#at, x: this.#at.x + x, y: this.#at.y + y });
    return true;
  }

  get #fitting() {
    const { clientWidth, clientHeight } = this.#stage;
    const inside = [clientWidth - 2 * MARGIN_PX, clientHeight - 2 * MARGIN_PX];
    return Math.max(0.01, Math.min(1, inside[0] / this.#size.width, inside[1] / this.#size.height));
  }

  get #middle() {
    return { x: this.#stage.clientWidth / 2, y: this.#stage.clientHeight / 2 };
  }

  #around(point, wanted) {
    const least = this.#fitting;
    const scale = Math.min(Math.max(MOST, least), Math.max(least, wanted));
    this.#fitted = scale === least;
    const grown = scale / this.#at.scale;
    this.#place({ x: point.x - (point.x - this.#at.x) * grown, y: point.y - (point.y - this.#at.y) * grown, scale });
  }

  #place({ x, y, scale }) {
    this.#at = {
      x: held(x, this.#size.width * scale, this.#stage.clientWidth),
      y: held(y, this.#size.height * scale, this.#stage.clientHeight),
      scale,
    };
    this.#layer.style.transform = `translate(${this.#at.x}px, ${this.#at.y}px) scale(${scale})`;
    this.#stage.classList.toggle("zoomed", !this.#fitted);
    this.#onChange();
  }

  #listen() {
    const stage = this.#stage;
    stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    stage.addEventListener("pointerdown", (event) => this.#down(event));
    stage.addEventListener("pointermove", (event) => this.#move(event));
    stage.addEventListener("pointerup", (event) => this.#up(event));
    stage.addEventListener("pointercancel", (event) => this.#fingers.delete(event.pointerId));
    stage.addEventListener("dblclick", (event) => this.#tap.at === 0 && this.toggle(this.#point(event)));
  }

  #wheel(event) {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const most = event.ctrlKey ? 0.01 : 0.002; // a pinch on a touchpad comes as a wheel with Ctrl
    this.#around(this.#point(event), this.#at.scale * Math.exp(-event.deltaY * lines * most));
  }

  #down(event) {
    if (event.button !== 0) return;
    this.#fingers.set(event.pointerId, { ...this.#point(event), from: this.#point(event) });
    if (this.#fingers.size === 1) this.#moved = false;
  }

  #move(event) {
    const finger = this.#fingers.get(event.pointerId);
    if (!finger) return;
    const now = this.#point(event);
    if (!this.#moved && Math.hypot(now.x - finger.from.x, now.y - finger.from.y) < STILL_PX) return;
    // Only now: a captured pointer's click would belong to the stage, and a veiled picture waits for its own.
    if (!this.#moved) this.#stage.setPointerCapture(event.pointerId);
    this.#moved = true;
    if (this.#fingers.size === 2) this.#pinch(event.pointerId, now);
    else this.pan(now.x - finger.x, now.y - finger.y);
    this.#fingers.set(event.pointerId, { ...now, from: finger.from });
  }

  #pinch(id, now) {
    const finger = this.#fingers.get(id);
    const other = [...this.#fingers].find(([one]) => one !== id)[1];
    const before = Math.hypot(finger.x - other.x, finger.y - other.y);
    const after = Math.hypot(now.x - other.x, now.y - other.y);
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    if (before > 0) this.#around(middle, this.#at.scale * (after / before));
  }

  #up(event) {
    const finger = this.#fingers.get(event.pointerId);
    this.#fingers.delete(event.pointerId);
    if (!finger || this.#fingers.size > 0) return;
    const now = this.#point(event);
    if (event.pointerType !== "touch") this.#tap.at = 0;
    else if (!this.#moved) this.#tapped(event.timeStamp, now);
    else if (this.#fitted) this.#swiped(now.x - finger.from.x, now.y - finger.from.y);
  }

  #tapped(at, { x, y }) {
    const near = Math.hypot(x - this.#tap.x, y - this.#tap.y) < 40;
    if (this.#tap.at > 0 && near && at - this.#tap.at < DOUBLE_TAP_MS) this.toggle({ x, y });
    this.#tap = { at, x, y };
  }

  #swiped(x, y) {
    if (Math.abs(x) > SWIPE_PX && Math.abs(x) > 2 * Math.abs(y)) this.#onSwipe(x < 0 ? 1 : -1);
  }

  #point(event) {
    const box = this.#stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }
}

/** Where a picture of this length may lie in this room: in the middle while it fits, else without a gap at either end. */
function held(at, length, room) {
  if (length <= room - 2 * MARGIN_PX) return (room - length) / 2;
  return Math.min(MARGIN_PX, Math.max(room - MARGIN_PX - length, at));
}
