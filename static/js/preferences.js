// The order of the boxes by buttons instead of numbers; the numbers stay the truth that is sent.

const list = document.querySelector("[data-sortable]");

function renumber() {
  list.querySelectorAll("[data-sortable-item] input[type=number]").forEach((input, index) => {
    input.value = index + 1;
  });
}

list?.addEventListener("change", (event) => {
  if (event.target.type !== "number") return;
  const moved = event.target.closest("[data-sortable-item]");
  const others = [...list.children].filter((item) => item !== moved);
  const place = Math.min(Math.max(Number(event.target.value) || 1, 1), others.length + 1);
  list.insertBefore(moved, others[place - 1] ?? null);
  renumber();
  event.target.focus();
});
