// @ts-check
// Dark or light: as the system has it, until the reader says otherwise.

const KEY = "gradbook-theme";
const NEXT = /** @type {Record<string, string>} */ ({ auto: "light", light: "dark", dark: "auto" });
const WORDS = /** @type {Record<string, string>} */ ({
  auto: "◐ Auto",
  light: "○ Light",
  dark: "● Dark",
});

/** @param {() => void} changed */
export function switchTheme(changed) {
  const root = document.documentElement;
  const button = document.querySelector("[data-theme-switch]");
  const show = () => {
    const now = root.dataset.theme ?? "auto";
    if (!button) return;
    button.textContent = WORDS[now] ?? now;
    button.setAttribute("aria-label", `Theme: ${now}. Change to ${NEXT[now]}`);
  };
  button?.addEventListener("click", () => {
    const next = NEXT[root.dataset.theme ?? "auto"] ?? "auto";
    if (next === "auto") delete root.dataset.theme;
    else root.dataset.theme = next;
    keep(next);
    show();
    changed();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  show();
}

/** @param {string} theme */
function keep(theme) {
  try {
    if (theme === "auto") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Some browsers keep nothing for pages from files: the choice then lasts as long as the page.
  }
}
