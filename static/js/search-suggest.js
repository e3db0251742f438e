// Suggestions while the reader types: a combobox with a list (ARIA 1.2), one for each form with `data-suggest-url`.
// Without this file the form simply searches.

const WAIT_MS = 150; // between two keys of a quick typist; asks about three times a second at most
const MIN_CHARACTERS = 2;

let forms = 0;

class Suggestions {
  constructor(form) {
    this.url = form.dataset.suggestUrl;
    this.input = form.querySelector("input[type=search]");
    this.list = document.createElement("div");
    this.options = [];
    this.chosen = -1;
    this.timer = 0;
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
    form.append(this.list);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    })) {
      this.input.setAttribute(name, value);
    }
    this.input.addEventListener("input", () => this.askSoon());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    form.addEventListener("submit", (event) => this.onSubmit(event));
    form.addEventListener("focusout", (event) => {
      if (!form.contains(event.relatedTarget)) this.close();
    });
    // Keeps the focus in the field, so that a click is not first a focusout.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
  }

  askSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  async ask() {
    const typed = this.input.value.trim();
    this.request?.abort();
    if (typed.length < MIN_CHARACTERS) {
      this.close();
      return;
    }
    this.request = new AbortController();
    const query = new URLSearchParams({ q: typed.slice(0, 200), lang: document.documentElement.lang });
    try {
      const answer = await fetch(`${this.url}?${query}`, { signal: this.request.signal, credentials: "omit" });
      if (!answer.ok) {
        this.close(); // too many requests, or the service is down: the form still searches
        return;
      }
      this.show((await answer.json()).suggestions);
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  show(suggestions) {
    this.chosen = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.options = suggestions.map((suggestion, place) => {
      const option = document.createElement("a");
      option.className = "suggestions__option";
      option.id = `${this.list.id}-${place}`;
      option.href = suggestion.url;
      option.tabIndex = -1;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.textContent = suggestion.text;
      option.addEventListener("click", () => this.noteSearch(option));
      return option;
    });
    this.list.replaceChildren(...this.options);
    const isOpen = this.options.length > 0 && document.activeElement === this.input;
    this.list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen));
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.show([]);
  }

  onKey(event) {
    if (event.isComposing) return; // a Vietnamese keyboard is still building the letter
    if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
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
    if (!option) return;
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
