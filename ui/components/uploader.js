// Streamlit's box for a file speaks English and cannot be told otherwise. This does, also for what
// it says later. Only text is set, and only inside that box.
let words = null;
let watching = false;

function ours(text) {
  if (words.exact[text]) return words.exact[text];
  if (/^File must be .* or (smaller|larger)\.$/.test(text)) return words.too_big;
  if (/files are not allowed\.$/.test(text)) return words.wrong_kind;
  if (/^(Request failed|Network Error|timeout)/.test(text)) return words.failed;
  return null;
}

function translate() {
  for (const box of document.querySelectorAll('[data-testid="stFileUploader"]')) {
    const texts = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const now = ours(texts.currentNode.nodeValue.trim());
      const blank = texts.currentNode.nodeValue.endsWith(" ") ? " " : "";
      if (now) texts.currentNode.nodeValue = now + blank;
    }
    for (const named of box.querySelectorAll("[aria-label]")) {
      const name = named.getAttribute("aria-label");
      if (words.exact[name]) named.setAttribute("aria-label", words.exact[name]);
      const file = /^Remove (.*)$/.exec(name);
      if (file) named.setAttribute("aria-label", `${words.remove}: ${file[1]}`);
    }
  }
}

export default function ({ data: [data] }) {
  const before = words ? words.exact : {};
  words = { ...data, exact: { ...data.exact } };
  for (const english of Object.keys(before)) {
    // What was put in the other language is to be put in this one.
    if (data.exact[english]) words.exact[before[english]] = data.exact[english];
  }
  translate();
  if (watching) return;
  watching = true;
  new MutationObserver(() => requestAnimationFrame(translate)).observe(document.body, {
    childList: true,
    subtree: true,
    characterData: true,
  });
}
