/* What a chart shows, read from the table that it enhances. */

const number = (text) => (text === undefined || text === "" ? null : Number(text));

/**
 * The reported figure of a cell or row.
 *
 * @returns {object} `label`, `phrase` (the figure in words), `value`, `lower` and `upper` (null where none is stated),
 *   `domain` (the largest value there can be, or null), `qualifier`, `unit`, `panel` and `group` (what it stands under),
 *   `verdict` with its name, `href`; of a cell without a figure, `none` says why.
 */
function figureOf({ dataset }) {
  return {
    label: dataset.label ?? "",
    phrase: dataset.phrase ?? "",
    value: number(dataset.value),
    qualifier: dataset.qualifier ?? "",
    lower: number(dataset.lower),
    lowerInclusive: dataset.lowerInclusive === "true",
    upper: number(dataset.upper),
    upperInclusive: dataset.upperInclusive === "true",
    domain: number(dataset.domain),
    unit: dataset.unit ?? "",
    panelName: dataset.panel ?? "",
    group: dataset.group ?? "",
    verdict: dataset.verdict ?? "",
    verdictName: dataset.verdictName ?? "",
    href: dataset.href ?? "",
    none: dataset.none ?? "",
  };
}

/**
 * All that a chart needs.
 *
 * @param {HTMLElement} figure with `data-chart`.
 * @returns {object} `kind`, `rows` in the order of the table, `panels` (name and rows), texts.
 */
export function read(figure) {
  const { dataset } = figure;
  const found = [...figure.querySelectorAll("table [data-value], table [data-none]")].map(figureOf);
  const panels = [];
  for (const row of found) {
    let panel = panels.find(({ name }) => name === row.panelName);
    if (!panel) panels.push((panel = { name: row.panelName, rows: [] }));
    panel.rows.push(row);
  }
  const rows = panels.flatMap((panel, at) => panel.rows.map((row, place) => Object.assign(row, { panel: at, place })));
  rows.forEach((row, at) => Object.assign(row, { at }));
  return {
    kind: dataset.chart,
    rows,
    panels,
    legend: [...figure.querySelectorAll(".marks li")].map((item) => item.textContent.trim()),
    alt: dataset.alt,
    title: dataset.title,
    source: dataset.source,
    name: dataset.name,
    lang: document.documentElement.lang,
    threshold: number(dataset.threshold),
    thresholdUnit: dataset.thresholdUnit ?? "",
    thresholdText: dataset.thresholdText ?? "",
  };
}

/** A figure in words, for the line below the chart. */
export function describe(row) {
  const where = [row.panelName, row.group, row.label].filter(Boolean).join(" · ");
  const colon = document.documentElement.lang === "zh" ? "：" : ": ";
  return [`${where}${colon}${row.none || row.phrase}`, row.verdictName].filter(Boolean).join(" · ");
}
