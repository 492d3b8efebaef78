/* How the terms of an answer are shown: by the names that the data have for them, else by their short forms. */

import { ask } from "./ask.js";

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(
  ["integer", "decimal", "double", "float", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger",
    "nonPositiveInteger", "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"]
    .map((name) => XSD + name),
);
const UNSAFE = /[\u0000-\u0020<>"{}|^`\\]/;
const LONGEST = 600;
const BATCH = 500;

export const isNumber = (term) => term?.type === "literal" && NUMBERS.has(term.datatype);

export class Terms {
  /** @param {object} page what the page says: `base`, `place`, `prefixes`, `lang`, `asOf`, `labels` (a query), `endpoint`. */
  constructor(page) {
    this.page = page;
    this.prefixes = { ...page.prefixes };
    this.names = new Map();
    this.named = true;
  }

  /** Ask for the names of the things in some rows that are not known yet. */
  async learn(rows, signal) {
    const iris = new Set();
    for (const row of rows) {
      for (const term of row) if (term?.type === "uri" && !this.names.has(term.value) && !UNSAFE.test(term.value)) iris.add(term.value);
    }
    const all = [...iris];
    for (let at = 0; at < all.length; at += BATCH) await this.learnBatch(all.slice(at, at + BATCH), signal);
  }

  async learnBatch(iris, signal) {
    const { endpoint, labels, lang, asOf } = this.page;
    const query = `${labels}\nVALUES ?thing { ${iris.map((iri) => `<${iri}>`).join(" ")} }`;
    const parameters = asOf ? [["asOf", asOf]] : [];
    const { names, rows } = await ask({ endpoint, query, parameters, longest: 0, signal });
    for (const iri of iris) this.names.set(iri, null);
    const better = (tag) => (tag === lang ? 2 : tag === "" ? 1 : 0);
    for (const row of rows) {
      const thing = row[names.indexOf("thing")].value;
      const { value, lang: tag = "" } = row[names.indexOf("name")];
      const known = this.names.get(thing);
      if (!known || better(tag) > better(known.lang)) this.names.set(thing, { text: value, lang: tag });
    }
  }

  /** A name with a prefix, or the IRI. */
  short(iri) {
    let best = ["", ""];
    for (const pair of Object.entries(this.prefixes)) if (iri.startsWith(pair[1]) && pair[1].length > best[1].length) best = pair;
    return best[1] ? `${best[0]}:${iri.slice(best[1].length)}` : iri;
  }

  /** Where an IRI leads: to our page of it, out, or nowhere. */
  place(iri) {
    const { base, place, asOf } = this.page;
    if (iri.startsWith(base) && !iri.startsWith(`${base}/`)) {
      const [path, mark] = iri.slice(base.length).split("#");
      return `${place}/${path}${asOf ? `?asOf=${encodeURIComponent(asOf)}` : ""}${mark === undefined ? "" : `#${mark}`}`;
    }
    return /^https?:/i.test(iri) ? iri : "";
  }

  /** The text of a term, for a label, an axis or a sort. */
  text(term) {
    if (!term) return "";
    if (term.type === "uri") return (this.named && this.names.get(term.value)?.text) || this.short(term.value);
    return term.type === "bnode" ? `_:${term.value}` : term.value;
  }

  /** A term as an element of a page; nothing of the data is markup. */
  element(term) {
    if (!term) return this.marked("span", "–", { className: "unbound" });
    const text = this.text(term);
    if (term.type === "uri") return this.link(term.value, text);
    if (term.type !== "literal") return this.marked("code", cut(text));
    const shown = this.marked("span", cut(text), term.datatype ? { title: this.short(term.datatype) } : {});
    if (!term.lang) return shown;
    if (term.lang !== this.page.lang) shown.lang = term.lang;
    const both = document.createDocumentFragment();
    both.append(shown, " ", this.marked("span", term.lang, { className: "langtag" }));
    return both;
  }

  link(iri, text) {
    const href = this.place(iri);
    const found = this.marked(href ? "a" : "span", cut(text), text === iri ? {} : { title: iri });
    if (href) found.href = href;
    if (href && !href.startsWith("/")) found.rel = "nofollow noreferrer";
    const tag = this.named ? this.names.get(iri)?.lang : "";
    if (tag && tag !== this.page.lang) found.lang = tag;
    return found;
  }

  marked(tag, text, properties = {}) {
    return Object.assign(document.createElement(tag), properties, { textContent: text });
  }
}

function cut(text) {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}
