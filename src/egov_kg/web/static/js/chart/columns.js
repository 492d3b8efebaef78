/* Charts whose values go up: a column for each figure. */

import { marks, thresholdLine, track } from "./marks.js";
import { broken, lit, numbers, said, scale, valueAxis, write } from "./style.js";

const SCALE = 52;
const LEAST = 220;
const LINE = 18;

/**
 * @param {object} data what `read` gives.
 * @param {object} box `left`, `top`, `width` and `least`, the least height, in pixels.
 * @param {object} ink colours and typeface.
 * @returns {object} `height`, and parts of the library's option.
 */
export function layout(data, box, ink) {
  const all = data.rows;
  const left = box.left + SCALE;
  const right = box.left + box.width - 4;
  const each = (right - left) / all.length;
  const room = Math.min(each - 8, 220);
  const lines = (row) => broken(row.label, `13px ${ink.font}`, room).length + broken(said(row), `600 14px ${ink.font}`, room).length;
  const foot = Math.max(...all.map(lines)) * LINE + 18;
  const height = Math.max(LEAST + foot, box.least);
  const top = box.top + 14 + (data.threshold === null ? 0 : 16);
  const bottom = box.top + height - foot;
  const size = scale(all);
  const unit = all.find((row) => row.unit)?.unit ?? "";
  return {
    height,
    grid: [{ left, top, width: right - left, height: bottom - top }],
    xAxis: [{ type: "category", data: all.map((row) => row.at), show: false }],
    yAxis: [valueAxis(0, size, numbers(unit, data.lang), ink)],
    series: [
      {
        type: "custom", cursor: "pointer",
        data: all.map((row) => ({ value: [row.place, row.value], row: row.at })),
        renderItem: ({ dataIndex }, api) => column(all[dataIndex], api, { left: left + each * dataIndex, each, room, top, bottom, below: box.top + height, size, ink }),
      },
      {
        type: "custom", silent: true, z: 5, data: [[0, 0]],
        renderItem: (_, api) => ({ type: "group", children: asked(data, size, ink, { left, right, y: (value) => api.coord([0, value])[1] }) }),
      },
    ],
  };
}

function column(row, api, { left, each, room, top, bottom, below, size, ink }) {
  const across = left + each / 2;
  const at = (value) => api.coord([row.place, Math.min(value, size.max)])[1];
  const axis = { zero: bottom, end: top, at, across, thick: Math.min(64, Math.max(14, each * 0.3)), upright: true };
  const band = {
    type: "rect", shape: { x: left + 2, y: top - 6, width: each - 4, height: below - top + 4, r: 4 },
    style: { fill: "transparent" }, emphasis: { style: lit(ink) },
  };
  const middle = { x: across, align: "center", verticalAlign: "top", fill: ink.ink };
  const label = broken(row.label, `13px ${ink.font}`, room);
  const words = [
    write(label.join("\n"), { ...middle, y: bottom + 10, font: `13px ${ink.font}` }),
    write(broken(said(row), `600 14px ${ink.font}`, room).join("\n"), { ...middle, y: bottom + 12 + label.length * 17, font: `600 14px ${ink.font}` }),
  ];
  return { type: "group", children: [band, track(axis, ink), ...marks(row, axis, ink), ...words] };
}

function asked({ threshold, thresholdText }, { max }, ink, { left, right, y }) {
  if (threshold === null || threshold < 0 || threshold > max) return [];
  return thresholdLine({ at: y(threshold), from: left, to: right, text: thresholdText, upright: true }, ink);
}
