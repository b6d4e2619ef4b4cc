// All that is known of one picture, as the viewer's side shows it.

import { el } from "./dom.js";
import { amount, moment } from "./words.js";

/** The rows below the steps: what was asked for, how it is described, who and when, and what it cost. */
export function factsOf(details) {
  const { image, charged } = details;
  const images = charged.images === 1 ? "1 picture" : `${charged.images} pictures`;
  const price = typeof charged.money === "number" ? amount("money", charged.money) : charged.money;
  const money = price ? `, ${price}${charged.measured ? "" : " (estimated)"}` : "";
  const rows = [
    ["Shows", image.alt],
    ["By", details.by],
    ["When", moment(details.created_at_us)],
    ["Drawn by", details.provider_label],
    ["Kind", details.operation],
    ["Size", `${image.width} × ${image.height}`],
    ["Quality", details.quality],
    ["Style", details.style],
    ["Seed", details.seed],
    ["Charged", images + money],
    ...Object.entries(details.facts ?? {}),
  ].filter(([, value]) => value !== null && value !== undefined && value !== "");
  return [
    el(
      "dl",
      { class: "facts" },
      ...rows.flatMap(([name, value]) => [el("dt", { text: name }), el("dd", { dir: "auto", text: value })]),
    ),
    details.remarks.length
      ? el("ul", { class: "remarks" }, ...details.remarks.map((remark) => el("li", { dir: "auto", text: remark })))
      : null,
  ].filter(Boolean);
}
