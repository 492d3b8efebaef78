/* A query sent to the endpoint, and its answer read (SPARQL 1.1 Query Results JSON, or N-Triples). */

/** Bytes of an answer that are read, and rows that are kept. */
export const MOST_BYTES = 16 * 1024 * 1024;
export const MOST_ROWS = 20_000;

const ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9";
const TRIES = 50;
const XSD_STRING = "http://www.w3.org/2001/XMLSchema#string";

/** The service answered with an error: `document` is its problem document (RFC 9457). */
export class Refusal extends Error {
  constructor(document) {
    super(document.title);
    this.document = document;
  }
}

/**
 * @typedef {{type: string, value: string, lang?: string, datatype?: string}} Term
 * @typedef {object} Answer
 * @property {"rows"|"graph"|"boolean"} kind what was answered.
 * @property {boolean} [boolean] the answer of ASK.
 * @property {string[]} names the variables, or subject, predicate and object.
 * @property {(Term|null)[][]} rows the solutions or triples, null where nothing is bound.
 * @property {boolean} whole whether these are all.
 * @property {string} raw what came, as text.
 * @property {number} seconds that it took.
 */

/**
 * Ask a query.
 *
 * @param {object} how `endpoint`; `query`; `parameters`, more pairs of name and value; `longest`, bytes that an address may have;
 *   `signal` to stop by: the service then stops, too.
 * @returns {Promise<Answer>}
 * @throws {Refusal} the service says why not; DOMException (AbortError) if it was stopped; TypeError if nothing came.
 */
export async function ask({ endpoint, query, parameters = [], longest, signal }) {
  const began = performance.now();
  const leaving = new AbortController();
  signal?.addEventListener("abort", () => leaving.abort(), { once: true });
  const response = await fetch(...request(endpoint, query, parameters, longest, leaving.signal));
  if (!response.ok) throw new Refusal(await problem(response));
  const { text, cut } = await read(response, leaving);
  signal?.throwIfAborted();
  const type = response.headers.get("Content-Type") ?? "";
  const answer = type.startsWith("application/n-triples") ? graph(text, cut) : results(text, cut);
  return { ...answer, raw: text, seconds: (performance.now() - began) / 1000 };
}

function request(endpoint, query, parameters, longest, signal) {
  const asked = new URLSearchParams([["query", query], ...parameters]);
  const url = `${endpoint}?${asked}`;
  const headers = { Accept: ACCEPT };
  // What is asked by GET can be kept; a long query does not fit into an address.
  return url.length <= longest ? [url, { headers, signal }] : [endpoint, { method: "POST", body: asked, headers, signal }];
}

async function problem(response) {
  const fallback = { title: `${response.status} ${response.statusText}`, detail: "", status: response.status };
  try {
    return { ...fallback, ...(await response.json()) };
  } catch {
    return fallback;
  }
}

async function read(response, leaving) {
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let size = 0;
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), cut: false };
    size += value.length;
    text += decoder.decode(value, { stream: true });
    if (size > MOST_BYTES) {
      leaving.abort();
      return { text, cut: true };
    }
  }
}

/** An answer in JSON, perhaps cut off in its middle. */
export function results(text, cut) {
  const { head, boolean, results: found } = cut ? JSON.parse(mended(text)) : JSON.parse(text);
  if (boolean !== undefined) return { kind: "boolean", boolean, names: [], rows: [], whole: true };
  const names = head.vars;
  const bindings = found.bindings;
  const rows = bindings.slice(0, MOST_ROWS).map((row) => names.map((name) => (Object.hasOwn(row, name) ? term(row[name]) : null)));
  return { kind: "rows", names, rows, whole: !cut && bindings.length <= MOST_ROWS };
}

/** What came of an answer that was cut off, up to its last whole row. */
function mended(text) {
  let end = text.length;
  for (let left = TRIES; left > 0; left -= 1) {
    end = text.lastIndexOf("},{", end - 1);
    if (end < 0) break;
    const whole = `${text.slice(0, end + 1)}]}}`;
    try {
      JSON.parse(whole); // within a string, "},{" ends no row
      return whole;
    } catch {
      continue;
    }
  }
  return `${text.slice(0, text.indexOf('"bindings":[') + 12)}]}}`;
}

function term({ type, value, datatype, "xml:lang": lang }) {
  if (type === "triple") {
    return { type, value: [value.subject, value.predicate, value.object].map((part) => written(term(part))).join(" ") };
  }
  if (type !== "literal" && type !== "typed-literal") return { type, value };
  return { type: "literal", value, ...(lang && { lang }), ...(datatype && datatype !== XSD_STRING && { datatype }) };
}

/** A term as N-Triples writes it. */
export function written({ type, value, lang, datatype }) {
  if (type === "uri") return `<${value}>`;
  if (type === "bnode") return `_:${value}`;
  if (type === "triple") return `<<( ${value} )>>`;
  const quoted = JSON.stringify(value);
  if (lang) return `${quoted}@${lang}`;
  return datatype ? `${quoted}^^<${datatype}>` : quoted;
}

const NODE = /^(?:<([^>]*)>|_:(\S+)) $/;
const LINE = /^(<[^>]*> |_:\S+ )<([^>]*)> (?:<([^>]*)>|_:(\S+)|"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+?)(?:--(?:ltr|rtl))?|\^\^<([^>]*)>)?|(<<\(.*\)>>)) \.$/;
const ESCAPES = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };

/** Triples as N-Triples, perhaps cut off in the middle of a line. */
export function graph(text, cut) {
  const lines = text.split("\n");
  lines.pop(); // what follows the last end of a line
  const rows = [];
  for (const line of lines.slice(0, MOST_ROWS)) {
    const found = LINE.exec(line);
    if (found) rows.push(triple(found));
  }
  return { kind: "graph", names: ["subject", "predicate", "object"], rows, whole: !cut && lines.length <= MOST_ROWS };
}

function triple([, subject, predicate, iri, blank, literal, lang, datatype, nested]) {
  return [node(subject), { type: "uri", value: plain(predicate) }, object({ iri, blank, literal, lang, datatype, nested })];
}

function node(text) {
  const [, iri, blank] = NODE.exec(text);
  return iri === undefined ? { type: "bnode", value: blank } : { type: "uri", value: plain(iri) };
}

function object({ iri, blank, literal, lang, datatype, nested }) {
  if (iri !== undefined) return { type: "uri", value: plain(iri) };
  if (blank !== undefined) return { type: "bnode", value: blank };
  if (nested !== undefined) return { type: "triple", value: nested.slice(4, -4) };
  return { type: "literal", value: plain(literal), ...(lang && { lang }), ...(datatype && { datatype }) };
}

function plain(text) {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, short, long, one) =>
    one ? (ESCAPES[one] ?? one) : String.fromCodePoint(Number.parseInt(short ?? long, 16)));
}
