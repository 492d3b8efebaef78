/* The SPARQL workbench with scripts: an editor, answers in place, views of them. Without scripts, its form does what is needed. */

import { Editor } from "./workbench/editor.js";
import { learn, say } from "./workbench/text.js";

const OWN = ["view", "value", "label"]; // of the address, besides the query
const VIEWS = ["table", "chart", "map", "graph", "raw"];
const page = JSON.parse(document.getElementById("workbench-data").textContent);
const examples = document.querySelector("details.examples");
learn(page.texts, page.lang);

class Workbench {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector(".status");
    this.options = new Map([...new URLSearchParams(location.search)].filter(([name]) => OWN.includes(name)));
    this.editor = new Editor(page, form.querySelector("textarea"), () => this.run());
  }

  async start() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.run();
    });
    addEventListener("popstate", () => location.reload());
    const share = this.form.querySelector("button.share");
    share.hidden = !navigator.clipboard;
    share.addEventListener("click", () => this.copy(new URL(this.address(), location.href).href, "shared"));
    this.adopt();
    this.remembered();
    await this.editor.start();
    const view = this.options.get("view");
    if (VIEWS.includes(view) && view !== "table" && document.querySelector("table.rows")) await this.load(view);
  }

  /** Offer the other views of an answer that the server has shown; its data are asked for when somebody wants one. */
  adopt() {
    const section = document.querySelector("section.answer");
    if (section) this.copyable(section);
    if (!section?.querySelector("table.rows")) return;
    const group = section.querySelector(".views");
    group.hidden = false;
    for (const name of VIEWS) {
      const button = group.appendChild(Object.assign(document.createElement("button"), { type: "button", className: "second", textContent: say(name) }));
      button.dataset.view = name;
      button.setAttribute("aria-pressed", String(name === "table"));
      button.addEventListener("click", () => {
        this.options.set("view", name);
        this.remember(true);
        if (name !== "table") this.load(name);
      });
    }
  }

  /** The list of the last queries, made when somebody opens it. */
  remembered() {
    const box = document.getElementById("history");
    box.hidden = false;
    box.addEventListener("toggle", () => this.history(), { once: true });
  }

  history() {
    this.kept ??= import("./workbench/history.js").then(({ History }) => new History(document.getElementById("history"), (query) => {
      this.editor.text = query;
      this.editor.focus();
    }));
    return this.kept;
  }

  /** What runs queries and shows answers: fetched with the first one. */
  evaluation() {
    this.made ??= import("./workbench/evaluation.js").then(({ Evaluation }) => new Evaluation(this.form, {
      page, options: this.options, prefixes: this.editor.prefixes,
      changed: () => this.remember(true), copyable: (section) => this.copyable(section), mark: (line, column) => this.editor.mark(line, column),
    }));
    return this.made;
  }

  /** The parameters of the form besides the query. */
  parameters() {
    return [...new FormData(this.form)].filter(([name, value]) => name !== "query" && value !== "");
  }

  /** The address of the page with what is asked now. */
  address() {
    const own = [...this.options].filter(([, value]) => value);
    return `${page.place}/sparql?${new URLSearchParams([["query", this.editor.text], ...this.parameters(), ...own])}`;
  }

  /** Have the address say what is shown, where it fits into one. */
  remember(replace) {
    const address = this.address();
    if (address.length > page.longest) return;
    history[replace ? "replaceState" : "pushState"](null, "", address);
    for (const link of document.querySelectorAll("nav.languages a")) link.href = `/${link.hreflang}${address.slice(page.place.length)}`;
  }

  async run() {
    await this.editor.declare();
    const query = this.editor.text;
    if (!query.trim()) return this.editor.focus();
    for (const name of ["value", "label"]) this.options.delete(name);
    this.remember(false);
    if (examples) examples.open = false;
    const done = this.evaluate(query);
    (await this.history()).add(query);
    return done;
  }

  async evaluate(query) {
    this.editor.unmark();
    const evaluation = await this.evaluation();
    return evaluation.run({ query, parameters: this.parameters() });
  }

  /** Get the data of an answer that the server has shown, for another view of it. */
  async load(view) {
    await this.evaluate(this.editor.text);
    if (document.querySelector("section.answer .views") && !document.querySelector(`[data-view="${CSS.escape(view)}"]`)) this.status.textContent = say("noView");
  }

  /** Give each program of an answer a button that copies it. */
  copyable(section) {
    if (!navigator.clipboard) return;
    for (const pre of section.querySelectorAll("[data-program]")) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "second copy", textContent: say("copy") });
      button.setAttribute("aria-label", say("copyProgram", { name: pre.dataset.name }));
      button.addEventListener("click", () => this.copy(pre.textContent));
      pre.before(button);
    }
  }

  async copy(text, done = "copied") {
    try {
      await navigator.clipboard.writeText(text);
      this.status.textContent = say(done);
    } catch {
      this.status.textContent = say("notCopied");
    }
  }
}

/** A field that leaves only the examples that have some words in them. */
function findable(box) {
  const field = box.querySelector("input[type=search]");
  box.querySelector(".find-example").hidden = false;
  const items = [...box.querySelectorAll("li")];
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of items) item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word));
    for (const group of box.querySelectorAll("section")) group.hidden = !group.querySelector("li:not([hidden])");
    box.querySelector(".none").hidden = items.some((item) => !item.hidden);
  });
}

if (examples) findable(examples);
new Workbench(document.querySelector("form.workbench")).start();
