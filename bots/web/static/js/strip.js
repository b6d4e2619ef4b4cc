// A long list of which only the part around the view is in the document. Two spacers stand for what is above and below.

const AHEAD_PX = 1200; // in the document beyond the view, on each side
const LEAST_PX = 800; // with less than this the window moves on
const STEP = 6; // new elements in one frame after a long jump: first what is seen, then the rest
const NEAR_END_PX = 120; // from here on a reader is at the end
const NEARER_PX = [AHEAD_PX, 600, 200, 0];

/**
 * Entries by id, in the order of `inOrder(id, id)`. `render(id)` makes an entry's element, `guess(id)` is its height
 * before it was ever in the document, in CSS pixels. `onSettled()` is called after the document changed.
 *
 * While `following` the end stays in view. Otherwise nothing that is being read moves, whatever comes, goes or turns out
 * to be higher than guessed above it: where the browser's own scroll anchoring (CSS Scroll Anchoring, level 1) does not
 * hold the place, as at the very top, the strip does.
 */
export class Strip {
  #scroller;
  #list;
  #above = spacer();
  #below = spacer();
  #inOrder;
  #render;
  #guess;
  #onSettled;
  #order = [];
  #nodes = new Map();
  #heights = new Map();
  #dirty = false;
  #waiting = false;
  following = true;

  constructor({ scroller, list, inOrder, render, guess, onSettled = () => {} }) {
    this.#scroller = scroller;
    this.#list = list;
    this.#inOrder = inOrder;
    this.#render = render;
    this.#guess = guess;
    this.#onSettled = onSettled;
    list.before(this.#above);
    list.after(this.#below);
  }

  get size() {
    return this.#order.length;
  }

  /** The entries in the document, in their order. */
  get shown() {
    return [...this.#list.children];
  }

  /** The element of an entry, while it is in the document. */
  node(id) {
    return this.#nodes.get(id) ?? null;
  }

  has(id) {
    return this.#heights.has(id);
  }

  at(index) {
    return this.#order.at(index) ?? null;
  }

  indexOf(id) {
    return this.#order.indexOf(id);
  }

  /** The entry before (-1) or after (1) this one; null at an end. */
  beside(id, step) {
    const at = this.#order.indexOf(id) + step;
    return at < 0 ? null : (this.#order[at] ?? null);
  }

  /** The entry about one view further up (-1) or down (1): another one, as long as there is one. */
  further(id, way) {
    const at = this.#order.indexOf(id);
    const tops = this.#tops();
    const there = firstAbove(tops, tops[at] + way * 0.9 * this.#scroller.clientHeight) - 1;
    const step = way < 0 ? Math.min(at - 1, there) : Math.max(at + 1, there);
    return this.#order[Math.max(0, Math.min(this.#order.length - 1, step))];
  }

  /** A new entry takes its place; whether it is the last one. */
  add(id) {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#inOrder(this.#order[middle], id) < 0) low = middle + 1;
      else high = middle;
    }
    this.#order.splice(low, 0, id);
    this.#heights.set(id, this.#guess(id));
    this.#dirty = true;
    this.soon();
    return low === this.#order.length - 1;
  }

  /** Make an entry's element anew, if it is in the document; returns [old, fresh]. */
  renew(id) {
    const old = this.#nodes.get(id);
    if (!old) return null;
    const fresh = this.#render(id);
    this.#nodes.set(id, fresh);
    old.replaceWith(fresh);
    return [old, fresh];
  }

  clear() {
    this.#order = [];
    this.#heights.clear();
    this.#nodes.clear();
    this.#list.replaceChildren();
    this.#above.style.blockSize = this.#below.style.blockSize = "0";
    this.following = true;
  }

  toEnd() {
    this.following = true;
    this.settle();
    // Where nothing was said yet, an invitation stands, and that is read from its beginning.
    this.#scroller.scrollTop = this.size === 0 ? 0 : this.#scroller.scrollHeight;
  }

  /** Bring an entry into the document and the middle of the view; its element, or null for an unknown one. */
  bring(id, block = "center") {
    const at = this.#order.indexOf(id);
    if (at < 0) return null;
    this.following = false;
    this.settle();
    if (!this.#nodes.has(id)) this.settle(at);
    const node = this.#nodes.get(id);
    node.scrollIntoView({ block });
    this.scrolled();
    return node;
  }

  /** Change something outside the list without moving what is read. */
  keeping(change) {
    this.settle();
    const place = this.#measure();
    change();
    this.#hold(place);
  }

  /** The view has moved. */
  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.following = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    this.settle();
  }

  /** Settle before the next frame: a page of messages is one move. */
  soon() {
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      this.settle();
    });
  }

  /** Put into the document what belongs there now; `at`: what belongs around this index, wherever the view is. */
  settle(at = null) {
    const count = this.#order.length;
    if (!count) return;
    const seen = this.#measure();
    const tops = this.#tops();
    const view = this.#scroller.clientHeight;
    const place = at === null ? seen : null;
    const top = at === null ? this.#top(place, tops, view) : tops[at] - view / 2;
    const whole = this.#between(tops, top - LEAST_PX, top + view + LEAST_PX);
    if (this.#dirty || !this.#holds(whole)) {
      const { range, more } = this.#next(tops, top, view);
      this.#show(range, this.#order[Math.min(range.to - 1, firstAbove(tops, top))]);
      this.#above.style.blockSize = `${tops[range.from]}px`;
      this.#below.style.blockSize = `${tops[count] - tops[range.to]}px`;
      this.#dirty = false;
      this.#onSettled();
      this.#hold(place);
      if (more) this.soon();
    }
  }

  /** Where the view begins, counted from the first entry. */
  #top(place, tops, view) {
    if (this.following) return tops.at(-1) - view;
    if (place) return tops[this.#order.indexOf(place.id)] - place.offset;
    return this.#scroller.scrollTop - this.#above.offsetTop;
  }

  /** Note how high everything is; the first entry in view with its distance from the view's beginning. */
  #measure() {
    const edge = this.#scroller.getBoundingClientRect();
    let place = null;
    for (const [id, node] of this.#nodes) {
      const box = node.getBoundingClientRect();
      this.#heights.set(id, box.height);
      if (box.bottom > edge.top + 1 && box.top < edge.bottom && (!place || box.top < place.box.top))
        place = { id, node, box, offset: box.top - edge.top };
    }
    return place;
  }

  #tops() {
    const tops = new Float64Array(this.#order.length + 1);
    for (let at = 0; at < this.#order.length; at += 1) tops[at + 1] = tops[at] + this.#heights.get(this.#order[at]);
    return tops;
  }

  /** The entries between two heights, at least one. */
  #between(tops, start, end) {
    const last = tops.length - 2;
    const from = Math.min(last, Math.max(0, firstAbove(tops, start) - 1));
    return { from, to: Math.min(last + 1, Math.max(from + 1, firstAbove(tops, end))) };
  }

  #holds({ from, to }) {
    return this.#nodes.has(this.#order[from]) && this.#nodes.has(this.#order[to - 1]);
  }

  #next(tops, top, view) {
    for (const ahead of NEARER_PX) {
      const range = this.#between(tops, top - ahead, top + view + ahead);
      let missing = 0;
      for (let at = range.from; at < range.to; at += 1) missing += this.#nodes.has(this.#order[at]) ? 0 : 1;
      if (missing <= STEP || ahead === NEARER_PX.at(-1)) return { range, more: ahead !== AHEAD_PX };
    }
    throw new RangeError("the last of the distances was not tried");
  }

  /** Exactly these in the document. When one with the focus goes, `heir` gets it. */
  #show({ from, to }, heir) {
    const wanted = this.#order.slice(from, to);
    const kept = new Set(wanted);
    const leaving = [...this.#nodes].filter(([id]) => !kept.has(id));
    const focused = leaving.find(([, node]) => node.contains(document.activeElement));
    for (const [id, node] of leaving) {
      if (node !== focused?.[1]) node.remove();
      this.#nodes.delete(id);
    }
    let next = this.#list.firstElementChild;
    for (const id of wanted) {
      while (next && next === focused?.[1]) next = next.nextElementSibling;
      const known = this.#nodes.get(id);
      if (known === next && known) next = next.nextElementSibling;
      else {
        const fresh = known ?? this.#render(id);
        this.#nodes.set(id, fresh);
        this.#list.insertBefore(fresh, next);
      }
    }
    if (!focused) return;
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName); // those words go nowhere
    focused[1].remove();
    (typing ? this.#scroller : this.#nodes.get(heir)).focus({ preventScroll: true });
  }

  /** Keep the place that is read where it was, or the end at the end. */
  #hold(place) {
    if (this.following) {
      this.#scroller.scrollTop = this.#scroller.scrollHeight;
      return;
    }
    if (!place?.node.isConnected) return;
    const moved = place.node.getBoundingClientRect().top - place.box.top;
    if (Math.abs(moved) >= 1) this.#scroller.scrollTop += moved;
  }
}

function spacer() {
  const gap = document.createElement("div");
  gap.className = "gap";
  gap.setAttribute("aria-hidden", "true");
  return gap;
}

/** The first index whose value is larger than this one; values ascend. */
function firstAbove(values, value) {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
