// What the elements of the library share. Everything is set as text.
function made(tag, className, text, lang) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined && text !== null) node.textContent = text;
  if (lang) node.lang = lang;
  return node;
}

// A link with an address that can be sent to somebody; `to` is like { alinea: "e19" }.
function link(to, text, className) {
  const node = made("a", className, text);
  node.href = `${location.pathname}?${new URLSearchParams(to)}`;
  node.dataset.go = JSON.stringify(to);
  return node;
}

function outward(url, text) {
  const node = made("a", "la-out", text);
  node.href = url;
  node.rel = "noopener noreferrer";
  return node;
}

function fold(className, summary) {
  const node = made("details", className);
  node.append(made("summary", "", summary));
  return node;
}

// A plain click stays on this page; what was searched for stays with it. Any other click (another
// tab, copying the address) is the browser's.
function follow(parent, go) {
  parent.onclick = (event) => {
    const found = event.target.closest("a[data-go]");
    const other = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button;
    if (!found || other) return;
    event.preventDefault();
    go(JSON.parse(found.dataset.go), found);
  };
}

const drawn = new WeakMap();

// Whether this was drawn before, so that folds stay as they are when nothing changed.
function isDrawn(parent, data) {
  const now = JSON.stringify(data);
  const same = drawn.get(parent) === now;
  drawn.set(parent, now);
  return same;
}

function mark(node) {
  for (const old of document.querySelectorAll(".la-marked")) old.classList.remove("la-marked");
  node.classList.add("la-marked");
}

// To a place: marked, read out, and at the top of the screen, also when what stands above it is
// still being drawn; but never against a person who has begun to scroll.
function reach(node, block = "start") {
  let moved = false;
  const stop = () => { moved = true; };
  for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    addEventListener(kind, stop, { once: true, passive: true });
  }
  const show = () => { if (!moved && node.isConnected) node.scrollIntoView({ block }); };
  mark(node);
  node.focus({ preventScroll: true });
  show();
  for (const later of [100, 400, 900]) setTimeout(show, later);
}

function referenceOf(stretches, lang) {
  const node = made("p", "la-reference", undefined, lang);
  for (const one of stretches) {
    const part = one.url ? outward(one.url, one.text) : made(one.italic ? "i" : "span", "", one.text);
    node.append(part);
  }
  return node;
}

function markedIn(node, parts) {
  for (const [text, met] of parts) {
    node.append(met ? made("mark", "", text) : document.createTextNode(text));
  }
  return node;
}
