/* Charts whose values go to the right: a row for each figure, in one panel or in several. */

import { gap, marks, thresholdLine, track } from "./marks.js";
import { broken, clear, lit, numbers, said, scale, valueAxis, widest, widthOf, write } from "./style.js";

const SIDE = 640; // from here on labels stand beside their bars, below it above them
const ROW = { side: 36, stacked: 28 }; // without the words above a bar
const LINE = 17;
const LINES = 4; // of a label at most
const HEADING = 30;
const AXIS = 34;
const NAME = 34;
const ASKED = 22;
const PANEL = 300;
const BETWEEN = 28;

/**
 * @param {object} data what `read` gives.
 * @param {object} box `left`, `top`, `width` and `least`, the least height, in pixels.
 * @param {object} ink colours and typeface.
 * @returns {object} `height`, and parts of the library's option.
 */
export function layout(data, box, ink) {
  const { panels, height, side } = arranged(data, box, ink.font);
  // Counts and amounts of different things have little to do with each other: a scale for each panel.
  const common = data.rows.every(({ unit, none }) => unit === "PERCENT" || none) ? scale(data.rows) : null;
  const parts = { grid: [], xAxis: [], yAxis: [], series: [] };
  panels.forEach((panel, at) => {
    const size = common ?? scale(panel.rows);
    const unit = panel.rows.find((row) => row.unit)?.unit ?? "";
    parts.grid.push({ left: panel.from, top: panel.top, width: panel.to - panel.from, height: panel.bottom - panel.top });
    parts.xAxis.push(valueAxis(at, size, numbers(unit, data.lang), ink));
    parts.yAxis.push({ type: "category", gridIndex: at, data: panel.rows.map((row) => row.at), show: false });
    parts.series.push(series(at, panel, { size, ink, side }));
  });
  const above = panels.map((panel, at) => ({
    type: "custom", xAxisIndex: at, yAxisIndex: at, silent: true, z: 5, data: [[0, 0]],
    renderItem: (_, api) => ({ type: "group", children: around(panel, (value) => api.coord([value, 0])[0], { data, ink, side, size: common ?? scale(panel.rows) }) }),
  }));
  parts.series.push(...above);
  return { height, ...parts };
}

function series(at, panel, how) {
  const places = new Map(panel.lines.filter(({ row }) => row).map((line) => [line.row.place, line]));
  return {
    type: "custom", xAxisIndex: at, yAxisIndex: at, cursor: "pointer",
    data: panel.rows.map((row) => ({ value: [row.value ?? 0, row.place], row: row.at })),
    renderItem: ({ dataIndex }, api) => line(places.get(dataIndex), panel, api, how),
  };
}

function line({ row, top, height }, panel, api, { ink, side, size }) {
  const across = middle({ top, height }, side);
  const at = (value) => api.coord([Math.min(value, size.max), 0])[0];
  const axis = { zero: panel.from, end: panel.to, at, across, upright: false };
  const band = {
    type: "rect", shape: { x: panel.left, y: top + 1, width: panel.width, height: height - 2, r: 4 },
    style: { fill: "transparent" }, emphasis: { style: lit(ink) },
  };
  const drawn = row.none ? [gap(axis, ink)] : [track(axis, ink), ...marks(row, axis, ink)];
  return { type: "group", children: [band, ...drawn] };
}

/** The middle of the bar of a line. */
const middle = ({ top, height }, side) => (side ? top + height / 2 : top + height - 14);

const strong = (row, ink) => ({ fill: row.none ? ink.soft : ink.ink, font: `${row.none ? 400 : 600} 13px ${ink.font}` });
const plain = (ink) => ({ fill: ink.ink, font: `13px ${ink.font}` });
/** A text as `write` has it, in as many lines as its room takes. */
const fitted = (text, room, style, most = LINES) => write(broken(text, style.font, room, most).join("\n"), style);

function beside(row, panel, y, ink) {
  return [
    fitted(row.label, panel.from - panel.left - 14, { ...plain(ink), x: panel.from - 14, y, align: "right", verticalAlign: "middle" }),
    fitted(said(row), panel.left + panel.width - panel.to - 12, { ...strong(row, ink), x: panel.to + 12, y, verticalAlign: "middle" }),
  ];
}

/** The room that a label and a figure have above their bar, in a panel of a width. */
function roomAbove(row, width, font) {
  const right = Math.min(widthOf(said(row), `600 13px ${font}`) + 4, width * 0.6);
  return { label: width - right - 10, said: width * 0.6 };
}

function over(row, panel, across, ink) {
  const room = roomAbove(row, panel.width, ink.font);
  const y = across - 11;
  return [
    fitted(row.label, room.label, { ...plain(ink), ...clear(ink), x: panel.left, y, verticalAlign: "bottom" }),
    fitted(said(row), room.said, { ...strong(row, ink), ...clear(ink), x: panel.left + panel.width, y, align: "right", verticalAlign: "bottom" }),
  ];
}

/** Whether the threshold is one of a panel's figures. */
const asks = ({ rows }, { threshold, thresholdUnit }) => threshold !== null && rows.some(({ unit }) => unit === thresholdUnit);

/** What stands around the marks of a panel: the threshold, its name, the headings of groups, labels and figures. */
function around(panel, at, { data, ink, side, size }) {
  const title = { fill: ink.ink, font: `600 14px ${ink.font}`, verticalAlign: "top" };
  const heading = { ...clear(ink), fill: ink.soft, font: `600 13px ${ink.font}`, verticalAlign: "bottom" };
  const found = [];
  if (asks(panel, data) && data.threshold >= 0 && data.threshold <= size.max) {
    found.push(...thresholdLine({ at: at(data.threshold), from: panel.top, to: panel.bottom, least: panel.left, most: panel.left + panel.width, text: data.thresholdText }, ink));
  }
  if (panel.name) found.push(fitted(panel.name, panel.width, { ...title, x: panel.left, y: panel.head }, 2));
  for (const one of panel.lines) {
    if (one.row) found.push(...(side ? beside : over)(one.row, panel, middle(one, side), ink));
    else found.push(write(one.heading, { ...heading, x: panel.left, y: one.top + one.height - 5 }));
  }
  return found;
}

/** The panels and lines of a chart with their places. */
function arranged(data, box, font) {
  const count = data.panels.length;
  const most = Math.max(1, Math.min(count, Math.floor((box.width + BETWEEN) / (PANEL + BETWEEN))));
  const columns = Math.ceil(count / Math.ceil(count / most)); // as even as they can be: four stand two by two, not three and one
  const width = (box.width - BETWEEN * (columns - 1)) / columns;
  const side = width >= SIDE;
  const contents = data.panels.map((panel) => lined(panel, side, width, font));
  align(contents);
  const bands = [];
  for (let at = 0; at < count; at += columns) {
    const abreast = contents.slice(at, at + columns);
    const head = (count > 1 ? NAME : 4) + (abreast.some((panel) => asks(panel, data)) ? ASKED : 0);
    bands.push({ head, height: Math.max(...abreast.map(({ height }) => height)) });
  }
  const fixed = bands.reduce((sum, { head }) => sum + head + AXIS, (bands.length - 1) * BETWEEN);
  const wanted = bands.reduce((sum, { height }) => sum + height, 0);
  const stretch = Math.max(1, Math.min((box.least - fixed) / wanted, 1.3));
  let y = box.top;
  const tops = bands.map(({ head, height }) => {
    const top = y;
    y += head + height * stretch + AXIS + BETWEEN;
    return { head: top, top: top + head };
  });
  const panels = contents.map((content, at) => {
    const left = box.left + (at % columns) * (width + BETWEEN);
    return placed(content, { ...tops[Math.floor(at / columns)], left, width, side, stretch, font, name: count > 1 ? data.panels[at].name : "" });
  });
  return { panels, side, height: Math.max(y - BETWEEN - box.top, box.least) };
}

/** The room that labels and figures take beside the bars of a panel. */
function sides(all, width, font) {
  return {
    label: Math.min(300, width * 0.32, widest(all.map(({ label }) => label), `13px ${font}`) + 4),
    said: Math.min(240, width * 0.28, widest(all.map(said), `600 13px ${font}`) + 6),
  };
}

function lined({ rows: all }, side, width, font) {
  const lines = [];
  const widths = sides(all, width, font);
  let group = "";
  for (const row of all) {
    if (row.group && row.group !== group) lines.push({ heading: (group = row.group), natural: HEADING });
    const words = (text, weight, room) => broken(text, `${weight} 13px ${font}`, room, LINES).length * LINE;
    const room = side ? widths : roomAbove(row, width, font);
    const tall = Math.max(words(row.label, 400, room.label), words(said(row), 600, room.said));
    lines.push({ row, natural: side ? Math.max(ROW.side, tall + 8) : ROW.stacked + tall });
  }
  return { rows: all, lines, height: lines.reduce((sum, { natural }) => sum + natural, 0) };
}

/** Rows of the same name stand at the same height in all panels that have the same rows. */
function align(contents) {
  const names = ({ lines }) => lines.map(({ row, heading }) => heading ?? row.label).join("\n");
  if (new Set(contents.map(names)).size > 1) return;
  contents[0].lines.forEach((_, at) => {
    const tallest = Math.max(...contents.map(({ lines }) => lines[at].natural));
    for (const { lines } of contents) lines[at].natural = tallest;
  });
  for (const content of contents) content.height = content.lines.reduce((sum, { natural }) => sum + natural, 0);
}

function placed({ rows: all, lines }, { left, head, top, width, side, stretch, font, name }) {
  const widths = sides(all, width, font);
  let y = top;
  const found = lines.map(({ natural, ...line }) => {
    const height = natural * stretch;
    const own = { ...line, top: y, height };
    y += height;
    return own;
  });
  // The first and the last number of the axis stand half outside of it.
  return {
    name, head, top, left, width, rows: all, lines: found, bottom: y,
    from: side ? left + widths.label + 14 : left + 12, to: side ? left + width - widths.said - 12 : left + width - 22,
  };
}
