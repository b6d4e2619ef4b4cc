// The brush's frame: its dialog with the picture, the tools and the field, found again by name.

import { button, el, icon, iconButton } from "./dom.js";

const TOOLS = [
  ["paint", "brush", "Paint"],
  ["erase", "eraser", "Erase"],
  ["grid", "grid", "Grid"],
];
const SMALLEST_PART = 0.004; // of the picture's longer edge
const LARGEST_PART = 0.25;
const SOFTEST_PART = 0.05;
export const USUAL_PART = 0.06;
export const NOTES_PART = 0.006; // a pen, not a brush

/** `on` has a function for every control: close, undo, redo, invert, clear, tool(name), kind(name), changed. */
export function brushFrame(image, source, instruction, { readsNotes, on }) {
  const parts = {};
  const part = (name, node) => (parts[name] = node);
  const longer = Math.max(image.width, image.height);
  const canvas = (name, props) =>
    part(name, el("canvas", { class: "brush-canvas", width: image.width, height: image.height, ...props }));
  const surface = el(
    "div",
    { class: "brush-surface" },
    el("img", { src: source, alt: "", draggable: "false" }),
    canvas("paint", { "aria-hidden": "true" }),
    canvas("canvas", {
      class: "brush-canvas brush-top",
      tabindex: "0",
      role: "application",
      "aria-label": `Paint on: ${image.alt}. Arrow keys move through a lettered grid, Space selects a cell, Shift with an arrow selects on the way.`,
      "data-testid": "brush-canvas",
    }),
  );
  surface.style.aspectRatio = `${image.width} / ${image.height}`;
  surface.style.setProperty("--ratio", String(image.width / image.height));
  const slider = (name, label, [min, max, value]) =>
    el(
      "label",
      { class: "brush-slider" },
      el("span", { text: label }),
      part(
        name,
        el("input", {
          type: "range",
          min,
          max,
          value,
          "data-testid": `brush-${name}`,
          on: { input: on.changed },
        }),
      ),
    );
  const act = (name, symbol, label) =>
    part(name, iconButton(symbol, label, on[name], { "data-testid": `brush-${name}` }));
  const tools = el(
    "div",
    { class: "brush-tools" },
    readsNotes ? kinds(on.kind) : null,
    choices("Tool", "brush-tool", TOOLS, on.tool),
    slider("size", "Size", [SMALLEST_PART, LARGEST_PART, USUAL_PART].map((one) => Math.max(1, Math.round(longer * one)))),
    part("softness", slider("feather", "Soft edge", [0, Math.max(2, Math.round(longer * SOFTEST_PART)), 0])),
    part("fine", fineness(on.changed)),
    el(
      "div",
      { class: "brush-acts", role: "group", "aria-label": "What was painted" },
      act("undo", "undo", "Undo (Ctrl Z)"),
      act("redo", "again", "Do again (Ctrl Shift Z)"),
      act("invert", "invert", "Invert"),
      act("clear", "delete", "Clear"),
    ),
  );
  const form = part(
    "form",
    el(
      "form",
      { class: "brush-form" },
      part(
        "field",
        el("input", {
          class: "edit-field",
          dir: "auto",
          autocomplete: "off",
          value: instruction,
          placeholder: "What should be there?",
          "aria-label": "What should be there?",
          "data-testid": "brush-instruction",
        }),
      ),
      part(
        "apply",
        el("button", { type: "submit", class: "button primary", "data-testid": "brush-apply", text: "Change it" }),
      ),
    ),
  );
  parts.dialog = el(
    "dialog",
    { class: "dialog brush", "aria-labelledby": "brush-title", "data-testid": "brush" },
    el(
      "header",
      { class: "dialog-head" },
      el("h2", { id: "brush-title", text: "Paint what to change" }),
      iconButton("close", "Close the brush", on.close, { "data-testid": "brush-close" }),
    ),
    el("div", { class: "brush-stage" }, surface),
    tools,
    form,
    part("problem", el("p", { class: "edit-problem", role: "status", dir: "auto", "data-testid": "brush-problem" })),
    part("status", el("p", { class: "visually-hidden", role: "status", "data-testid": "brush-status" })),
  );
  return parts;
}

/** A row of radio buttons that look like one switch. */
function choices(legend, name, rows, choose) {
  return el(
    "fieldset",
    { class: "switch-row" },
    el("legend", { class: "visually-hidden", text: legend }),
    ...rows.map(([value, symbol, label], index) =>
      el(
        "label",
        { class: "switch-choice" },
        el("input", {
          type: "radio",
          name,
          value,
          class: "visually-hidden",
          checked: index === 0,
          "data-testid": `${name}-${value}`,
          on: { change: () => choose(value) },
        }),
        icon(symbol),
        el("span", { text: label }),
      ),
    ),
  );
}

/** How large the grid's cells are. */
function fineness(changed) {
  const select = el(
    "select",
    { "data-testid": "brush-fineness", on: { change: changed } },
    ...["coarse", "medium", "fine"].map((value) => el("option", { value, text: value, selected: value === "medium" })),
  );
  return el("label", { class: "brush-fine" }, el("span", { text: "Cells" }), select);
}

/** The choice between an area that may change, and notes for the model. */
function kinds(choose) {
  const choice = (kind, label, checked) =>
    el(
      "label",
      { class: "brush-kind" },
      el("input", {
        type: "radio",
        name: "brush-kind",
        value: kind,
        checked,
        "data-testid": `brush-${kind}`,
        on: { change: () => choose(kind) },
      }),
      el("span", { text: label }),
    );
  return el(
    "fieldset",
    { class: "brush-kinds" },
    el("legend", { class: "visually-hidden", text: "What you paint" }),
    choice("mask", "Change only what I paint", true),
    choice("markup", "Draw notes on it", false),
  );
}
