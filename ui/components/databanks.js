// The databanks: who, about what, and where.
export default function ({ data: [data], parentElement: parent, setTriggerValue }) {
  const list = made("ul", "la-banks");
  for (const bank of data.banks) {
    const item = made("li", "");
    item.append(made("b", "", bank.name, "nl"), made("p", "", bank.theme));
    const ways = made("p", "la-ways");
    if (bank.url) {
      const to = outward(bank.url, data.open);
      to.setAttribute("aria-label", `${data.open}: ${bank.name}`);
      ways.append(to);
    }
    item.append(ways);
    list.append(item);
  }
  const named = made("p", "la-ways");
  named.append(link({ alinea: data.banks[0].id }, data.named));
  parent.replaceChildren(list, named);
  follow(parent, (to) => setTriggerValue("go", to));
}
