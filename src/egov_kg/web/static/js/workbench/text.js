/* What is said in the reader's language: the texts are in the page. */

let texts = {};
let numbers = new Intl.NumberFormat();

/** @param {object} found texts by name; `{name}` in one stands for a value. @param {string} lang of the page. */
export function learn(found, lang) {
  texts = found;
  numbers = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
}

/** A text; numbers among the values are written as readers write them. */
export function say(name, values = {}) {
  return texts[name].replace(/\{(\w+)\}/g, (_, value) => {
    const found = values[value] ?? "";
    return typeof found === "number" ? numbers.format(found) : found;
  });
}

/** How many rows: `n` and the word for them. */
export function rows(n) {
  return say(n === 1 ? "row" : "rows", { num: n });
}

/** A time in the unit that suits it. */
export function duration(seconds) {
  return seconds < 1 ? say("ms", { n: Math.ceil(seconds * 1000) }) : say("s", { n: seconds });
}
