// Runs before the first paint: a visitor without stored preferences may have chosen how pages look on this device.
// That is kept on the device only; what is stored in the preferences (not the first of each list) always wins.
(() => {
  const root = document.documentElement;
  const known = {
    theme: ["auto", "light", "dark"],
    text_size: ["normal", "large", "larger"],
    density: ["comfortable", "compact"],
  };
  for (const [name, values] of Object.entries(known)) {
    const attribute = `data-${name.replace("_", "-")}`;
    if (root.getAttribute(attribute) !== values[0]) continue;
    try {
      const chosen = localStorage.getItem(name);
      if (values.includes(chosen)) root.setAttribute(attribute, chosen);
    } catch {
      return; // Storage is switched off in this browser; the page looks as the system says.
    }
  }
})();
