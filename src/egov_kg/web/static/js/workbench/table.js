/* The answer as a table: sorted by a column, a page at a time, names instead of IRIs. */

import { isNumber } from "./terms.js";
import { say } from "./text.js";

const PAGE = 100;
const LONG = 24;

/** Where a column's values stand in order: numbers by value, before all else; nothing at the end. */
export function compare(one, other, terms, lang) {
  if (!one || !other) return Number(!one) - Number(!other);
  const [first, second] = [one, other].map((term) => (isNumber(term) ? Number(term.value) : NaN));
  if (!Number.isNaN(first) || !Number.isNaN(second)) {
    if (Number.isNaN(first) || Number.isNaN(second)) return Number(Number.isNaN(first)) - Number(Number.isNaN(second));
    return first - second;
  }
  return terms.text(one).localeCompare(terms.text(other), lang, { numeric: true });
}

class Table {
  constructor(view, answer, { terms, page, titles, signal, failed }) {
    Object.assign(this, { view, answer, terms, page, titles, signal, failed });
    this.rows = answer.rows;
    this.sorted = { column: -1, down: false };
    this.first = 0;
  }

  /** Show the rows of a page; their names are asked for first. */
  async show() {
    const rows = this.rows.slice(this.first, this.first + PAGE);
    if (this.terms.named) await this.terms.learn(rows, this.signal);
    const scroll = document.createElement("div");
    Object.assign(scroll, { className: "scroll", tabIndex: 0 });
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", say("rowsOf"));
    const table = scroll.appendChild(document.createElement("table"));
    table.className = "rows";
    table.append(this.head(), this.body(rows));
    this.view.replaceChildren(scroll, this.pager(rows.length));
  }

  columns() {
    return this.answer.names.map((name, at) => {
      const found = this.answer.rows.map((row) => row[at]).filter(Boolean);
      return {
        name: (this.answer.kind === "graph" && this.titles[name]) || name,
        number: found.length > 0 && found.every(isNumber),
        long: found.slice(0, PAGE).some((term) => this.terms.text(term).length > LONG),
      };
    });
  }

  head() {
    const row = document.createElement("tr");
    this.shown = this.columns();
    for (const [at, { name, number }] of this.shown.entries()) {
      const cell = row.appendChild(document.createElement("th"));
      cell.scope = "col";
      if (number) cell.className = "number";
      if (this.sorted.column === at) cell.setAttribute("aria-sort", this.sorted.down ? "descending" : "ascending");
      const button = cell.appendChild(document.createElement("button"));
      Object.assign(button, { type: "button", className: "sort", textContent: name, title: say("sort", { name }) });
      button.addEventListener("click", () => this.sort(at));
    }
    if (!this.shown.length) row.append(Object.assign(document.createElement("th"), { scope: "col", textContent: say("noVariables") }));
    const head = document.createElement("thead");
    head.append(row);
    return head;
  }

  body(rows) {
    const body = document.createElement("tbody");
    for (const row of rows) {
      const line = body.insertRow();
      if (!row.length) line.insertCell().textContent = say("solution");
      for (const [at, term] of row.entries()) {
        const cell = line.insertCell();
        const { number, long } = this.shown[at];
        if (number || long) cell.className = number ? "number" : "long";
        cell.append(this.terms.element(term));
      }
    }
    return body;
  }

  async sort(column) {
    const down = this.sorted.column === column && !this.sorted.down;
    this.sorted = { column, down };
    await this.attempt(async () => {
      if (this.terms.named) await this.terms.learn(this.answer.rows.map((row) => [row[column]]), this.signal);
      const order = down ? -1 : 1;
      this.rows = this.answer.rows.toSorted((one, other) => {
        if (!one[column] || !other[column]) return compare(one[column], other[column]);
        return order * compare(one[column], other[column], this.terms, this.page.lang);
      });
      this.first = 0;
      await this.show();
      this.view.querySelectorAll("th button")[column].focus();
    });
  }

  pager(shown) {
    const nav = document.createElement("nav");
    nav.className = "pager";
    nav.setAttribute("aria-label", say("pager"));
    const total = this.rows.length;
    if (total > PAGE) {
      const text = say("range", { first: this.first + 1, last: this.first + shown });
      nav.append(Object.assign(document.createElement("span"), { textContent: text }));
      if (this.first > 0) nav.append(this.button("previous", () => this.turn(-PAGE)));
      if (this.first + PAGE < total) nav.append(this.button("next", () => this.turn(PAGE)));
    }
    nav.append(this.button(this.terms.named ? "showIris" : "showNames", () => {
      this.terms.named = !this.terms.named;
      this.attempt(() => this.show());
    }));
    return nav;
  }

  button(name, action) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: say(name) });
    button.addEventListener("click", action);
    return button;
  }

  async turn(by) {
    this.first += by;
    await this.attempt(() => this.show());
    this.view.querySelector(".scroll").focus();
  }

  async attempt(action) {
    try {
      await action();
    } catch (error) {
      this.failed(error);
    }
  }
}

/** Draw the view. */
export const draw = (view, answer, context) => new Table(view, answer, context).show();
