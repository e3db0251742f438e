// Leaves out of each row of a rule (personalization/segments/form.py) what does not fit the fact chosen in it. Without this
// script all of it is offered, and the server says what does not fit.
const TAKES_CODES = ["any_of", "all_of", "none_of", "within", "not_within"];
const TAKES_NUMBER = ["at_least", "at_most", "within", "not_within"];

// The admin's own styles win over the attribute `hidden`.
const show = (element, isShown) => {
  element.style.display = isShown ? "" : "none";
};

// A row without a fact is skipped only if nothing else is left in it.
function empty(row) {
  for (const select of row.querySelectorAll("[data-operator], [data-codes]")) select.value = "";
  row.querySelector("[data-number]").value = "";
}

function fit(row) {
  const fact = row.querySelector("[data-fact]").selectedOptions[0];
  const operator = row.querySelector("[data-operator]");
  const { kind, choices } = fact.dataset;
  for (const option of operator.options) {
    const fits = !option.value || !kind || option.dataset.kinds.split(" ").includes(kind);
    option.hidden = option.disabled = !fits;
    if (!fits && option.selected) operator.value = "";
  }
  // The first comparison that fits is mostly the one that is meant.
  if (fact.value && !operator.value) operator.value = [...operator.options].find((one) => one.value && !one.disabled)?.value ?? "";
  if (!fact.value) empty(row);
  show(operator, Boolean(fact.value));
  const codes = row.querySelector("[data-codes]");
  if (codes) {
    show(codes, Boolean(choices) && TAKES_CODES.includes(operator.value));
    for (const group of codes.querySelectorAll("optgroup")) {
      group.hidden = Boolean(group.dataset.choices) && group.dataset.choices !== choices;
      if (group.hidden) for (const option of group.children) option.selected = false;
      else group.label = fact.text; // several facts choose from one group
    }
  }
  show(row.querySelector("[data-number]"), Boolean(fact.value) && TAKES_NUMBER.includes(operator.value));
}

// The admin puts this script above the form.
document.addEventListener("DOMContentLoaded", () => {
  for (const row of document.querySelectorAll("[data-segment-rules] [data-row]")) {
    row.addEventListener("change", () => fit(row));
    fit(row);
  }
});
