/* The answer as it came: JSON folded, triples as text. */

import { say } from "./text.js";

const MOST = 300_000;
const FOLDED = 50;

/** Draw the view. */
export function draw(view, answer) {
  if (answer.kind === "graph") return text(view, answer.raw);
  let document_;
  try {
    document_ = JSON.parse(answer.raw);
  } catch {
    return text(view, answer.raw); // it was cut off
  }
  const tree = document.createElement("div");
  tree.className = "json";
  tree.append(folded("", document_, true));
  view.replaceChildren(tree);
  return undefined;
}

function text(view, whole) {
  const pre = document.createElement("pre");
  pre.tabIndex = 0;
  pre.append(Object.assign(document.createElement("code"), { textContent: whole.slice(0, MOST) }));
  const note = Object.assign(document.createElement("p"), { className: "note", textContent: say("rawCut") });
  view.replaceChildren(pre, ...(whole.length > MOST ? [note] : []));
}

/** A member and its value; what it holds is made when it is opened. */
function folded(name, value, open = false) {
  if (value === null || typeof value !== "object") return line(name, JSON.stringify(value));
  const entries = Object.entries(value);
  const ends = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  if (!entries.length) return line(name, ends.join(""));
  const details = document.createElement("details");
  const summary = details.appendChild(document.createElement("summary"));
  summary.append(line(name, `${ends[0]} ${say("members", { n: entries.length })} ${ends[1]}`));
  const fill = () => {
    if (details.childElementCount === 1) details.append(...parts(entries, Array.isArray(value)));
  };
  details.addEventListener("toggle", () => details.open && fill(), { once: true });
  if (open || entries.length === 1) {
    fill();
    details.open = true;
  }
  return details;
}

function parts(entries, isList) {
  const shown = entries.slice(0, FOLDED).map(([name, value]) => folded(isList ? `${name}` : JSON.stringify(name), value));
  if (entries.length <= FOLDED) return shown;
  const more = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: say("moreMembers", { n: entries.length - FOLDED }) });
  more.addEventListener("click", () => more.replaceWith(...parts(entries.slice(FOLDED), isList)));
  return [...shown, more];
}

function line(name, value) {
  const found = document.createElement("span");
  if (name) found.append(Object.assign(document.createElement("span"), { className: "member", textContent: `${name}: ` }));
  found.append(Object.assign(document.createElement("code"), { textContent: value }));
  const row = document.createElement("div");
  row.append(found);
  return row;
}
