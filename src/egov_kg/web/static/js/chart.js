/* Charts: enhances `figure.chart[data-chart]` around a table. What is drawn is read from the cells of that table.
 *
 * The library is fetched when a chart comes near the viewport. Without it, or without scripts, the table stands alone. */

import { describe, read } from "./chart/data.js";
import { inks, option } from "./chart/style.js";

const NEAR = "400px";
const WIDE = 640; // from here on the page keeps the height for wide windows free
const STEP = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

class Chart {
  /**
   * @param {object} echarts the library.
   * @param {Function} layout of this kind of chart.
   * @param {HTMLElement} figure the figure to enhance.
   */
  constructor(echarts, layout, figure) {
    this.layout = layout;
    this.figure = figure;
    this.canvas = figure.querySelector(".canvas");
    this.readout = figure.querySelector(".readout");
    this.data = read(figure);
    this.at = -1;
    this.reserved = this.space();
    this.surface = document.createElement("div");
    this.surface.className = "drawing";
    this.surface.tabIndex = 0;
    this.surface.setAttribute("role", "img");
    this.surface.setAttribute("aria-label", this.data.alt);
    this.canvas.replaceChildren(this.surface);
    this.figure.classList.add("drawn");
    this.instance = echarts.init(this.surface, null, { renderer: "svg", width: 1, height: 1 });
    this.draw();
    this.listen();
    this.offer(echarts);
  }

  /** The height that the page keeps free for the drawing, in CSS pixels, for windows of each kind. */
  space() {
    const [wide, narrow] = ["wide", "narrow"].map((name) => this.canvas.querySelector(`.space.${name}`));
    return { wide: Number(wide?.getAttribute("height")), narrow: Number(narrow?.getAttribute("height")) };
  }

  draw(paper = false, width = this.canvas.clientWidth) {
    if (!width) return;
    const ink = inks(paper);
    const least = (width >= WIDE ? this.reserved.wide : this.reserved.narrow) || 0;
    const { height, ...parts } = this.layout(this.data, { left: 0, top: 0, width, least }, ink);
    this.surface.style.height = `${height}px`;
    this.instance.resize({ width, height });
    this.instance.setOption(option(parts, ink), { notMerge: true });
    this.width = width;
    this.paper = paper;
  }

  listen() {
    new ResizeObserver(() => {
      if (!this.paper && this.canvas.clientWidth !== this.width) this.draw();
    }).observe(this.canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    addEventListener("beforeprint", () => this.draw(true, 680));
    addEventListener("afterprint", () => this.draw());
    this.instance.on("mouseover", ({ data }) => data && this.show(data.row));
    this.instance.on("mouseout", () => this.show(-1));
    this.instance.on("click", ({ data }) => data && this.open(data.row));
    this.surface.addEventListener("blur", () => this.show(-1));
    this.surface.addEventListener("keydown", (event) => this.key(event));
  }

  /** Show the buttons for files. What makes these is loaded when one is wanted. */
  offer(echarts) {
    const tools = this.figure.querySelector(".tools");
    tools.addEventListener("click", async ({ target }) => {
      const { as } = target.dataset;
      if (as) (await import("./chart/picture.js")).save(echarts, this.layout, this.data, as);
    });
    tools.hidden = false;
  }

  key(event) {
    const last = this.data.rows.length - 1;
    let at = this.at;
    if (event.key in STEP) at = Math.min(Math.max(at + STEP[event.key], 0), last);
    else if (event.key === "Home") at = 0;
    else if (event.key === "End") at = last;
    else if (event.key === "Escape") at = -1;
    else if (event.key === "Enter" && at >= 0) return this.open(at);
    else return undefined;
    event.preventDefault();
    return this.show(at);
  }

  /** Mark one row and say what it is; none with -1. */
  show(at) {
    if (at === this.at) return;
    this.at = at;
    this.instance.dispatchAction({ type: "downplay" });
    const row = this.data.rows[at];
    if (row) this.instance.dispatchAction({ type: "highlight", seriesIndex: row.panel, dataIndex: row.place });
    this.readout.textContent = row ? describe(row) : this.readout.dataset.idle;
  }

  open(at) {
    const { href } = this.data.rows[at];
    if (href) location.assign(href);
  }
}

/** Draw the chart of a figure. */
export async function enhance(figure) {
  try {
    const kind = figure.dataset.chart === "levels" ? "columns" : "rows";
    const [echarts, { layout }] = await Promise.all([import(figure.dataset.library), import(`./chart/${kind}.js`)]);
    new Chart(echarts, layout, figure);
  } catch (error) {
    figure.classList.remove("live", "drawn");
    console.info("No chart:", error);
  }
}

const observer = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      enhance(target);
    }
  },
  { rootMargin: NEAR },
);

for (const figure of document.querySelectorAll("figure.chart.live[data-chart]")) observer.observe(figure);
