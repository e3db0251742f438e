// The frame of every page. Everything here improves something that already works without JavaScript.

// --- Appearance: without stored preferences the links change this device alone --------------------------

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-appearance]");
  if (!link) return;
  const { appearance, value } = link.dataset;
  try {
    localStorage.setItem(appearance, value);
  } catch {
    return; // Storage is switched off: follow the link to the preferences.
  }
  event.preventDefault();
  document.documentElement.setAttribute(`data-${appearance.replace("_", "-")}`, value);
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
