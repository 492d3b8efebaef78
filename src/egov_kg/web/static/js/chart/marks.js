/* How a reported figure is drawn: what the source states of it, and no more.
 *
 * A bar with a tick is a figure as it is. A bar that goes on fading has a lower bound alone; one that fades towards zero an
 * upper bound alone. A dot with a soft edge is "about", a dashed outline a hedged figure: neither has a bound. */

import { clear, faded, widthOf, write } from "./style.js";

const THICK = 12;
const OVER = 3; // how far a tick reaches beyond its bar

/** What of a figure is stated: `exact`, `range`, `lower`, `upper`, `about` or `hedged`. */
export function shape({ qualifier, lower, upper }) {
  if (lower !== null && upper !== null) return lower === upper ? "exact" : "range";
  if (lower !== null) return "lower";
  if (upper !== null) return "upper";
  return qualifier === "hedged" ? "hedged" : "about";
}

function colour(row, ink) {
  return ink[row.verdict] || ink.bar;
}

/**
 * The shapes of a figure along an axis.
 *
 * @param {object} row the figure.
 * @param {object} axis `zero`, `end` and `at(value)` in pixels along the axis; `across`, the middle on the other one;
 *   `thick`, how thick bars are, if not as usual; `upright`, whether values go up.
 * @param {object} ink colours.
 */
export function marks(row, axis, ink) {
  const { at, zero, end } = axis;
  const main = colour(row, ink);
  const { thick = THICK } = axis;
  const solid = (from, to, style) => bar(axis, from, to, thick, style);
  const tick = (value) => bar(axis, at(value) - 1, at(value) + 1, thick + 2 * OVER, { fill: ink.ink });
  const fade = (from, to, first, last) => solid(from, to, { fill: gradient(axis, from, to, main, first, last) });
  const farthest = row.domain === null ? end : at(row.domain);
  switch (shape(row)) {
    case "exact":
      return [solid(zero, at(row.value), { fill: main }), tick(row.value)];
    case "range":
      return [
        solid(zero, at(row.lower), { fill: main }),
        solid(at(row.lower), at(row.upper), { fill: faded(main, 0.45) }),
        tick(row.lower),
        tick(row.upper),
      ];
    case "lower":
      return [
        solid(zero, at(row.lower), { fill: main }),
        fade(at(row.lower), farthest, 0.6, 0.03),
        tick(row.lower),
      ];
    case "upper":
      return [fade(zero, at(row.upper), 0.03, 0.7), tick(row.upper)];
    case "hedged":
      return [
        solid(zero, at(row.value), { fill: "none", stroke: main, lineWidth: 1.5, lineDash: [5, 3] }),
      ];
    default:
      return [halo(axis, at(row.value), main), dot(axis, at(row.value), main)];
  }
}

/** A line across the whole band of a figure that the source does not have. */
export function gap(axis, ink) {
  return bar(axis, axis.zero, axis.end, 1, { fill: ink.line });
}

/** Where the figures of a chart could go at most: the track below each mark. */
export function track(axis, ink) {
  return bar(axis, axis.zero, axis.end, axis.thick ?? THICK, { fill: ink.sunk });
}

/**
 * The threshold that was asked for: a line across all figures, with what was asked.
 *
 * @param {object} line `at`, on the axis of values; `from` and `to` on the other; `least` and `most`, between which the text
 *   has to stay; `upright`, whether values go up.
 */
export function thresholdLine({ at, from, to, least, most, text, upright }, ink) {
  const style = { stroke: ink.ink, lineWidth: 1.5, lineDash: [2, 3] };
  const font = `600 12px ${ink.font}`;
  const shape = upright ? { x1: from, y1: at, x2: to, y2: at } : { x1: at, y1: from - 4, x2: at, y2: to };
  const half = widthOf(text, font) / 2 + 2;
  const place = upright
    ? { x: to, y: at - 3, align: "right", verticalAlign: "bottom" }
    : { x: Math.min(Math.max(at, least + half), most - half), y: from - 5, align: "center", verticalAlign: "bottom" };
  return [{ type: "line", shape, style, silent: true }, write(text, { ...place, ...clear(ink), fill: ink.ink, font })];
}

function bar({ across, upright }, from, to, thick, style) {
  const [start, length] = [Math.min(from, to), Math.abs(to - from)];
  const shape = upright
    ? { x: across - thick / 2, y: start, width: thick, height: length }
    : { x: start, y: across - thick / 2, width: length, height: thick };
  return { type: "rect", shape, style, silent: true };
}

function gradient({ upright }, from, to, main, first, last) {
  const stops = [
    { offset: 0, color: faded(main, from < to ? first : last) },
    { offset: 1, color: faded(main, from < to ? last : first) },
  ];
  return { type: "linear", x: 0, y: 0, x2: upright ? 0 : 1, y2: upright ? 1 : 0, colorStops: stops };
}

function halo(axis, position, main) {
  const fill = {
    type: "radial", x: 0.5, y: 0.5, r: 0.5,
    colorStops: [{ offset: 0.25, color: faded(main, 0.7) }, { offset: 1, color: faded(main, 0) }],
  };
  return circle(axis, position, 16, { fill });
}

function dot(axis, position, main) {
  return circle(axis, position, 5, { fill: main });
}

function circle({ across, upright }, position, r, style) {
  const [cx, cy] = upright ? [across, position] : [position, across];
  return { type: "circle", shape: { cx, cy, r }, style, silent: true };
}
