// Earlier exchanges, progress, and a polite announcement. Everything is set as text.
function made(tag, className, text) {
  const node = document.createElement(tag);
  node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function exchange(one, data) {
  const pair = made("div", "la-exchange");
  const asked = made("p", "la-asked");
  asked.append(made("span", "la-hidden", data.we + ": "), document.createTextNode(one.asked));
  const told = made("p", "la-told");
  told.append(made("span", "la-hidden", data.you + ": "), document.createTextNode(one.told));
  pair.append(asked, told);
  return pair;
}

function progress(data) {
  const box = made("div", "la-progress");
  box.append(made("p", "la-progress-text", data.progress));
  const bar = made("div", "la-bar");
  bar.setAttribute("role", "progressbar");
  bar.setAttribute("aria-label", data.progress);
  bar.setAttribute("aria-valuemin", "0");
  bar.setAttribute("aria-valuemax", String(data.total));
  bar.setAttribute("aria-valuenow", String(data.done));
  const full = made("div", "la-bar-full");
  full.style.width = `${(100 * data.done) / data.total}%`;
  bar.append(full);
  box.append(bar);
  return box;
}

function history(data, wasOpen) {
  const box = made("div", "la-history");
  const older = data.folded ? data.exchanges : data.exchanges.slice(0, -1);
  if (older.length) {
    const fold = made("details", "la-older");
    fold.open = wasOpen;
    fold.append(made("summary", "", `${data.earlier} (${older.length})`));
    for (const one of older) fold.append(exchange(one, data));
    box.append(fold);
  }
  if (data.exchanges.length && !data.folded) box.append(exchange(data.exchanges.at(-1), data));
  return box;
}

function passage(data) {
  const fold = made("details", "la-passage");
  fold.append(made("summary", "", data.passage.fold));
  fold.append(quotation(data.passage.shown));
  if (data.passage.whole) {
    const whole = made("details", "la-whole");
    whole.append(made("summary", "", data.passage.whole_fold), quotation(data.passage.whole));
    fold.append(whole);
  }
  fold.append(made("p", "la-source", data.passage.source));
  if (data.passage.banks.length) fold.append(banks(data.passage));
  return fold;
}

// Words of the essay between quotation marks; what was left out is said outside them.
function quotation(part) {
  const quote = made("blockquote", "la-quote");
  quote.lang = "nl";
  if (part.before) quote.append("… ");
  quote.append(made("q", "", part.text));
  if (part.after) quote.append(" …");
  return quote;
}

// Where ways of working that were studied can be found, for who tells of inventing something anew.
function banks(passage) {
  const box = made("div", "la-pointer");
  box.append(made("p", "", passage.banks_intro));
  const list = made("ul", "");
  for (const bank of passage.banks) {
    const item = made("li", "");
    item.append(made("strong", "", bank.name), `: ${bank.theme}`);
    list.append(item);
  }
  box.append(list);
  return box;
}

// After a new question: on a computer the cursor goes where the answer is typed; on a phone it does
// not, because the keyboard would cover the question.
function attend(parent) {
  requestAnimationFrame(() => {
    const question = parent.querySelector(".la-passage") || document.querySelector("h1");
    if (question && parent.dataset.seq !== "0") question.scrollIntoView({ block: "start" });
    if (window.matchMedia("(hover: hover) and (pointer: fine)").matches) {
      const input = document.querySelector('[data-testid="stChatInputTextArea"]');
      if (input && parent.dataset.seq !== "0") input.focus({ preventScroll: true });
    }
  });
}

export default function ({ data: [data], parentElement: parent }) {
  let status = parent.querySelector(".la-status");
  if (!status) {
    status = made("div", "la-status la-hidden");
    status.setAttribute("role", "status");
    status.setAttribute("aria-live", "polite");
    parent.append(status);
  }
  const fold = parent.querySelector(".la-older");
  const old = parent.querySelector(".la-body");
  const body = made("div", "la-body");
  body.append(progress(data), history(data, Boolean(fold && fold.open)));
  if (data.passage) body.append(passage(data));
  if (old) old.replaceWith(body);
  else parent.prepend(body);
  if (parent.dataset.seq !== String(data.seq)) {
    parent.dataset.seq = String(data.seq);
    status.textContent = data.announce;
    attend(parent);
  }
}
