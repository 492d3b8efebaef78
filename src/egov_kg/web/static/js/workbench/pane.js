/* The pane below the query: what came of it, in several views, with its files and programs. */

import { choose as chartColumns } from "./columns.js";
import { links } from "./links.js";
import { regionColumn } from "./provinces.js";
import { snippets } from "./snippets.js";
import * as table from "./table.js";
import { duration, rows, say } from "./text.js";

/** The views: whether one can show an answer, and what draws it, fetched when it is wanted. */
const VIEWS = {
  table: { fits: () => true, code: async () => table },
  chart: {
    fits: (answer, { page }) => page.library !== "" && answer.kind === "rows" && chartColumns(answer, page.lang) !== null,
    code: () => import("./figures.js"),
  },
  map: {
    fits: (answer, { page }) => page.tiles.length > 0 && answer.kind === "rows" && regionColumn(answer, page.base) >= 0,
    code: () => import("./map.js"),
  },
  graph: { fits: (answer, { page }) => page.library !== "" && links(answer).length > 0, code: () => import("./network.js") },
  raw: { fits: () => true, code: () => import("./raw.js") },
};

export class Pane {
  /**
   * @param {HTMLElement} place where the answer stands.
   * @param {object} context `page`; `terms`; `options`, what the address says besides the query; `changed`, called after one of them
   *   did; `copyable`, gives the programs of a section their buttons; `signal`, by which the query can be stopped; `failed`, called with what goes wrong later.
   */
  constructor(place, context) {
    Object.assign(this, { place, context });
    this.answer = null;
  }

  /** Show nothing: what was here answers another query. */
  clear() {
    this.answer = null;
    this.place.replaceChildren();
  }

  /** Show an answer. */
  async show(answer, asked) {
    this.answer = answer;
    this.section = document.getElementById("answer-template").content.firstElementChild.cloneNode(true);
    this.place.replaceChildren(this.section);
    this.summary(answer);
    this.files(answer, asked);
    this.programs(answer, asked);
    const some = answer.kind === "boolean" || !answer.rows.length ? [] : Object.keys(VIEWS).filter((name) => VIEWS[name].fits(answer, this.context));
    this.choices(some);
    if (answer.kind === "boolean") this.sentence(answer.boolean);
    else if (!answer.rows.length) this.view.replaceChildren(document.getElementById("empty-template").content.cloneNode(true));
    else await this.draw(some.find((name) => name === this.context.options.get("view")) ?? some[0]);
  }

  get view() {
    return this.section.querySelector(".view");
  }

  summary({ kind, rows: found, whole, seconds }) {
    const strong = document.createElement("strong");
    strong.textContent = whole ? rows(found.length) : say("moreRows", { n: found.length });
    const parts = kind === "boolean" ? [] : [strong, " · "];
    this.section.querySelector(".summary").replaceChildren(...parts, duration(seconds));
    const warning = this.section.querySelector(".warning");
    warning.hidden = whole;
    if (!whole) warning.textContent = say("cut", { n: found.length });
  }

  sentence(truth) {
    const line = Object.assign(document.createElement("p"), { className: "verdict-line" });
    line.append(Object.assign(document.createElement("strong"), { textContent: say(truth ? "yes" : "no") }), " (");
    line.append(Object.assign(document.createElement("code"), { textContent: String(truth) }), `): ${say(truth ? "match" : "noMatch")}`);
    this.view.replaceChildren(line);
  }

  choices(names) {
    const group = this.section.querySelector(".views");
    group.replaceChildren();
    group.hidden = names.length < 2;
    for (const name of names) {
      const button = group.appendChild(Object.assign(document.createElement("button"), { type: "button", textContent: say(name), className: "second" }));
      button.dataset.view = name;
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => this.choose(name));
    }
  }

  choose(name) {
    this.context.options.set("view", name);
    this.context.changed();
    return this.draw(name);
  }

  /** Draw a view of the answer. */
  async draw(name) {
    for (const button of this.section.querySelectorAll(".views button")) button.setAttribute("aria-pressed", String(button.dataset.view === name));
    const view = document.createElement("div");
    view.className = "view";
    this.view.replaceWith(view);
    try {
      const { draw } = await VIEWS[name].code();
      await draw(view, this.answer, this.context);
    } catch (error) {
      this.context.failed(error);
    }
  }

  files({ kind }, { query, parameters }) {
    const nav = this.section.querySelector("nav.data");
    for (const [name, label] of this.context.page.formats[kind === "graph" ? "graph" : "rows"]) {
      const asked = new URLSearchParams([["query", query], ...parameters, ["format", name]]);
      const href = `${this.context.page.endpoint}?${asked}`;
      if (href.length <= this.context.page.longest) nav.append(Object.assign(document.createElement("a"), { href, textContent: label }));
    }
  }

  programs({ kind }, { query, parameters }) {
    const { page } = this.context;
    const asked = new URLSearchParams(parameters).toString();
    const texts = snippets(page.snippets, page.address + (asked && `?${asked}`), query, kind);
    for (const [name, text] of Object.entries(texts)) this.section.querySelector(`[data-program="${name}"] code`).textContent = text;
    this.context.copyable(this.section);
  }
}
