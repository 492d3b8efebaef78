/* The editor in the place of the text field: YASQE with completers, prefixes and keys of ours. It asks no other host. */

import { Completion } from "./completion.js";
import { say } from "./text.js";

const LEAST_LINES = 8;
const MOST_LINES = 22;
const LINE = 21;
const SLACK = 8;
const SETTLED = 400;

function loaded(page) {
  const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: page.editor.style });
  const script = Object.assign(document.createElement("script"), { src: page.editor.script });
  return new Promise((done, failed) => {
    script.addEventListener("load", () => done(globalThis.Yasqe));
    script.addEventListener("error", failed);
    // Before our own, which has its colours.
    document.head.querySelector("link[rel=stylesheet]").before(style);
    document.head.append(script);
  });
}

/** Prefixes that a text uses and does not declare. */
export function undeclared(text) {
  const bare = text.replace(/<[^<>\s]*>|"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#[^\n]*/g, " ");
  const declared = new Set([...bare.matchAll(/\bPREFIX\s+([\w-]*):/gi)].map(([, prefix]) => prefix));
  const used = [...bare.matchAll(/(?<![\w:?$@-])([A-Za-z][\w-]*):/g)].map(([, prefix]) => prefix);
  return [...new Set(used)].filter((prefix) => !declared.has(prefix));
}

export class Editor {
  /** @param {object} page what the page says. @param {HTMLTextAreaElement} field the text field. @param {function} run called to run the query. */
  constructor(page, field, run) {
    Object.assign(this, { page, field, run, prefixes: { ...page.prefixes } });
    this.completion = new Completion(page, this.prefixes);
  }

  /** Put the editor in place; without its files, or if it fails, the field stays. */
  async start() {
    if (!this.page.editor) return;
    try {
      this.build(await loaded(this.page));
    } catch (error) {
      console.info("No editor:", error);
    }
  }

  get text() {
    return this.yasqe ? this.yasqe.getValue() : this.field.value;
  }

  set text(text) {
    this.field.value = text;
    if (!this.yasqe) return;
    this.yasqe.setValue(text);
    this.fit();
  }

  build(Yasqe) {
    // Those that come along ask other hosts. Lists in options are merged with the defaults, so these are what is set.
    for (const name of Object.keys(Yasqe.Autocompleters)) if (name !== "variables") delete Yasqe.Autocompleters[name];
    Yasqe.registerAutocompleter(this.completion.completer(), false);
    Yasqe.defaults.autocompleters = ["variables", "terms"];
    const label = document.querySelector(`label[for="${this.field.id}"]`);
    this.box = document.createElement("div");
    this.box.className = "editor";
    this.field.before(this.box);
    const run = () => this.run();
    this.yasqe = new Yasqe(this.box, {
      value: this.field.value, persistenceId: null, createShareableLink: null, consumeShareLink: null,
      showQueryButton: false, resizeable: false, editorHeight: "auto", prefixCcApi: null, requestConfig: { endpoint: this.page.endpoint },
      screenReaderLabel: label.textContent, spellcheck: false, inputStyle: "textarea",
      hintConfig: { completeOnSingleClick: true },
      extraKeys: { "Ctrl-Enter": run, "Cmd-Enter": run, "Ctrl-S": false, Esc: () => this.leave(), "Ctrl-Space": () => this.complete(), Tab: "indentMore", "Shift-Tab": "indentLess" },
    });
    this.accessible();
    this.yasqe.setSize(null, this.field.offsetHeight);
    this.field.hidden = true;
    this.field.required = false;
    this.yasqe.on("changes", () => this.changed());
    // Words are completed while somebody types, not where somebody clicks.
    this.yasqe.on("change", (_, { origin, text }) => {
      this.yasqe.typed = /^(\+input|\+delete|\*compose)/.test(origin);
      if (text.join("").includes(":") && origin !== "setValue") this.declare();
    });
    this.yasqe.on("cursorActivity", () => (this.yasqe.typed = false));
    this.yasqe.on("autocompletionShown", (_, widget) => this.hints(widget));
    this.yasqe.on("dragstart", (_, event) => this.drag(event));
    this.yasqe.on("focus", () => {
      this.leave();
      this.completion.find("", "class"); // the service gathers its terms when somebody first asks for some
    });
    this.yasqe.refresh();
    this.changed();
  }

  /** Let the selection be dragged. The library would draw it with a picture that the page may not load. */
  drag(event) {
    event.codemirrorIgnore = true;
    event.dataTransfer.setData("Text", this.yasqe.getSelection());
    event.dataTransfer.effectAllowed = "copyMove";
  }

  /** Complete the word at the cursor, however short it is. */
  complete() {
    this.yasqe.asked = true;
    this.yasqe.autocomplete();
    this.yasqe.asked = false;
  }

  accessible() {
    const input = this.yasqe.getInputField();
    input.id = "query-editor";
    input.removeAttribute("aria-label");
    input.setAttribute("aria-describedby", "editor-help editor-syntax");
    document.querySelector(`label[for="${this.field.id}"]`).htmlFor = input.id;
    document.getElementById("editor-help").hidden = false;
    const scroller = this.yasqe.getScrollerElement();
    scroller.setAttribute("role", "group");
    scroller.setAttribute("aria-label", say("wholeQuery"));
    scroller.addEventListener("keydown", ({ target, key }) => target === scroller && key === "Enter" && this.focus());
    // Where the text is longer than its place, the keyboard can scroll it.
    this.scrollable = () => (scroller.tabIndex = scroller.scrollHeight > scroller.clientHeight + SLACK ? 0 : -1);
    new ResizeObserver(this.scrollable).observe(scroller);
  }

  hints({ hints }) {
    hints.removeAttribute("aria-expanded"); // a list box is not opened or closed
    hints.setAttribute("aria-label", say("hints"));
    hints.tabIndex = 0; // it scrolls
  }

  /** Tab goes on to the next control, until somebody types: for those who come by, and after Esc. */
  leave() {
    this.passing ??= { Tab: false, "Shift-Tab": false };
    const stay = () => {
      this.yasqe.removeKeyMap(this.passing);
      this.yasqe.off("blur", stay);
      this.yasqe.off("changes", stay);
    };
    this.yasqe.removeKeyMap(this.passing);
    this.yasqe.addKeyMap(this.passing);
    this.yasqe.on("blur", stay);
    this.yasqe.on("changes", stay);
  }

  fit() {
    const lines = Math.min(MOST_LINES, Math.max(LEAST_LINES, this.yasqe.lineCount() + 1));
    this.yasqe.setSize(null, lines * LINE);
  }

  changed() {
    this.field.value = this.yasqe.getValue();
    this.scrollable();
    for (const icon of this.box.querySelectorAll(".parseErrorIcon")) {
      icon.onmouseover = icon.onmouseout = null; // its tooltip has styles in its markup
      icon.setAttribute("aria-hidden", "true");
    }
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.checked(), SETTLED);
  }

  /** Say where the text stops being SPARQL, once nobody types any more. */
  checked() {
    const wrong = this.firstError();
    document.getElementById("editor-syntax").textContent = wrong ? say("syntax", wrong) : "";
    this.yasqe.getInputField().setAttribute("aria-invalid", String(Boolean(wrong)));
  }

  firstError() {
    const doc = this.yasqe.getDoc();
    for (let line = 0; line < doc.lineCount(); line += 1) {
      const tokens = this.yasqe.getLineTokens(line, true);
      const found = tokens.find(({ state }) => state.OK === false);
      if (found) return { line: line + 1, column: [...doc.getLine(line).slice(0, found.start)].length + 1, token: found.string.trim() || say("endOfLine") };
    }
    return null;
  }

  /** Declare the prefixes that the text uses, where they are known. */
  async declare() {
    const missing = undeclared(this.text);
    const namespaces = await Promise.all(missing.map((prefix) => this.completion.namespace(prefix)));
    const still = new Set(undeclared(this.text)); // somebody may have typed on
    const lines = missing.map((prefix, at) => [prefix, namespaces[at]]).filter(([prefix, namespace]) => namespace && still.has(prefix));
    const declarations = lines.map(([prefix, namespace]) => `PREFIX ${prefix}: <${namespace}>\n`).join("");
    if (!declarations) return;
    if (!this.yasqe) {
      this.field.value = declarations + this.field.value;
      return;
    }
    const completing = this.yasqe.state.completionActive; // it ends when the line moves
    this.yasqe.getDoc().replaceRange(declarations, { line: 0, ch: 0 }, undefined, "prefixes");
    if (completing) this.complete();
  }

  /** Mark a place; line and column count from 1, columns in characters. */
  mark(line, column) {
    if (!this.yasqe) return this.field.focus();
    const text = [...(this.yasqe.getDoc().getLine(line - 1) ?? "")];
    const from = { line: line - 1, ch: text.slice(0, column - 1).join("").length };
    const to = { line: line - 1, ch: text.slice(0, column).join("").length };
    this.unmark();
    this.marked = this.yasqe.getDoc().markText(from, to, { className: "wrong-here" });
    this.yasqe.getDoc().setCursor(from);
    return this.yasqe.scrollIntoView(from, LINE * 2);
  }

  unmark() {
    this.marked?.clear();
  }

  focus() {
    (this.yasqe ?? this.field).focus();
  }
}
