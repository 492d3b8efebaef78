/* The answer on the 34 tiles of the provinces, where a column names regions by IRI or by their codes of GB/T 2260. */

import { byProvince } from "./provinces.js";
import { isNumber } from "./terms.js";
import { say } from "./text.js";

const SHADES = 4;

/** Draw the view. */
export async function draw(view, answer, { page, terms, signal }) {
  const numbers = answer.names.map((name, at) => [name, at]).filter(([, at]) => answer.rows.some((row) => isNumber(row[at])));
  const values = numbers.find(([name]) => name === "value")?.[1] ?? numbers[0]?.[1] ?? -1;
  const found = byProvince(answer, page.base, values);
  const single = values >= 0 && [...found.values()].every(({ value }) => value !== null);
  const shadeOf = shades([...found.values()].map(({ rows, value }) => (single ? value : rows.length)));
  await terms.learn(answer.rows, signal);
  const list = document.createElement("ul");
  list.className = "tiles";
  const below = document.createElement("div");
  below.setAttribute("aria-live", "polite");
  for (const tile of page.tiles) list.append(item(tile, found.get(tile.code), { single, shadeOf, answer, terms, below }));
  const note = Object.assign(document.createElement("p"), { className: "note" });
  note.textContent = single ? say("mapValues", { name: answer.names[values] }) : say("mapRows");
  view.replaceChildren(note, list, below);
}

/** What is for the eye: words beside it say the same. */
function seen(tag, textContent) {
  const found = Object.assign(document.createElement(tag), { textContent });
  found.setAttribute("aria-hidden", "true");
  return found;
}

function item(tile, found, { single, shadeOf, answer, terms, below }) {
  const entry = document.createElement("li");
  entry.className = `c${tile.column} r${tile.row}`;
  const button = entry.appendChild(document.createElement("button"));
  const amount = found && (single ? found.value : found.rows.length);
  const told = found ? say(single ? "amount" : "tileRows", { n: amount }) : say("notInAnswer");
  Object.assign(button, { type: "button", className: `tile s${found ? shadeOf(amount) : 0}`, title: tile.name });
  button.append(seen("abbr", tile.short), Object.assign(document.createElement("span"), { className: "quiet", textContent: `${tile.name}: ${told}` }));
  if (found) button.append(seen("b", say("amount", { n: amount })));
  else button.disabled = true;
  button.addEventListener("click", () => below.replaceChildren(details(tile, found, answer, terms)));
  return entry;
}

function details(tile, { rows }, { names, rows: all }, terms) {
  const box = document.createElement("section");
  box.append(Object.assign(document.createElement("h3"), { textContent: tile.name }));
  for (const at of rows) {
    const list = box.appendChild(document.createElement("dl"));
    list.className = "facts";
    for (const [column, name] of names.entries()) {
      if (!all[at][column]) continue;
      list.append(Object.assign(document.createElement("dt"), { textContent: name }));
      list.appendChild(document.createElement("dd")).append(terms.element(all[at][column]));
    }
  }
  return box;
}

/** Which of four shades an amount has: as many tiles in each as can be. */
export function shades(amounts) {
  const sorted = [...new Set(amounts)].sort((one, other) => one - other);
  return (amount) => Math.min(SHADES, 1 + Math.floor((sorted.indexOf(amount) * SHADES) / sorted.length));
}
