/* Which columns of an answer a chart is made of: chosen by type and by name, and changed by whoever looks at it. */

import { isNumber } from "./terms.js";

const VALUE = /^(value|figures?|count|n|number|amount|share|total)$/i;
const NO_VALUE = /lower|upper|bound|order|rank|inclusive|domain|min|max|year|paragraph|start|end|mult|threshold/i;
const NO_LABEL = /qualifier|unit|inclusive|origin|status/i;
const OF_FACT = /^(facts?|observations?|statements?|figure_span|span)$/i;
const DATES = /#(date|dateTime|gYear|gYearMonth)$/;
const QUALIFIERS = ["exact", "about", "over", "at-least", "at-most", "nearly", "under", "hedged"];

const column = ({ rows }, at) => rows.map((row) => row[at]).filter(Boolean);

/** Columns of numbers, and columns that can say what the numbers are of. */
export function candidates(answer, lang) {
  const all = answer.names.map((name, at) => ({ name, at, terms: column(answer, at) })).filter(({ terms }) => terms.length);
  const values = all.filter(({ terms }) => terms.every(isNumber));
  const other = lang === "zh" ? "_en" : "_zh";
  const twin = (name) => name.endsWith(other) && answer.names.includes(`${name.slice(0, -other.length)}_${lang}`);
  const labels = all.filter(({ name, terms }) => !terms.every(isNumber) && !NO_LABEL.test(name) && !twin(name));
  return { values, labels };
}

/**
 * What a chart of an answer shows.
 *
 * @param {object} answer rows of terms. @param {string} lang of the reader. @param {object} chosen `value` and `label`, names of
 *   columns that somebody chose.
 * @returns {?object} places of columns: `value`; `labels`, one or two; `qualifier`, `lower`, `upper`, `domain` and `unit`, -1
 *   where there is none; `href`, what a row is about; `isTime`, the labels are dates. Nothing where no column has numbers.
 */
export function choose(answer, lang, chosen = {}) {
  const { values, labels } = candidates(answer, lang);
  const value = values.find(({ name }) => name === chosen.value) ?? values.find(({ name }) => VALUE.test(name)) ?? values.find(({ name }) => !NO_VALUE.test(name)) ?? values[0];
  if (!value) return null;
  const named = (pattern, among = values) => among.find(({ name, at }) => pattern.test(name) && at !== value.at)?.at ?? -1;
  const qualifier = answer.names.findIndex((name, at) => /qualifier/i.test(name) && column(answer, at).every((term) => QUALIFIERS.includes(qualifierOf(term))));
  return {
    value: value.at,
    labels: labelled(labels, answer, chosen.label),
    qualifier,
    lower: named(/^lower|_lower$|lowerBound/i),
    upper: named(/^upper|(?<!domain)_upper$|upperBound/i),
    domain: named(/domain/i),
    unit: answer.names.findIndex((name, at) => /^unit/i.test(name) && column(answer, at).length > 0),
    href: labels.find(({ name, terms }) => OF_FACT.test(name) && terms.every(({ type }) => type === "uri"))?.at ?? -1,
    isTime: labels.some(({ name, at, terms }) => terms.every(({ datatype = "" }) => DATES.test(datatype)) && (chosen.label ? name === chosen.label : at === labels[0].at)),
  };
}

/** One column that tells the rows apart, or two that do so together. */
function labelled(labels, { rows }, chosen) {
  const asked = labels.find(({ name }) => name === chosen);
  if (asked) return [asked.at];
  const plain = labels.filter(({ name }) => !OF_FACT.test(name));
  const usable = plain.length ? plain : labels;
  if (!usable.length) return [];
  const distinct = (...places) => new Set(rows.map((row) => JSON.stringify(places.map((at) => row[at]?.value)))).size;
  const best = usable.reduce((one, other) => (distinct(other.at) > distinct(one.at) ? other : one));
  if (distinct(best.at) === rows.length || usable.length === 1) return [best.at];
  const rest = usable.filter((one) => one !== best);
  const second = rest.reduce((one, other) => (distinct(best.at, other.at) > distinct(best.at, one.at) ? other : one));
  return distinct(best.at, second.at) > distinct(best.at) ? [best.at, second.at] : [best.at];
}

/** The qualifier that a term names, by its notation or by its IRI. */
export function qualifierOf(term) {
  return term ? term.value.slice(term.value.lastIndexOf("/") + 1) : "";
}

/** The unit that a term names. */
export function unitOf(term) {
  return term ? term.value.slice(Math.max(term.value.lastIndexOf("/"), term.value.lastIndexOf("#")) + 1) : "";
}
