/* What completes a word in the editor: classes, properties, code lists and codes, by their names in both languages.
 *
 * Everything comes from the service's own list of terms; the editor's own completers would ask other hosts. */

const MOST = 40;
const KEYWORD = /^[A-Z]{2,}$/;
const WORD = /[^\s<>"'{}()[\]|^`;,.=!+*/?$#@&\\]*$/;
const TYPE = /(?:^|\s)(?:a|rdf:type)\s+$/;
const CLASSES_ONLY = /(?:rdfs:(?:domain|range|subClassOf))\s+$/;
const IDEOGRAPH = /[\u3400-\u9fff]/;
const LOCAL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_-])?$/;

/**
 * The word before the cursor, and what could stand there.
 *
 * @param {string} before the line up to the cursor.
 * @param {object} token the editor's token at the cursor: its `type` and its `state`.
 * @returns {?{word: string, start: number, kind: string}} nothing where no term can stand.
 */
export function wordAt(before, { type, state = {} }) {
  if (type === "comment" || type === "string" || type === "variable-3") return null;
  const { 0: word, index: start } = WORD.exec(before);
  const previous = before.slice(0, start);
  if (/[?$@"'\\]$/.test(previous) || /<[^<>\s]*$/.test(previous) || /^\s*(PREFIX|BASE)\b[^<>]*$/i.test(before)) return null;
  if (TYPE.test(previous) || CLASSES_ONLY.test(previous)) return { word, start, kind: "class" };
  const possible = state.possibleCurrent ?? [];
  return { word, start, kind: isVerb(possible) ? "property" : "" };
}

/** Whether a predicate can stand here: there the grammar knows `a` and inverse paths. */
const isVerb = (possible) => possible.includes("a") && possible.includes("^");

/** Whether to offer something while somebody types: not for keywords, nor for a letter or two. */
export function isTelling(word) {
  if (KEYWORD.test(word) || word === "a") return false;
  return IDEOGRAPH.test(word) || word.includes(":") || word.length > 2;
}

/** How a term is written in a query: with its prefix where that needs no escapes. */
export function written({ iri, curie }, prefixes) {
  const at = curie.indexOf(":");
  const prefix = curie.slice(0, at);
  return Object.hasOwn(prefixes, prefix) && iri.startsWith(prefixes[prefix]) && LOCAL.test(curie.slice(at + 1)) ? curie : `<${iri}>`;
}

export class Completion {
  /** @param {object} page `termsUrl`, `asOf`, `lang`. @param {object} prefixes those known so far; more are added. */
  constructor(page, prefixes) {
    Object.assign(this, { page, prefixes, known: new Map() });
  }

  /** Terms that fit a word. */
  async find(word, kind) {
    const asked = new URLSearchParams({ q: word, limit: MOST, ...(kind && { kind }), ...(this.page.asOf && { asOf: this.page.asOf }) });
    const key = asked.toString();
    if (!this.known.has(key)) {
      const found = fetch(`${this.page.termsUrl}?${key}`).then((response) => (response.ok ? response.json() : { terms: [], prefixes: {} }));
      this.known.set(key, found.catch(() => {
        this.known.delete(key); // it may work the next time
        return { terms: [], prefixes: {} };
      }));
    }
    const { terms, prefixes } = await this.known.get(key);
    for (const [prefix, namespace] of Object.entries(prefixes)) this.prefixes[prefix] ??= namespace;
    return terms;
  }

  /** The namespace of a prefix, asked for if it is not known. */
  async namespace(prefix) {
    if (!Object.hasOwn(this.prefixes, prefix)) await this.find(`${prefix}:`, "");
    return this.prefixes[prefix];
  }

  /** A completer as the editor knows them. */
  completer() {
    let terms = new Map();
    const here = (editor) => {
      const { line, ch } = editor.getDoc().getCursor();
      return wordAt(editor.getDoc().getLine(line).slice(0, ch), editor.getTokenAt({ line, ch }));
    };
    return {
      name: "terms",
      bulk: false,
      autoShow: true,
      persistenceId: null,
      isValidCompletionPosition: (editor) => {
        const found = here(editor);
        return found !== null && (editor.asked || (editor.typed && isTelling(found.word)));
      },
      preProcessToken: (editor, token) => {
        const found = here(editor);
        const { ch } = editor.getDoc().getCursor();
        return found && { ...token, ...found, string: found.word, from: { ch: found.start }, to: { ch } };
      },
      get: async (_, token) => {
        if (!token) return [];
        const found = await this.find(token.word, token.kind);
        const all = found.length || !token.kind ? found : await this.find(token.word, "");
        terms = new Map(all.map((term) => [written(term, this.prefixes), term]));
        return [...terms.keys()];
      },
      postprocessHints: (_, hints) => hints.map((hint) => ({ ...hint, render: (item) => this.render(item, hint.text, terms.get(hint.text)) })),
    };
  }

  render(item, text, { label = {}, kind }) {
    const { lang } = this.page;
    const names = [label[lang], label[lang === "zh" ? "en" : "zh"], label[""]].filter(Boolean);
    const name = document.createElement("span");
    name.className = "hint-name";
    name.textContent = text;
    const said = document.createElement("span");
    said.className = "hint-label";
    said.textContent = [...new Set(names)].join(" · ");
    item.classList.add(`hint-${kind}`);
    item.append(name, said);
  }
}
