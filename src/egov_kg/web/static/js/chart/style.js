/* What charts are drawn with: the colours of the page, text and its width, numbers, scales. */

const NAMES = [
  "paper", "surface", "sunk", "ink", "soft", "line", "strong-line", "bar", "certain", "possible", "excluded",
];

/** The tokens of the `:root` rule that holds for light pages: what goes on paper and into pictures. */
function light() {
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) {
      if (rule.selectorText === ":root") return rule.style;
    }
  }
  return getComputedStyle(document.documentElement);
}

/**
 * The colours to draw with, and the typeface.
 *
 * @param {boolean} paper whether for paper, which is always light.
 */
export function inks(paper) {
  const style = paper ? light() : getComputedStyle(document.documentElement);
  // The library writes it into an attribute as it is.
  const found = { font: getComputedStyle(document.body).fontFamily.replaceAll('"', "'") };
  for (const name of NAMES) found[name] = style.getPropertyValue(`--${name}`).trim();
  return found;
}

/** A colour with an opacity, for the ends of bars that fade out. */
export function faded(colour, opacity) {
  const hex = colour.replace("#", "");
  const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex;
  const [red, green, blue] = [0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16));
  return `rgba(${red},${green},${blue},${opacity})`;
}

const pen = document.createElement("canvas").getContext("2d");

/** Width in pixels of a text in a CSS font. */
export function widthOf(text, font) {
  pen.font = font;
  return pen.measureText(text).width;
}

/** The widest of some texts. */
export function widest(texts, font) {
  return Math.max(0, ...texts.map((text) => widthOf(text, font)));
}

// Words, and Chinese characters one by one, each with the marks that may not stand at the other end of a line.
const PARTS = /[“（《]*(?:[\u2e80-\uffef]|[^\s\u2e80-\uffef”]+)[”）》，。、：；]*|\s+/gu;

/**
 * A text in lines: the library measures letters only as long as its time allows, and then breaks elsewhere.
 *
 * @param {string} text to break.
 * @param {string} font as CSS has it.
 * @param {number} width in pixels that lines may have; a longer word stands out.
 * @param {number} most lines; what is left out ends in an ellipsis.
 * @returns {string[]} the lines.
 */
export function broken(text, font, width, most = Infinity) {
  const lines = [""];
  for (const part of text.match(PARTS) ?? []) {
    const longer = lines.at(-1) + part;
    if (lines.at(-1) && part.trim() && widthOf(longer, font) > width) lines.push(part);
    else lines[lines.length - 1] = longer;
  }
  const found = lines.map((line) => line.trim());
  return found.length > most ? [...found.slice(0, most - 1), `${found[most - 1]}…`] : found;
}

/** The paper around a text that lines run behind. */
export const clear = (ink) => ({ stroke: ink.paper, lineWidth: 6 });

/** The band of a figure that somebody points at. */
export const lit = (ink) => ({ fill: ink.surface, stroke: ink.line });

/** A text of a picture; `style` is the library's. */
export function write(text, style) {
  return { type: "text", silent: true, style: { text, lineHeight: 17, ...style } };
}

/** What stands beside a mark: the figure in words and the answer to the threshold question. */
export function said(row) {
  return [row.none || row.phrase, row.verdictName].filter(Boolean).join(" · ");
}

/**
 * How the numbers of an axis are written.
 *
 * @param {string} unit PERCENT, NUM, CCY_CNY or YR.
 * @param {string} lang of the page.
 */
export function numbers(unit, lang) {
  if (unit === "PERCENT") return (value) => `${value}%`;
  const plain = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });
  const compact = new Intl.NumberFormat(lang, { notation: "compact", compactDisplay: "long", maximumFractionDigits: 2 });
  return (value) => (value < 1e5 ? plain : compact).format(value);
}

/**
 * Where the axis of some figures ends, and how far its ticks are from each other.
 *
 * Shares end at 100. All else ends at a round number beyond the largest value, so that an open end has room to fade.
 */
export function scale(rows) {
  const known = rows.filter(({ value }) => value !== null);
  const largest = Math.max(0, ...known.flatMap(({ value, upper }) => [value, upper ?? 0]));
  if (known.every(({ unit }) => unit === "PERCENT") && largest <= 100) return { max: 100, interval: 25 };
  return roundUp(largest * 1.12 || 1);
}

function roundUp(value) {
  const rough = value / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const interval = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) * power;
  return { max: Math.ceil(value / interval - 1e-9) * interval, interval };
}

/** An axis of values in the library's words. */
export function valueAxis(gridIndex, { max, interval }, format, ink) {
  return {
    type: "value", gridIndex, min: 0, max, interval,
    axisLabel: { color: ink.soft, fontSize: 12, formatter: format, hideOverlap: true },
    axisLine: { show: false }, axisTick: { show: false },
    splitLine: { lineStyle: { color: ink.line, width: 1 } },
  };
}

/** Parts of a chart as the option that the library takes. */
export function option(parts, ink, backgroundColor = "transparent") {
  return { animation: false, backgroundColor, textStyle: { fontFamily: ink.font }, ...parts };
}
