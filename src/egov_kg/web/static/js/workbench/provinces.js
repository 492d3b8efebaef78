/* Which rows of an answer are about which province. */

import { isNumber } from "./terms.js";

const CODE = /^[1-8]\d{5}$/;

/** The name of the region in an IRI or literal: a code of GB/T 2260, or that of the whole country; nothing if it is no region. */
function nameOf(term, base) {
  if (term?.type === "uri") return term.value.startsWith(`${base}id/region/`) ? term.value.slice(`${base}id/region/`.length) : "";
  return term?.type === "literal" && CODE.test(term.value) ? term.value : "";
}

/** The code of the region that a term names, or nothing. */
export function regionOf(term, base) {
  const name = nameOf(term, base);
  return CODE.test(name) ? name : "";
}

/** The column whose values all name regions, some of them provinces or places in them; -1 if there is none. */
export function regionColumn({ names, rows }, base) {
  return names.findIndex((_, at) => {
    const found = rows.map((row) => row[at]).filter(Boolean);
    return found.every((term) => nameOf(term, base)) && found.some((term) => regionOf(term, base));
  });
}

/**
 * What each province has: the number of its rows, or the only number of its only row.
 *
 * @returns {Map<string, {rows: number[], value: ?number}>} by the first two digits of the code.
 */
export function byProvince(answer, base, values) {
  const regions = regionColumn(answer, base);
  const found = new Map();
  answer.rows.forEach((row, at) => {
    const code = regionOf(row[regions], base).slice(0, 2);
    if (!code) return;
    const one = found.get(code) ?? { rows: [], value: null };
    one.rows.push(at);
    const term = values >= 0 ? row[values] : null;
    one.value = one.rows.length === 1 && isNumber(term) ? Number(term.value) : null;
    found.set(code, one);
  });
  return found;
}
