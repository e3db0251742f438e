// Runs before the first paint: a visitor without stored preferences may have chosen a theme on this device.
// The choice is kept on the device only; a theme stored in the preferences (not "auto") always wins.
(() => {
  const root = document.documentElement;
  if (root.dataset.theme !== "auto") return;
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  } catch {
    // Storage is switched off in this browser; the system's theme stays.
  }
})();
