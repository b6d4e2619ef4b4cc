// The viewer's frame: its dialog with every part that it fills, found again by name.

import { button, el, icon, iconButton } from "./dom.js";

/** `on` has a function for every control: close, previous, next, zoomIn, zoomOut, zoom, compare, choose, copy, undo, branch. */
export function viewerFrame(on, editBox) {
  const parts = {};
  const part = (name, node) => (parts[name] = node);
  const link = (name, label, symbol, props) =>
    part(name, el("a", { class: "icon-button", "aria-label": label, title: label, ...props }, icon(symbol)));
  const tool = (name, symbol, label, testid) =>
    part(name, iconButton(symbol, label, on[name], testid ? { "data-testid": testid } : {}));
  const head = el(
    "header",
    { class: "dialog-head" },
    part("count", el("p", { class: "viewer-count", role: "status" })),
    tool("copy", "copy", "Copy the picture", "viewer-copy"),
    link("full", "Full size, in a tab of its own", "expand", {
      target: "_blank",
      rel: "noopener",
      "data-testid": "viewer-full",
    }),
    link("download", "Download", "download", { download: "", "data-testid": "viewer-download" }),
    iconButton("close", "Close the viewer", on.close, { "data-testid": "viewer-close" }),
  );
  const stage = part(
    "stage",
    el(
      "div",
      {
        class: "viewer-stage",
        tabindex: "0",
        role: "group",
        "aria-label": "Picture. Left and right show its neighbours; plus, minus and 0 zoom; C compares.",
        "data-testid": "viewer-stage",
      },
      part("layer", el("div", { class: "viewer-layer" })),
    ),
  );
  const tools = el(
    "div",
    { class: "viewer-tools" },
    el(
      "div",
      { class: "viewer-group" },
      tool("previous", "previous", "Previous picture", "viewer-previous"),
      tool("next", "next", "Next picture", "viewer-next"),
    ),
    el(
      "div",
      { class: "viewer-group" },
      tool("zoomOut", "minus", "Zoom out", "viewer-zoom-out"),
      part(
        "zoom",
        el("button", {
          type: "button",
          class: "quiet viewer-percent",
          title: "Whole picture, or its own size (Z)",
          "data-testid": "viewer-zoom",
          on: { click: on.zoom },
        }),
      ),
      tool("zoomIn", "plus", "Zoom in", "viewer-zoom-in"),
    ),
    el(
      "div",
      { class: "viewer-group" },
      part(
        "compare",
        button("Compare", on.compare, {
          icon: "compare",
          class: "button",
          "aria-pressed": "false",
          "data-testid": "viewer-compare",
        }),
      ),
      part(
        "choice",
        el("select", {
          class: "viewer-choice",
          "aria-label": "Step to compare with",
          "data-testid": "compare-with",
          hidden: true,
          on: { change: on.choose },
        }),
      ),
    ),
  );
  const side = el(
    "div",
    { class: "viewer-side" },
    el(
      "div",
      { class: "viewer-details", "data-testid": "details" },
      part("prompt", el("p", { class: "viewer-prompt", dir: "auto", "data-testid": "details-prompt" })),
      part("steps", el("section", { class: "lineage-section", "aria-label": "Steps", hidden: true })),
      part(
        "acts",
        el(
          "div",
          { class: "viewer-acts" },
          part("undo", button("Undo", on.undo, { icon: "undo", class: "button", "data-testid": "viewer-undo" })),
          part(
            "branch",
            button("Branch from here", on.branch, { icon: "branch", class: "button", "data-testid": "viewer-branch" }),
          ),
        ),
      ),
      part("note", el("p", { class: "viewer-note", role: "status", dir: "auto", "data-testid": "viewer-note" })),
      part("facts", el("div", { class: "viewer-facts" })),
    ),
    part("where", el("p", { class: "viewer-where", "data-testid": "viewer-where" })),
    editBox.box,
  );
  const body = el("div", { class: "viewer-body" }, el("div", { class: "viewer-main" }, stage, tools), side);
  parts.dialog = el("dialog", { class: "dialog viewer", "aria-label": "Picture", "data-testid": "viewer" }, head, body);
  return parts;
}
