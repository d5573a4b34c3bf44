// People's own words. Set as text: whatever stands in them, it is only read.
export default function ({ data: [data], parentElement: parent }) {
  const list = document.createElement("ul");
  list.className = "la-words";
  for (const one of data.stretches) {
    const item = document.createElement("li");
    const said = document.createElement("q");
    said.textContent = one.text;
    item.append(said);
    if (one.by) {
      const by = document.createElement("span");
      by.className = "la-by";
      by.textContent = one.by;
      item.append(by);
    }
    list.append(item);
  }
  parent.replaceChildren(list);
}
