/* Pictures to take away: SVG, and PNG at twice the size. Title, explanation, source and release are in them; they are always
 * light. */

import { give, image, png } from "../files.js";
import { broken, inks, option, write } from "./style.js";

const WIDTH = 1080;
const EDGE = 24;
const TITLE = 26;
const NOTE = 17;

/**
 * The room around a chart, and what is written there.
 *
 * @param {object} data what `read` gives.
 * @param {number} width of the picture, in pixels.
 * @param {object} ink colours and typeface.
 * @returns {object} `left`, `top`, `bottom`, `width`, and `texts(height)` of the whole picture.
 */
function frame(data, width, ink) {
  const inner = width - 2 * EDGE;
  const fonts = { title: `700 20px ${ink.font}`, note: `12px ${ink.font}` };
  const title = broken(data.title, fonts.title, inner);
  const notes = [...data.legend, data.source].map((note) => broken(note, fonts.note, inner));
  const foot = notes.flat().length * NOTE;
  const common = { x: EDGE, verticalAlign: "top" };
  const texts = (height) => {
    let y = height - EDGE - foot;
    const below = notes.map((note) => {
      const found = write(note.join("\n"), { ...common, y, fill: ink.soft, font: fonts.note, lineHeight: NOTE });
      y += note.length * NOTE;
      return found;
    });
    return [write(title.join("\n"), { ...common, y: EDGE, fill: ink.ink, font: fonts.title, lineHeight: TITLE }), ...below];
  };
  return { left: EDGE, top: EDGE + title.length * TITLE + 12, bottom: foot + EDGE + 14, width: inner, texts };
}

/** The chart as the text of an SVG file, with its size. */
function picture(echarts, layout, data) {
  const ink = inks(true);
  const around = frame(data, WIDTH, ink);
  const { height: inner, ...parts } = layout(data, { left: around.left, top: around.top, width: around.width, least: 0 }, ink);
  const height = around.top + inner + around.bottom;
  const instance = echarts.init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  try {
    instance.setOption(option({ ...parts, graphic: around.texts(height) }, ink, ink.paper));
    return { svg: instance.renderToSVGString(), width: WIDTH, height };
  } finally {
    instance.dispose();
  }
}

/**
 * Give the reader a chart as a file.
 *
 * @param {object} echarts the library.
 * @param {Function} layout of the kind of chart.
 * @param {object} data what `read` gives.
 * @param {string} as `svg` or `png`.
 */
export async function save(echarts, layout, data, as) {
  const made = picture(echarts, layout, data);
  give(as === "png" ? await png(made) : image(made.svg), `${data.name}.${as}`);
}
