// The literature list: each reference, what it brings, where the essay uses it.
function listOf(className, items) {
  const list = made("ul", className);
  for (const one of items) {
    const item = made("li", "");
    item.append(...one);
    list.append(item);
  }
  return list;
}

function citedOf(one) {
  return [link({ alinea: one.id }, one.where), made("p", "", one.claim, "nl")];
}

function seenOf(url) {
  return [outward(url, url)];
}

function remarkOf(note) {
  const remark = made("span", "", undefined, "nl");
  for (const piece of note) {
    remark.append(typeof piece === "string" ? piece : link({ werk: piece.key }, piece.short, "la-inline"));
  }
  return remark;
}

function foldOf(work, words) {
  const box = fold("la-more", work.cited.length ? work.fold : words.basis_title);
  if (work.cited.length) box.append(listOf("la-cited", work.cited.map(citedOf)));
  box.append(made("p", "la-basis", `${words.basis_title}: ${work.basis}`));
  if (work.seen.length) box.append(listOf("la-seen", work.seen.map(seenOf)));
  if (work.notes.length) {
    box.append(made("p", "la-basis", `${words.notes_title}:`));
    box.append(listOf("la-remarks", work.notes.map((note) => [remarkOf(note)])));
  }
  return box;
}

function entryOf(work, words) {
  const entry = made("li", "la-work");
  entry.id = work.key;
  entry.tabIndex = -1;
  entry.append(referenceOf(work.reference, work.lang), made("p", "la-aside", work.kind));
  entry.append(made("p", "la-annotation", work.annotation));
  if (!work.cited.length) entry.append(made("p", "la-aside", words.uncited));
  if (work.documents.length) {
    entry.append(made("p", "la-aside", words.documents_title));
    entry.append(listOf("la-documents", work.documents.map((name) => [made("span", "", name)])));
  }
  const ways = made("div", "la-ways-down");
  const to = link({ werk: work.key }, words.link_work, "la-link");
  to.setAttribute("aria-label", `${words.link_work}: ${work.reference[0].text.slice(0, 60)}`);
  ways.append(foldOf(work, words), to);
  entry.append(ways);
  return entry;
}

function lettersOf(data) {
  const nav = made("nav", "la-letters");
  nav.setAttribute("aria-label", data.words.letters);
  for (const one of data.letters) nav.append(link({ werk: one.key }, one.letter));
  return nav;
}

export default function ({ data: [data], parentElement: parent, setTriggerValue }) {
  follow(parent, (to, found) => {
    const target = to.werk && parent.querySelector(`#${CSS.escape(to.werk)}`);
    if (!target) return setTriggerValue("go", to);
    history.pushState(history.state, "", found.href);
    if (found.classList.contains("la-inline")) target.querySelector("details").open = true;
    return found.classList.contains("la-link") ? mark(target) : reach(target);
  });
  if (isDrawn(parent, data)) return;
  const list = made("ul", "la-literature");
  for (const work of data.works) list.append(entryOf(work, data.words));
  parent.replaceChildren(lettersOf(data), list);
  const target = data.at && parent.querySelector(`#${data.at}`);
  if (target && parent.dataset.at !== data.at) {
    target.querySelector("details").open = true;
    requestAnimationFrame(() => reach(target));
  } else if (target) mark(target);
  parent.dataset.at = data.at;
}
