// The steps of a picture: where it came from, what became of it, and where it branched off.

import { el, localPath } from "./dom.js";
import { veil } from "./veil.js";

/**
 * Lay a family of pictures out: `{image, depth, lane, rise, name, parent}` each, in reading order. `family` holds
 * pictures with `id` and `parent`, parents before their children. The line of `current` runs straight along lane 0;
 * every branch has lanes of its own below the step that it leaves. `rise`: so many lanes above is its parent.
 */
export function laidOut(family, current) {
  const known = new Map(family.map((image) => [image.id, image]));
  const children = new Map();
  for (const image of family) {
    const parent = known.has(image.parent) ? image.parent : null;
    children.set(parent, [...(children.get(parent) ?? []), image]);
  }
  const straight = new Set();
  for (let at = known.get(current); at && !straight.has(at.id); at = known.get(at.parent)) straight.add(at.id);
  const places = [];
  const after = (parent, depth, lane) => {
    const ordered = [...(children.get(parent?.image.id ?? null) ?? [])];
    ordered.sort((a, b) => Number(straight.has(b.id)) - Number(straight.has(a.id))); // stable: else as they came
    let next = lane;
    for (const image of ordered) {
      const place = { image, depth, lane: next, rise: parent ? next - parent.lane : 0, parent: parent ?? null };
      places.push(place);
      next = after(place, depth + 1, next);
    }
    return Math.max(next, lane + 1);
  };
  after(null, 0, 0);
  return named(places);
}

/** Step 1, 2, 3 along the straight line; what lies beside it at the same depth is 2b, 2c. */
function named(places) {
  const taken = new Map();
  const byLane = [...places].sort((a, b) => a.lane - b.lane);
  for (const place of byLane) {
    const before = taken.get(place.depth) ?? 0;
    taken.set(place.depth, before + 1);
    place.name = `${place.depth + 1}${before === 0 ? "" : letter(before)}`;
  }
  return places.sort((a, b) => a.lane - b.lane || a.depth - b.depth);
}

const letter = (index) => (index < 26 ? String.fromCharCode(97 + index) : `-${index + 1}`);

/** The family as a strip of small pictures. `onOpen(image)` when one is chosen; `seen(url)` as in the message log. */
export function familyStrip(places, { current, seen, onOpen }) {
  const list = el("ol", { class: "lineage", "aria-label": "Steps of this picture", "data-testid": "lineage" });
  for (const { image, depth, lane, rise, name, parent } of places) {
    const branch = parent && rise > 0 ? ` (a branch of step ${parent.name})` : "";
    const open = el("button", {
      type: "button",
      class: "lineage-step",
      "aria-current": image.id === current ? "step" : null,
      "aria-label": `Step ${name}${branch}: ${image.deleted ? "deleted" : image.alt}`,
      title: `Step ${name}${branch}`,
      disabled: image.deleted,
      "data-testid": `step-${name}`,
      on: { click: () => onOpen(image) },
    });
    open.append(
      image.deleted
        ? el("span", { class: "lineage-gone", text: "deleted" })
        : veil(el("img", { src: localPath(seen(image.thumb)), alt: "", decoding: "async" }), image),
      el("span", { class: "lineage-name", "aria-hidden": "true", text: name }),
    );
    const item = el("li", { class: depth > 0 ? "lineage-item led" : "lineage-item" }, open);
    item.style.gridColumn = depth + 1;
    item.style.gridRow = lane + 1;
    item.style.setProperty("--rise", String(rise));
    list.append(item);
  }
  return list;
}
