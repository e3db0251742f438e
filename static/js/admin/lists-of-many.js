// Lists of which several lines may be chosen: a click takes one in or out and leaves the others. By itself, such a list asks
// for a held key, which nobody knows. Keys and screen readers do as ever.
document.addEventListener("mousedown", (event) => {
  const list = event.target.closest("select[multiple]");
  if (!list || !event.target.matches("option") || event.button !== 0) return;
  event.preventDefault();
  const top = list.scrollTop;
  event.target.selected = !event.target.selected;
  list.focus();
  list.scrollTop = top;
  list.dispatchEvent(new Event("change", { bubbles: true }));
});
