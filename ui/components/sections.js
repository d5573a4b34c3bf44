// The parts of the library, as links.
export default function ({ data: [data], parentElement: parent, setTriggerValue }) {
  const nav = made("nav", "la-sections");
  nav.setAttribute("aria-label", data.label);
  for (const one of data.sections) {
    const to = link({ deel: one.id }, one.name);
    if (one.here) to.setAttribute("aria-current", "page");
    nav.append(to);
  }
  parent.replaceChildren(nav);
  follow(parent, (to) => setTriggerValue("go", to));
}
