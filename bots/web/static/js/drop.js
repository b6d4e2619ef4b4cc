// Dropping pictures anywhere on the channel attaches them.

import { el } from "./dom.js";
import { imageFiles } from "./attachments.js";

export function listenForDrops(place, onFiles) {
  const veil = el(
    "div",
    { class: "drop-veil", "aria-hidden": "true", hidden: true },
    el("p", { text: "Drop to attach" }),
  );
  place.append(veil);
  let depth = 0; // dragenter and dragleave come for every element on the way
  const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  place.addEventListener("dragenter", (event) => {
    if (!carries(event)) return;
    depth += 1;
    veil.hidden = false;
  });
  place.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
  place.addEventListener("dragleave", (event) => {
    if (!carries(event)) return;
    depth -= 1;
    veil.hidden = depth > 0 ? veil.hidden : true;
  });
  place.addEventListener("drop", (event) => {
    depth = 0;
    veil.hidden = true;
    if (!carries(event)) return;
    event.preventDefault();
    const files = imageFiles(event.dataTransfer);
    if (files.length) onFiles(files);
  });
}
