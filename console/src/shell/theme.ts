// Light, dark, or as the device has it.
export type Theme = "system" | "light" | "dark";
const stored = "dakoku.theme";

export function theme(): Theme {
  const chosen = localStorage.getItem(stored);
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

export function applyTheme(next: Theme = theme()) {
  localStorage.setItem(stored, next);
  if (next === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
}
