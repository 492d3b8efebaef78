/* A graph, or rows of subject, predicate and object, as nodes and links; the same list stands beside it. */

import { inks } from "../chart/style.js";
import { links } from "./links.js";
import { say } from "./text.js";

const STEP = 40;
const HEIGHT = 620;
const LETTER = 6.6; // its width, in pixels
const GAP = 14; // between the middle of a circle and its name
const MOST_LETTERS = 22;
const AROUND = { least: 3, most: 16 }; // so many names around a middle stand upright without touching
const WIDE = 600;

/** Draw the view. */
export async function draw(view, answer, context) {
  const all = links(answer);
  let most = STEP;
  const show = async () => {
    const some = all.slice(0, most);
    await context.terms.learn(some.map(({ from, by, to }) => [from, by, to]), context.signal);
    const note = Object.assign(document.createElement("p"), { className: "note", textContent: say("links", { n: some.length, all: all.length }) });
    const surface = document.createElement("div");
    surface.className = "network";
    surface.setAttribute("role", "img");
    surface.setAttribute("aria-label", say("networkLabel", { n: some.length }));
    const parts = [note, surface, listOf(some, context.terms)];
    if (all.length > most) {
      const more = Object.assign(document.createElement("button"), { type: "button", className: "second", textContent: say("moreLinks", { n: Math.min(STEP, all.length - most) }) });
      more.addEventListener("click", () => {
        most += STEP;
        show().catch(context.failed);
      });
      parts.push(more);
    }
    view.replaceChildren(...parts);
    await paint(surface, some, context);
  };
  await show();
}

function listOf(some, terms) {
  const details = document.createElement("details");
  details.append(Object.assign(document.createElement("summary"), { textContent: say("linkList") }));
  const list = details.appendChild(document.createElement("ul"));
  for (const { from, by, to } of some) {
    list.appendChild(document.createElement("li")).append(terms.element(from), " · ", terms.element(by), " · ", terms.element(to));
  }
  return details;
}

async function paint(surface, some, { page, terms }) {
  const echarts = await import(page.library);
  const instance = echarts.init(surface, null, { renderer: "svg", width: Math.max(surface.clientWidth, 280), height: HEIGHT });
  const redraw = () => instance.setOption(option(some, terms, inks(false), surface.clientWidth), { notMerge: true });
  redraw();
  instance.on("click", ({ dataType, data }) => {
    const href = dataType === "node" && terms.place(data.id);
    if (href) location.assign(href);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => surface.isConnected && redraw());
  new ResizeObserver(() => {
    if (!surface.isConnected || !surface.clientWidth || surface.clientWidth === instance.getWidth()) return;
    instance.resize({ width: surface.clientWidth, height: HEIGHT });
    redraw();
  }).observe(surface);
}

/** A name that fits into some pixels; Chinese characters take two places. Of an IRI the end tells more. */
function short(text, room) {
  const most = Math.min(MOST_LETTERS, Math.floor((room - GAP) / LETTER) - 2); // the mark of what is left out is as wide as two
  const isIri = /^https?:/.test(text);
  const letters = isIri ? [...text].reverse() : [...text];
  let places = 0;
  const kept = letters.filter((letter) => (places += letter > "\u2e7f" ? 2 : 1) <= most);
  if (kept.length === letters.length) return text;
  return isIri ? `…${kept.reverse().join("")}` : `${kept.join("")}…`;
}

/** What all links have in common, if there is room to place the rest around it; else nothing. */
function middleOf(some, count) {
  if (count <= AROUND.least || count > AROUND.most + 1) return null;
  return [some[0].from.value, some[0].to.value].find((one) => some.every(({ from, to }) => from.value === one || to.value === one)) ?? null;
}

/** A place on the circle, and the side of it on which there is room for its name. */
function around(at, count) {
  const angle = (2 * Math.PI * (at + 0.5)) / count;
  const [x, y] = [Math.sin(angle), -Math.cos(angle)];
  return { x, y, label: { position: Math.abs(x) > 0.3 ? (x > 0 ? "right" : "left") : y > 0 ? "bottom" : "top" } };
}

/** Where each end of links stands, by its value: around a middle, or nothing, for all on a circle. In pixels of the
 * box, since the library stretches all to fill that, the nodes too. */
function places(ends, middle, box) {
  if (!middle) return new Map();
  const others = [...ends.keys()].filter((one) => one !== middle);
  const found = [[middle, { x: 0, y: 0, label: { position: "bottom" } }], ...others.map((one, at) => [one, around(at, others.length)])];
  for (const [axis, length] of Object.entries(box)) {
    const all = found.map(([, place]) => place[axis]);
    const [least, most] = [Math.min(...all), Math.max(...all)];
    for (const [, place] of found) place[axis] = ((place[axis] - least) / (most - least)) * length;
  }
  return new Map(found);
}

function option(some, terms, ink, width) {
  const side = width < WIDE ? 96 : 150; // for the names around the circle
  const degree = new Map();
  for (const { from, to } of some) for (const { value } of [from, to]) degree.set(value, (degree.get(value) ?? 0) + 1);
  const ends = new Map(some.flatMap(({ from, to }) => [[from.value, from], [to.value, to]]));
  const middle = middleOf(some, ends.size);
  const edge = { color: ink.ink, backgroundColor: ink.paper, padding: [1, 3], fontFamily: ink.font, fontSize: 11, formatter: ({ data }) => data.text };
  const above = middle ? 48 : side;
  const across = Math.max(width, 280) - 2 * side;
  const at = places(ends, middle, { x: across, y: HEIGHT - 2 * above });
  const room = (value) => {
    const { x, label: { position } = {} } = at.get(value) ?? {};
    return side + (position === "left" ? x : position === "right" ? across - x : position ? side : 0);
  };
  const label = { show: true, color: ink.ink, fontFamily: ink.font, fontSize: 12, position: "right", ...(middle && { backgroundColor: ink.paper, padding: [1, 3] }) };
  return {
    animation: false,
    series: [{
      type: "graph", layout: middle ? "none" : "circular", circular: { rotateLabel: true }, roam: false, left: side, right: side, top: above, bottom: above, cursor: "pointer",
      edgeSymbol: ["none", "arrow"], edgeSymbolSize: 6,
      lineStyle: { color: ink["strong-line"], width: 1, opacity: 0.7, curveness: middle ? 0 : 0.15 },
      edgeLabel: { ...edge, show: middle !== null && width >= WIDE },
      emphasis: {
        focus: "adjacency", label: { fontWeight: 600 },
        edgeLabel: { ...edge, show: true },
      },
      itemStyle: { color: ink.bar }, label,
      data: [...ends].map(([value, term]) => ({ id: value, name: short(terms.text(term), room(value)), ...at.get(value), symbolSize: 10 + 4 * Math.sqrt(degree.get(value)) })),
      links: some.map(({ from, by, to }) => ({ source: from.value, target: to.value, text: terms.text(by) })),
    }],
  };
}
