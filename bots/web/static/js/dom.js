// Building elements. Text always goes in as text nodes: nothing in this page parses a string as HTML.

const SPRITE = "/static/icons/icons.svg";

/**
 * Make an element. `props`: `class`, `text`, `on` (listeners by event), everything else an attribute;
 * a value of null, undefined or false leaves the attribute out. Children: nodes or strings; null and false are skipped.
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") node.className = value;
    else if (key === "text") node.textContent = value;
    else if (key === "on") for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A decorative icon of the sprite. The button around it carries the name. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${SPRITE}#${name}`);
  svg.append(use);
  return svg;
}

/** A round button that shows only an icon: its label is for the tooltip and for screen readers. */
export function iconButton(name, label, onClick, props = {}) {
  return el(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click: onClick }, ...props },
    icon(name),
  );
}

/** A text button, with an icon when one is named. */
export function button(label, onClick, { icon: iconName, class: className = "button", ...props } = {}) {
  return el(
    "button",
    { type: "button", class: className, on: { click: onClick }, ...props },
    iconName ? icon(iconName) : null,
    el("span", { text: label }),
  );
}

/** Our own path, or "" for anything else: no address that came with data leads off this server. */
export function localPath(url) {
  return typeof url === "string" && /^\/(?![/\\])/.test(url) ? url : "";
}

/** The largest box of a picture's own shape inside the given one; never larger than the picture. */
export function fitInside(width, height, maxWidth, maxHeight) {
  const scale = Math.min(1, maxWidth / width, maxHeight / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** A random key for one request: repeated sends with the same key are one request. Works without a secure context, too. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
