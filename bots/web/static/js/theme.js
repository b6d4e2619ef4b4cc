// Day, night, or what the system says: a choice of one's own, kept in this browser.

const KEPT = "easel.theme";

export const THEMES = [
  { id: "system", label: "As the system says" },
  { id: "light", label: "Light" },
  { id: "dark", label: "Dark" },
];

/** What was chosen; "system" when nothing was. */
export function chosenTheme() {
  const kept = localStorage.getItem(KEPT);
  return THEMES.some((theme) => theme.id === kept) ? kept : "system";
}

/** Choose, keep and show it. */
export function chooseTheme(id) {
  if (id === "system") localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, id);
  showTheme();
}

/** Put the choice on the page. */
export function showTheme() {
  const theme = chosenTheme();
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
