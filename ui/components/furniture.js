// Streamlit cannot set the language of the document, translate the names of its own buttons, or go
// to the top of a new screen. This does, also for what is drawn later.
let names = {};
let watching = false;
let place = null;

function rename(root) {
  for (const [english, ours] of Object.entries(names)) {
    for (const found of root.querySelectorAll(`[aria-label="${english}"]`)) {
      found.setAttribute("aria-label", ours);
    }
  }
}

// The second click of a double click presses nothing: by then another button may stand under it.
function oncePerDoubleClick(event) {
  if (event.detail > 1 && event.target.closest("button")) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

export default function ({ data: [data] }) {
  document.documentElement.lang = data.lang;
  names = { ...names, ...data.names };
  rename(document);
  if (place !== null && place !== data.place) {
    const main = document.querySelector('[data-testid="stMain"]');
    if (main) main.scrollTo(0, 0);
  }
  place = data.place;
  if (!watching) {
    watching = true;
    for (const kind of ["mousedown", "click"]) {
      document.addEventListener(kind, oncePerDoubleClick, true);
    }
    const again = () => requestAnimationFrame(() => rename(document));
    new MutationObserver(again).observe(document.body, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ["aria-label"],
    });
  }
}
