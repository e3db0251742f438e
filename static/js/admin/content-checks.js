// Lets the Checks panel of the editor point at what the server found (kb/editing/checks.py): one check for each kind
// of problem, its options carry the beginnings of the texts, or `everywhere` for the page as a whole.
const plain = (text) => text.normalize("NFC").replace(/\s+/g, " ").trim();

function isFine(node, { places, everywhere }) {
  if (everywhere) return false;
  const holds = (element, place) => plain(element.textContent).includes(place);
  return !places.some((place) => holds(node, place) && ![...node.children].some((child) => holds(child, place)));
}

const userbar = document.querySelector("wagtail-userbar");
for (const name of document.currentScript.dataset.checks.split(" ")) {
  userbar?.registerCheck(name, isFine);
}
