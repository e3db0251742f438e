// "Did this help?" answered in place. Without this script, or when anything fails, the form sends itself.

const SECTION = "[data-feedback]";

// The search that led here, as the browser knows it: the page itself is the same for everybody.
function noteWhereFrom(section) {
  const field = section?.querySelector("input[name=came_from]");
  if (field && document.referrer.startsWith(location.origin + "/")) field.value = document.referrer;
}

async function send(form, button, section) {
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.set(button.name, button.value);
  const response = await fetch(form.action, { method: "POST", body });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const next = page.querySelector(SECTION);
  if (!next) throw new Error(`no section in the answer (${response.status})`);
  section.replaceWith(document.adoptNode(next));
  noteWhereFrom(next);
  (next.querySelector("[data-focus-on-load]") ?? next).focus(); // read from its heading on
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const section = form.closest(SECTION);
  if (!section) return;
  event.preventDefault();
  if (section.getAttribute("aria-busy") === "true") return; // a double click is one vote
  section.setAttribute("aria-busy", "true");
  const button = event.submitter;
  send(form, button, section).catch(() => {
    section.removeAttribute("aria-busy");
    if (button?.name) {
      const pressed = Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value });
      form.append(pressed);
    }
    form.submit(); // the browser's own way, which can say what is wrong
  });
});

noteWhereFrom(document.querySelector(SECTION));
