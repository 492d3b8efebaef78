/* A query as a program, from the texts that the server has; see web/pages/workbench/snippets.py, which does the same. */

// Controls (a terminal acts on them when they are pasted), what turns the direction of text around, and what is no character.
const UNSEEN = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;

/** The same query without characters that cannot be seen: as escapes (SPARQL 1.1, section 19.2). */
export function visible(query) {
  const escaped = (one) => `\\u${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  return query.replaceAll("\r\n", "\n").replaceAll("\r", "\n").replace(UNSEEN, escaped);
}

const inShell = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const inDoubleQuotes = (text) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

function inPython(text) {
  if (!text.includes("\n")) return inDoubleQuotes(text);
  return `"""\\\n${text.replaceAll("\\", "\\\\").replace(/"(?="|$)/g, '\\"')}"""`;
}

const QUOTED = {
  curl: (endpoint, query) => ({ endpoint: inShell(endpoint), query: inShell(`query=${query}`) }),
  python: (endpoint, query) => ({ endpoint: inDoubleQuotes(endpoint), query: inPython(query) }),
  r: (endpoint, query) => ({ endpoint: inDoubleQuotes(endpoint), query: inDoubleQuotes(query) }),
};

/**
 * Programs that ask a query, by language.
 *
 * @param {object} templates texts by language and kind. @param {string} endpoint its address, perhaps with parameters.
 * @param {string} query the text. @param {"rows"|"boolean"|"graph"} kind what it answers.
 */
export function snippets(templates, endpoint, query, kind) {
  const shown = visible(query);
  return Object.fromEntries(
    Object.entries(templates).map(([name, texts]) => {
      const values = QUOTED[name](endpoint, shown);
      // In one go: what is filled in is not looked at again.
      return [name, texts[kind].replace(/@(endpoint|query)@/g, (_, place) => values[place])];
    }),
  );
}
