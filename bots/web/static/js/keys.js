// Keys that work anywhere on the page, except while something is being typed or a dialog is open.

export function listenForKeys({ onSlash, onKeys, onGallery, onPalette, onMessages }) {
  const plain = { "/": onSlash, "?": onKeys, g: onGallery, G: onGallery };
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.isComposing || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() !== "k" || event.shiftKey) return;
      event.preventDefault();
      onPalette();
      return;
    }
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) {
      if (event.key === "ArrowUp" && event.target.matches(".composer-text") && event.target.value === "")
        onMessages(event);
    } else if (event.key in plain) {
      event.preventDefault();
      plain[event.key]();
    }
  });
}
