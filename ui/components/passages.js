// What a search found. Words of the essay and of documents are quotations; ours are not.
function quoteOf(parts, lang, address) {
  const quote = made("blockquote", "la-quote", undefined, lang);
  quote.cite = address;
  quote.append(markedIn(made("q", ""), parts));
  return quote;
}

function quotedOf(one, words) {
  const { href } = link(one.go, one.link);
  const quote = quoteOf(one.quote, one.lang, href);
  if (one.before) quote.prepend("… ");
  if (one.after) quote.append(" …");
  const all = [quote];
  if (one.whole) {
    const whole = fold("la-whole", words.whole_passage);
    whole.append(quoteOf(one.whole, one.lang, href));
    all.push(whole);
  }
  all.push(made("p", "la-source", one.source));
  return all;
}

function ownOf(one, words) {
  const told = markedIn(made("p", "la-annotation"), one.annotation);
  return [referenceOf(one.reference, one.lang), made("p", "la-aside", words.our_words), told];
}

function resultOf(one, words) {
  const item = made("li", "la-result");
  item.append(made("h3", "", one.heading, one.lang));
  item.append(...(one.kind === "work" ? ownOf(one, words) : quotedOf(one, words)));
  item.append(link(one.go, one.link, "la-on"));
  if (one.why.length) {
    const why = fold("la-why", words.why_found);
    const list = made("ul", "");
    for (const told of one.why) list.append(made("li", "", told));
    why.append(list);
    item.append(why);
  }
  return item;
}

export default function ({ data: [data], parentElement: parent, setTriggerValue }) {
  follow(parent, (to) => setTriggerValue("go", to));
  if (isDrawn(parent, data)) return;
  let status = parent.querySelector(".la-count-told");
  if (!status) {
    status = made("p", "la-count-told");
    status.setAttribute("role", "status");
  }
  const list = made("ol", "la-results");
  for (const one of data.results) list.append(resultOf(one, data.words));
  parent.replaceChildren(made("h2", "", data.title), status);
  if (data.results.length) parent.append(list);
  status.textContent = data.told;
}
