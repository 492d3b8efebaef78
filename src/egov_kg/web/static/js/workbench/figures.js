/* The answer as a chart: a bar for each row, with the bounds that the answer has; a line where the labels are dates. */

import { enhance } from "../chart.js";
import { inks } from "../chart/style.js";
import { candidates, choose, qualifierOf, unitOf } from "./columns.js";
import { say } from "./text.js";

const MOST = 40;
const HEIGHT = 320;
const SPAN = 1.12;
const WHOLE = 100; // only shares have an upper end that logic gives them

/** Draw the view. */
export async function draw(view, answer, context) {
  const chosen = { value: context.options.get("value"), label: context.options.get("label") };
  const columns = choose(answer, context.page.lang, chosen);
  const used = [columns.value, ...columns.labels, columns.unit, columns.href].filter((at) => at >= 0);
  const rows = answer.rows.filter((row) => row[columns.value]);
  await context.terms.learn(rows.slice(0, columns.isTime ? rows.length : MOST).map((row) => used.map((at) => row[at])), context.signal);
  const parts = [selects(answer, columns, context, () => draw(view, answer, context).catch(context.failed))];
  if (!columns.isTime && rows.length > MOST) parts.push(note(say("chartCut", { n: MOST, all: rows.length })));
  if (columns.isTime) {
    const surface = Object.assign(document.createElement("div"), { className: "line-chart" });
    view.replaceChildren(...parts, surface);
    return line(surface, rows, columns, answer, context);
  }
  const figure = figureOf(rows.slice(0, MOST), columns, answer, context);
  view.replaceChildren(...parts, figure);
  return enhance(figure);
}

const note = (text) => Object.assign(document.createElement("p"), { className: "note", textContent: text });

function selects(answer, columns, { page, options }, redraw) {
  const { values, labels } = candidates(answer, page.lang);
  const box = document.createElement("p");
  box.className = "choices";
  for (const [key, some, at] of [["value", values, columns.value], ["label", labels, columns.labels[0]]]) {
    if (some.length < 2) continue;
    const select = document.createElement("select");
    select.id = `chart-${key}`;
    for (const one of some) select.add(new Option(one.name, one.name, one.at === at, one.at === at));
    select.addEventListener("change", () => {
      options.set(key, select.value);
      redraw().then(() => document.getElementById(select.id)?.focus());
    });
    box.append(Object.assign(document.createElement("label"), { htmlFor: select.id, textContent: say(key) }), " ", select, " ");
  }
  return box;
}

/** A figure in words: its qualifier is never left out. */
export function phrase(value, qualifier, unit, { lang, qualified }) {
  const plain = new Intl.NumberFormat(lang, { maximumFractionDigits: 6 }).format(value);
  const n = { PERCENT: `${plain}%`, CCY_CNY: say("yuan", { n: plain }), YR: say("years", { n: plain }) }[unit] ?? plain;
  return (qualified[qualifier] ?? "{n}").replace("{n}", () => n);
}

function figureOf(rows, columns, answer, context) {
  const { page, terms, title } = context;
  const figure = document.getElementById("chart-template").content.firstElementChild.cloneNode(true);
  const all = rows.map((row) => datum(row, columns, context));
  const units = new Set(all.map(({ unit }) => unit));
  Object.assign(figure.dataset, { library: page.library, title, alt: say("chartLabel", { n: all.length, name: answer.names[columns.value] }), chart: "answer" });
  const heads = figure.querySelectorAll("th");
  heads[0].textContent = columns.labels.map((at) => answer.names[at]).join(" · ") || say("row1");
  heads[1].textContent = answer.names[columns.value];
  const body = figure.querySelector("tbody");
  for (const [at, one] of all.entries()) {
    const line = body.insertRow();
    Object.assign(line.dataset, one, units.size > 1 ? { panel: one.unit || say("noUnit") } : {});
    const label = line.appendChild(document.createElement("th"));
    label.scope = "row";
    const about = columns.href >= 0 ? rows[at][columns.href] : null;
    label.append(about ? terms.link(about.value, one.label) : one.label);
    Object.assign(line.insertCell(), { className: "number", textContent: one.phrase });
  }
  return figure;
}

/** The bounds that a figure states with a qualifier, where the answer has no columns for them. */
export function stated(qualifier, value) {
  return [["exact", "over", "at-least"].includes(qualifier) ? value : null, ["exact", "nearly", "under", "at-most"].includes(qualifier) ? value : null];
}

/** What chart.js reads of a row; see chart/data.js. */
function datum(row, columns, { page, terms }) {
  const number = (at) => (at >= 0 && row[at] ? Number(row[at].value) : null);
  const qualifier = columns.qualifier >= 0 ? qualifierOf(row[columns.qualifier]) : "";
  const unit = columns.unit >= 0 ? unitOf(row[columns.unit]) : number(columns.domain) === WHOLE ? "PERCENT" : "";
  const value = number(columns.value);
  const bounded = columns.lower >= 0 || columns.upper >= 0;
  const [lower, upper] = bounded ? [number(columns.lower), number(columns.upper)] : stated(qualifier || "exact", value);
  const iri = [columns.href, ...columns.labels].map((at) => row[at]).find((term) => term?.type === "uri");
  const found = {
    label: columns.labels.map((at) => terms.text(row[at])).filter(Boolean).join(" · "),
    phrase: phrase(value, qualifier, unit, page), value, unit, qualifier,
    lower, upper, domain: number(columns.domain), href: iri ? terms.place(iri.value) : "",
  };
  return Object.fromEntries(Object.entries(found).filter(([, one]) => one !== null).map(([key, one]) => [key, String(one)]));
}

async function line(surface, rows, { value, labels }, answer, { page, terms }) {
  const echarts = await import(page.library);
  const points = rows.map((row) => [terms.text(row[labels[0]]), Number(row[value].value)]).sort(([one], [other]) => (one < other ? -1 : 1));
  surface.setAttribute("role", "img");
  surface.setAttribute("aria-label", say("chartLabel", { n: points.length, name: answer.names[value] }));
  const instance = echarts.init(surface, null, { renderer: "svg", width: surface.clientWidth, height: HEIGHT });
  const paint = () => {
    const ink = inks(false);
    const axis = { axisLabel: { color: ink.soft, fontFamily: ink.font }, axisLine: { lineStyle: { color: ink["strong-line"] } }, splitLine: { lineStyle: { color: ink.line } } };
    instance.setOption({
      animation: false, grid: { left: 8, right: 24, top: 16, bottom: 8, containLabel: true },
      xAxis: { type: "category", data: points.map(([date]) => date), ...axis },
      yAxis: { type: "value", min: 0, max: Math.max(...points.map(([, n]) => n)) * SPAN, ...axis, axisLabel: { ...axis.axisLabel, formatter: (n) => phrase(n, "", "", page) } },
      series: [{ type: "line", data: points.map(([, n]) => n), symbolSize: 7, itemStyle: { color: ink.bar }, lineStyle: { color: ink.bar } }],
    }, { notMerge: true });
  };
  paint();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => surface.isConnected && paint());
  new ResizeObserver(() => {
    if (surface.isConnected && surface.clientWidth && surface.clientWidth !== instance.getWidth()) instance.resize({ width: surface.clientWidth, height: HEIGHT });
  }).observe(surface);
}
