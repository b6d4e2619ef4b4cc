// Keys that work anywhere on the page, except while something is being typed or a dialog is open.

export function listenForKeys({ onSlash, onHelp, onMessages }) {
  document.addEventListener("keydown", (event) => {
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      event.defaultPrevented ||
      document.querySelector("dialog[open]")
    )
      return;
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (typing) {
      if (event.key === "ArrowUp" && event.target.matches(".composer-text") && event.target.value === "")
        onMessages(event);
    } else if (event.key === "/") {
      event.preventDefault();
      onSlash();
    } else if (event.key === "?") {
      event.preventDefault();
      onHelp();
    }
  });
}
