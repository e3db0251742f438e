// Suggestions while the reader types: a combobox with a list (ARIA 1.2), one for each form with `data-suggest-url`.
// The address answers with the inside of the list, in groups. Without this file the form simply searches.

const WAIT_MS = 150; // between two keys of a quick typist; asks about three times a second at most
const ANNOUNCE_MS = 600; // after the last change, so that a screen reader does not speak into the typing
const MIN_CHARACTERS = 2;
const MAX_CHARACTERS = 200;
const MAX_KEPT = 40; // answers of this page: going back a letter asks nobody

// On a phone's keyboard every word is "being composed" until its blank: waiting for that would offer nothing.
const composesAlways = matchMedia("(pointer: coarse)").matches;

let forms = 0;

class Suggestions {
  constructor(form) {
    this.url = form.dataset.suggestUrl;
    this.input = form.querySelector("input[type=search]");
    this.list = document.createElement("div");
    this.status = document.createElement("p");
    this.options = [];
    this.isPersonal = false; // an order number: not kept anywhere
    this.chosen = -1;
    this.asked = ""; // what is being asked for or shown
    this.searchId = ""; // joins the letters of one search in the counts; lives as long as this page
    this.kept = new Map();
    this.timer = 0;
    this.announcer = 0;
    this.request = null;
    this.prepare(form);
  }

  prepare(form) {
    forms += 1;
    this.list.id = `suggestions-${forms}`;
    this.list.className = "suggestions";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.input.labels[0]?.textContent.trim() ?? "");
    this.list.hidden = true;
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    form.append(this.list, this.status);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    })) {
      this.input.setAttribute(name, value);
    }
    this.input.addEventListener("input", (event) => this.onInput(event));
    this.input.addEventListener("compositionend", () => this.askSoon());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    form.addEventListener("submit", (event) => this.onSubmit(event));
    form.addEventListener("focusout", (event) => {
      if (!form.contains(event.relatedTarget)) this.close();
    });
    // Keeps the focus in the field, so that a click is not first a focusout.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option && !this.isPersonal) this.noteSearch(option);
    });
  }

  onInput(event) {
    if (!event.isComposing || composesAlways) this.askSoon();
  }

  askSoon() {
    clearTimeout(this.timer);
    if (this.typed().length < MIN_CHARACTERS) this.close();
    else this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  typed() {
    return this.input.value.trim().slice(0, MAX_CHARACTERS);
  }

  async ask() {
    const typed = this.typed();
    // The same is on its way, or shown already.
    if (typed.length < MIN_CHARACTERS || typed === this.asked) return;
    this.request?.abort();
    this.asked = typed;
    const kept = this.kept.get(typed);
    if (kept) {
      this.show(kept);
      return;
    }
    const request = (this.request = new AbortController());
    try {
      const query = new URLSearchParams({ q: typed, after: this.searchId });
      const answer = await fetch(`${this.url}?${query}`, {
        signal: request.signal,
        credentials: "omit",
      });
      const page = answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
      if (request.signal.aborted || this.asked !== typed) return; // a later question was asked meanwhile
      if (page) {
        this.keep(typed, page);
        this.show(page);
      } else {
        this.close(); // too many requests, or the service is down: the form still searches
      }
    } catch (error) {
      if (error.name !== "AbortError" && this.asked === typed) this.close();
    }
  }

  keep(typed, page) {
    if (this.kept.size >= MAX_KEPT) this.kept.delete(this.kept.keys().next().value);
    this.kept.set(typed, page);
  }

  show(page) {
    const groups = [...page.querySelectorAll("[role=group]")].map((group) => document.importNode(group, true));
    this.list.replaceChildren(...groups);
    this.options = [...this.list.querySelectorAll("[role=option]")];
    this.options.forEach((option, place) => (option.id = `${this.list.id}-${place}`));
    this.choose(-1);
    const isOpen = this.options.length > 0 && document.activeElement === this.input;
    this.list.hidden = !isOpen;
    this.list.scrollTop = 0;
    this.input.setAttribute("aria-expanded", String(isOpen));
    const announcement = page.querySelector("[data-announcement]");
    this.searchId = announcement?.dataset.searchId ?? "";
    Object.assign(this.list.dataset, { searchId: this.searchId, clickUrl: announcement?.dataset.clickUrl ?? "" });
    this.isPersonal = announcement?.dataset.isPersonal !== undefined;
    clearTimeout(this.announcer);
    this.announcer = setTimeout(() => (this.status.textContent = isOpen ? announcement.textContent : ""), ANNOUNCE_MS);
  }

  close() {
    clearTimeout(this.timer);
    clearTimeout(this.announcer);
    this.request?.abort();
    this.asked = "";
    this.list.hidden = true;
    this.list.replaceChildren();
    this.options = [];
    this.status.textContent = "";
    this.choose(-1);
    this.input.setAttribute("aria-expanded", "false");
  }

  onKey(event) {
    if (event.isComposing) return; // a Vietnamese keyboard is still building the letter
    if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    } else if (event.key === "ArrowDown" && !this.options.length) {
      event.preventDefault();
      this.ask(); // as in every combobox: the arrow opens it again
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!this.options.length) return;
      event.preventDefault();
      this.choose(this.chosen + (event.key === "ArrowDown" ? 1 : -1));
    }
  }

  choose(place) {
    // One step beyond either end is the field itself.
    const places = this.options.length + 1;
    this.chosen = ((place + 1 + places) % places) - 1;
    this.options.forEach((option, i) => option.setAttribute("aria-selected", String(i === this.chosen)));
    const option = this.options[this.chosen];
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  onSubmit(event) {
    const option = this.options[this.chosen];
    if (!option) {
      this.close();
      return;
    }
    event.preventDefault();
    option.click();
  }

  // For feedback.js, should the reader vote there: the address of the article says nothing of the way to it.
  noteSearch(option) {
    try {
      sessionStorage.setItem("search-that-led-to", JSON.stringify([new URL(option.href).pathname, this.input.value]));
    } catch {
      // Storage is switched off: the vote is kept without the search.
    }
  }
}

for (const form of document.querySelectorAll("form[data-suggest-url]")) new Suggestions(form);

// --- Which result was opened: counted beside the link, which leads straight to the page -----------------

function noteClick(event) {
  const link = event.target.closest("a[data-position]");
  const { searchId, clickUrl } = link?.closest("[data-search-id]")?.dataset ?? {};
  if (!searchId || !clickUrl || event.button > 1) return;
  const article = link.dataset.articleId ?? "";
  const body = new URLSearchParams({ search: searchId, position: link.dataset.position, article });
  navigator.sendBeacon(clickUrl, body);
}

document.addEventListener("click", noteClick);
document.addEventListener("auxclick", noteClick); // the middle button opens a tab
