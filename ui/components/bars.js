// Counts as bars: one colour a level, continuity filled, discontinuity hatched, the word beside it.
// The table under it holds the same figures, so the drawing itself is one image with a name.
export default function ({ data: [data], parentElement: parent }) {
  const most = Math.max(1, ...data.rows.map((row) => row.n));
  const chart = document.createElement("div");
  chart.className = "la-bars";
  chart.setAttribute("role", "img");
  chart.setAttribute("aria-label", data.label);
  for (const row of data.rows) {
    const line = document.createElement("div");
    line.className = "la-row";
    const name = document.createElement("span");
    name.className = "la-row-name";
    name.textContent = `${row.level}: ${row.polarity}`;
    const track = document.createElement("span");
    track.className = "la-track";
    const bar = document.createElement("span");
    bar.className = `la-fill la-${row.level_id} la-${row.polarity_id}`;
    bar.style.width = `${(100 * row.n) / most}%`;
    const count = document.createElement("span");
    count.className = "la-count";
    count.textContent = String(row.n);
    track.append(bar, count);
    line.append(name, track);
    chart.append(line);
  }
  parent.replaceChildren(chart);
}
