// Chooses light or dark before anything is painted. What a person chose is kept; else the system decides.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const keep = (theme) => { try { localStorage.setItem("theme", theme); } catch { /* private window */ } };

  function show() {
    root.dataset.bsTheme = chosen() ?? (system.matches ? "dark" : "light");
    const other = root.dataset.bsTheme === "dark" ? "light" : "dark";
    const button = document.querySelector("[data-theme-toggle]");
    if (button) button.textContent = `Use ${other} colours`;
  }

  root.dataset.js = "on";
  show();
  system.addEventListener("change", show);
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    keep(root.dataset.bsTheme === "dark" ? "light" : "dark");
    show();
  });
})();
