// The essay: the text, its notes beside it where there is room and folded under it where there is
// not, and for every paragraph an address.
const ROOM = matchMedia("(min-width: 1200px)");
const NL = "nl";

function marker(note, id) {
  const to = link({ alinea: id }, String(note), "la-marker");
  to.href += `#noot-${note}`;
  to.id = `bij-${note}`;
  to.dataset.note = note;
  return to;
}

function textOf(one, words) {
  const text = made(one.epigraph ? "blockquote" : "p", "la-text", undefined, NL);
  if (one.epigraph) text.classList.add("la-epigraph");
  for (const piece of one.text) {
    if (typeof piece === "string") {
      text.append(document.createTextNode(piece));
      continue;
    }
    const up = made("sup");
    const to = marker(piece, one.id);
    to.setAttribute("aria-label", `${words.note} ${piece}`);
    to.lang = document.documentElement.lang;
    up.append(to);
    text.append(up);
  }
  return text;
}

function worksOf(works) {
  return works.map((one) => link({ werk: one.key }, one.short, "la-cites"));
}

function noteOf(note, one, words) {
  const item = made("li", "la-note");
  item.id = `noot-${note.number}`;
  item.tabIndex = -1;
  const text = made("p", "");
  text.append(made("b", "", `${note.number} `), made("span", "", note.text, NL));
  item.append(text);
  if (note.unmarked) item.append(made("p", "la-aside", note.unmarked));
  const ways = made("p", "la-ways");
  ways.append(...worksOf(note.works));
  if (!note.unmarked) {
    const back = link({ alinea: one.id }, words.back, "la-back");
    back.href += `#bij-${note.number}`;
    back.dataset.back = note.number;
    back.setAttribute("aria-label", `${words.back} (${words.note.toLowerCase()} ${note.number})`);
    ways.append(back);
  }
  item.append(ways);
  return item;
}

function notesOf(one, words) {
  const numbers = one.notes.map((note) => note.number).join(", ");
  const name = one.notes.length === 1 ? words.one_note : words.notes;
  const box = fold("la-notes", numbers ? `${name} ${numbers}` : words.works);
  box.open = ROOM.matches;
  const list = made("ul", "");
  for (const note of one.notes) list.append(noteOf(note, one, words));
  if (one.notes.length) box.append(list);
  if (one.works.length) {
    const also = made("p", "la-ways");
    also.append(made("span", "la-aside", `${words.works}:`), ...worksOf(one.works));
    box.append(also);
  }
  return box;
}

function placeOf(one, words) {
  const place = made("p", "la-place");
  place.append(made("span", "", one.page));
  if (one.speaker) place.append(made("span", "", one.speaker, NL));
  const to = link({ alinea: one.id }, words.link, "la-link");
  to.setAttribute("aria-label", `${words.link} (${one.page})`);
  place.append(to);
  return place;
}

function paragraphOf(one, words) {
  const box = made("div", "la-paragraph");
  box.id = one.id;
  box.tabIndex = -1;
  box.append(textOf(one, words), placeOf(one, words));
  if (one.notes.length || one.works.length) box.append(notesOf(one, words));
  return box;
}

// Printed large in the margin; the same is said in the running text.
function highlightOf(text, words) {
  const box = made("p", "la-highlight");
  box.append(made("span", "la-hidden", `${words.highlighted}: `), made("span", "", text, NL));
  return box;
}

function contentsOf(data) {
  const box = fold("la-contents", data.words.contents);
  const nav = made("nav", "");
  nav.setAttribute("aria-label", data.words.contents);
  const list = made("ul", "");
  for (const chapter of data.chapters) {
    const first = chapter.sections[0].paragraphs[0];
    const item = made("li", "", undefined, NL);
    item.append(link({ alinea: first.id }, chapter.title));
    const under = made("ul", "");
    for (const section of chapter.sections.filter((one) => one.title)) {
      const sub = made("li", "");
      sub.append(link({ alinea: section.paragraphs[0].id }, section.title));
      under.append(sub);
    }
    if (under.children.length) item.append(under);
    list.append(item);
  }
  nav.append(list);
  box.append(nav);
  return box;
}

function errataOf(data) {
  const box = fold("la-errata", data.errata.told);
  const list = made("ul", "");
  for (const one of data.errata.each) {
    const item = made("li", "");
    item.append(link({ alinea: one.id }, one.was), " ", made("span", "la-aside", one.why));
    list.append(item);
  }
  box.append(list);
  return box;
}

function body(data) {
  const article = made("div", "la-essay");
  article.append(made("p", "la-source", data.source, NL), contentsOf(data));
  article.append(made("p", "la-aside", data.lead));
  for (const chapter of data.chapters) {
    article.append(made("h2", "", chapter.title, NL));
    for (const section of chapter.sections) {
      if (section.title) article.append(made("h3", "", section.title, NL));
      for (const one of section.paragraphs) {
        for (const text of one.highlights) article.append(highlightOf(text, data.words));
        article.append(paragraphOf(one, data.words));
      }
    }
  }
  article.append(errataOf(data));
  const up = link({ deel: "essay" }, data.words.to_contents, "la-on");
  up.dataset.top = "1";
  article.append(made("p", "la-source", data.licence, NL), up);
  return article;
}

function openNotes(parent) {
  for (const box of parent.querySelectorAll(".la-notes")) box.open = ROOM.matches;
  settleNotes(parent);
}

// Beside the text each note stands at its paragraph, or under the notes before it.
function settleNotes(parent) {
  const article = parent.querySelector(".la-essay");
  let low = -Infinity;
  for (const box of ROOM.matches ? parent.querySelectorAll(".la-notes") : []) {
    const { top } = box.parentElement.getBoundingClientRect();
    const shift = Math.max(0, low - top);
    box.style.top = `${shift}px`;
    low = top + shift + box.offsetHeight + 16;
  }
  article.style.minHeight = ROOM.matches ? `${low - article.getBoundingClientRect().top}px` : "";
}

const watched = new ResizeObserver((seen) => {
  for (const { target } of seen) {
    if (target.isConnected) settleNotes(target.parentElement);
    else watched.unobserve(target);
  }
});

function toNote(parent, number) {
  const note = parent.querySelector(`#noot-${number}`);
  note.closest("details").open = true;
  reach(note, "nearest");
}

async function sayAddress(parent, found, words) {
  let copied = false;
  try {
    await navigator.clipboard.writeText(found.href);
    copied = true;
  } catch {
    copied = false; // not over plain http, or not allowed: it stands in the address bar
  }
  const status = parent.querySelector(".la-status");
  status.textContent = copied ? words.aimed_copied : words.aimed;
  found.closest(".la-place").append(status);
}

// Within the essay nothing is asked of the server: the address changes, and the paragraph is there.
function goTo(parent, data, to, found, elsewhere) {
  if (found.dataset.note) return toNote(parent, found.dataset.note);
  if (found.dataset.back) return reach(parent.querySelector(`#bij-${found.dataset.back}`), "center");
  if (found.dataset.top) return reach(parent.querySelector(".la-contents summary"));
  const target = to.alinea && parent.querySelector(`#${CSS.escape(to.alinea)}`);
  if (!target) return elsewhere(to);
  history.pushState(history.state, "", found.href);
  if (found.classList.contains("la-link")) {
    mark(target);
    return sayAddress(parent, found, data.words);
  }
  return reach(target);
}

export default function ({ data: [data], parentElement: parent, setTriggerValue }) {
  follow(parent, (to, found) => goTo(parent, data, to, found, (away) => setTriggerValue("go", away)));
  ROOM.onchange = () => openNotes(parent);
  if (isDrawn(parent, data)) return;
  const status = made("span", "la-status la-aside");
  status.setAttribute("role", "status");
  parent.replaceChildren(body(data), status);
  watched.observe(parent.querySelector(".la-essay"));
  settleNotes(parent);
  const target = data.at && parent.querySelector(`#${data.at}`);
  if (target && parent.dataset.at !== data.at) requestAnimationFrame(() => reach(target));
  else if (target) mark(target);
  parent.dataset.at = data.at;
}
