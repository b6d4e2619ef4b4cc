// Easel's own answers use a little Markdown: **bold**, `code`, "- " lists and blank lines. It becomes nodes, never HTML.

import { el } from "./dom.js";

/** A fragment for an answer of Easel. */
export function formatted(text) {
  const fragment = document.createDocumentFragment();
  for (const block of text.split(/\n{2,}/)) {
    let list = null;
    let paragraph = null;
    for (const line of block.split("\n")) {
      const item = /^\s*[-•*] (.*)$/.exec(line);
      const heading = /^#{1,4} (.*)$/.exec(line);
      if (item) {
        paragraph = null;
        list ??= fragment.appendChild(el("ul"));
        list.append(el("li", { dir: "auto" }, ...inline(item[1])));
      } else if (heading) {
        list = paragraph = null;
        fragment.append(el("p", { class: "answer-heading", dir: "auto" }, ...inline(heading[1])));
      } else {
        list = null;
        if (paragraph) paragraph.append(el("br"));
        paragraph ??= fragment.appendChild(el("p", { dir: "auto" }));
        paragraph.append(...inline(line));
      }
    }
  }
  return fragment;
}

function inline(text) {
  return text
    .split(/(`[^`\n]+`|\*\*[^*\n]+\*\*)/)
    .filter(Boolean)
    .map((part) => {
      if (/^`.+`$/.test(part)) return el("code", { text: part.slice(1, -1) });
      if (/^\*\*.+\*\*$/.test(part)) return el("strong", { text: part.slice(2, -2) });
      return part;
    });
}
