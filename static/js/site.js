// The frame of every page. Everything here improves something that already works without JavaScript.

// --- Theme: the link to the preferences becomes a switch of this device -------------------------------

const root = document.documentElement;
const themeSwitch = document.querySelector("[data-theme-switch]");

function isDark() {
  if (root.dataset.theme !== "auto") return root.dataset.theme === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

themeSwitch?.addEventListener("click", (event) => {
  const theme = isDark() ? "light" : "dark";
  try {
    localStorage.setItem("theme", theme);
  } catch {
    return; // Storage is switched off: follow the link to the preferences.
  }
  event.preventDefault();
  root.dataset.theme = theme;
});

// --- Menus: Escape and a click elsewhere close them ---------------------------------------------------

const openMenus = () => document.querySelectorAll("[data-menu][open]");

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// --- Forms: the summary of errors is read first; a second click sends nothing twice -------------------

document.querySelector("[data-focus-on-load]")?.focus();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  // A listener that runs later may still refuse the form.
  queueMicrotask(() => {
    if (!event.defaultPrevented) form.dataset.sent = "yes";
  });
});

// Coming back with the browser's "back" shows the page from memory: let its forms be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
