/* The last queries, kept in this browser if somebody wants that, and nowhere else. */

import { say } from "./text.js";

const KEY = "egov-kg.queries";
const MOST = 20;
const LONGEST = 20_000;

function stored() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(found) ? found.filter((one) => typeof one === "string") : null;
  } catch {
    return null;
  }
}

function store(queries) {
  try {
    if (queries) localStorage.setItem(KEY, JSON.stringify(queries));
    else localStorage.removeItem(KEY);
    return true;
  } catch {
    return false; // storage is full or switched off
  }
}

/** A short line for a query: its first line that is no declaration and no comment. */
export function heading(query) {
  const line = query.split("\n").map((one) => one.trim()).find((one) => one && !/^(#|PREFIX\b|BASE\b)/i.test(one)) ?? query.trim();
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
}

export class History {
  /** @param {HTMLElement} box with a checkbox, a list and a button. @param {function} use called with a query to use again. */
  constructor(box, use) {
    Object.assign(this, { box, use });
    this.keep = box.querySelector("input");
    this.list = box.querySelector("ul");
    this.clear = box.querySelector("button");
    if (!this.isPossible()) return;
    box.hidden = false;
    this.keep.checked = stored() !== null;
    this.keep.addEventListener("change", () => {
      if (!store(this.keep.checked ? [] : null)) this.keep.checked = false;
      this.draw();
    });
    this.clear.addEventListener("click", () => {
      store([]);
      this.draw();
      this.keep.focus();
    });
    this.draw();
  }

  isPossible() {
    const before = stored();
    return store(before ?? []) && store(before);
  }

  add(query) {
    const queries = stored();
    if (!queries || query.length > LONGEST) return;
    store([query, ...queries.filter((one) => one !== query)].slice(0, MOST));
    this.draw();
  }

  draw() {
    const queries = stored() ?? [];
    this.clear.hidden = !queries.length;
    this.list.replaceChildren(
      ...queries.map((query) => {
        const button = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: heading(query), title: query.slice(0, 600) });
        button.setAttribute("aria-label", say("useAgain", { query: heading(query) }));
        button.addEventListener("click", () => this.use(query));
        const item = document.createElement("li");
        item.append(button);
        return item;
      }),
    );
  }
}
