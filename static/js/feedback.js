// "Did this help?" answered in place. Without this script the form leads to a page of its own.

const SECTION = "[data-feedback]";

// The search that led here, as this browser knows it: the page itself is the same for everybody.
function addressOfSearch(resultsUrl) {
  try {
    const [path, words] = JSON.parse(sessionStorage.getItem("search-that-led-to") ?? "[]");
    if (path === location.pathname) return `${resultsUrl}?${new URLSearchParams({ q: words })}`;
  } catch {
    // Storage is switched off, or another script wrote there.
  }
  return document.referrer.startsWith(location.origin + "/") ? document.referrer : "";
}

function prepare(section) {
  const field = section?.querySelector("input[name=came_from]");
  if (field) field.value = addressOfSearch(field.dataset.resultsUrl);
}

async function send(form, button, section) {
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.set(button.name, button.value);
  const response = await fetch(form.action, { method: "POST", body });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const next = page.querySelector(SECTION);
  if (!next) {
    location.reload(); // the article is gone, or the site is down: its own page says so
    return;
  }
  section.replaceWith(document.adoptNode(next));
  prepare(next);
  (next.querySelector("[data-focus-on-load]") ?? next).focus(); // read from its heading on
}

async function answerInPlace(event) {
  const section = event.target.closest(SECTION);
  if (!section) return;
  event.preventDefault();
  if (section.getAttribute("aria-busy") === "true") return; // a double click is one vote
  section.setAttribute("aria-busy", "true");
  const offline = section.querySelector("[data-feedback-offline]");
  offline.hidden = true;
  try {
    await send(event.target, event.submitter, section);
  } catch {
    offline.hidden = false; // no connection: what was typed stays, and the button tries again
    offline.focus();
  } finally {
    section.removeAttribute("aria-busy");
  }
}

// Before site.js, which would disable the buttons of a form that leaves the page.
document.addEventListener("submit", answerInPlace, { capture: true });
prepare(document.querySelector(SECTION));
