// The frame of every page. Everything here improves something that already works without JavaScript.

// --- Theme: with stored preferences a button that stores it; else the link becomes a switch of this device

const root = document.documentElement;
const themeSwitch = document.querySelector("[data-theme-switch]");

function isDark() {
  if (root.dataset.theme !== "auto") return root.dataset.theme === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

themeSwitch?.addEventListener("click", (event) => {
  const theme = isDark() ? "light" : "dark";
  if (themeSwitch.value) {
    themeSwitch.value = theme; // the server cannot know what "auto" looks like here
    return;
  }
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

// --- Forms: the summary of errors is read first; a double click sends nothing twice -------------------

document.querySelector("[data-focus-on-load]")?.focus();

const DOUBLE_CLICK_MS = 2000; // long enough for an impatient second click, short enough for a real second try

document.addEventListener("submit", ({ target: form, defaultPrevented }) => {
  if (form.method !== "post" || defaultPrevented) return;
  for (const button of form.querySelectorAll("button[type=submit]")) {
    // After this event, so that the pressed button's own name and value are still sent.
    setTimeout(() => (button.disabled = true));
    setTimeout(() => (button.disabled = false), DOUBLE_CLICK_MS);
  }
});
