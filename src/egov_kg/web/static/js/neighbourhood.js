/* Draws the neighbourhood beside its list, and from it: incoming links on the left, outgoing ones on the right.
 *
 * The places of nodes are worked out here, so that the same list always looks the same and nothing moves. Where the window
 * is narrow, where there is no library or no script, the list stands alone. */

const ROW = 26;
const GAP = 14;
const LEAST = 320;
const HUB = 0.11;
const LEAF = 0.2;
const LETTERS = 44;
const LETTER = 7.5; // pixels
const MARGIN = 16;
const ROOM = matchMedia("(min-width: 64.01rem)");

/** The lists of a page: bundles of links with their direction. */
function read(root) {
  return [...root.querySelectorAll(".bundle")].map((bundle) => ({
    property: bundle.dataset.property,
    out: bundle.dataset.direction === "out",
    links: [...bundle.querySelectorAll("[data-node]")].map((anchor) => ({ anchor, text: anchor.textContent.trim(), href: anchor.href })),
  })).filter(({ links }) => links.length);
}

/** The colours and the typeface of the page. */
function inks() {
  const style = getComputedStyle(document.documentElement);
  const ink = Object.fromEntries(
    ["paper", "surface", "ink", "soft", "line", "strong-line", "accent", "accent-soft", "bar"].map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  );
  return { ...ink, font: getComputedStyle(document.body).fontFamily };
}

/** A name in a width: of an address its end, since many begin alike. */
function told(text, width) {
  const most = Math.floor(width / LETTER);
  return text.startsWith("http") && text.length > most ? `…${text.slice(1 - most)}` : text;
}

/** How wide the longest name of one side is, in Latin letters; Chinese characters count for two. */
function longest(side) {
  const wide = (text) => [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 2 : 1), 0);
  return Math.min(LETTERS, Math.max(1, ...side.flatMap(({ links }) => links.map(({ text }) => wide(text)))));
}

/** Where the middle stands: names on both sides have the room they need, or half of what there is, or what the others leave. */
function centred([left, right], width) {
  const room = width - 2 * (width * LEAF + MARGIN);
  const spare = room - left - right;
  const half = left > right ? Math.max(room - right, room / 2) : Math.min(left, room / 2);
  return width * LEAF + MARGIN + (spare < 0 ? half : left + spare / 2);
}

/** Where everything stands: nodes with x and y, links between them, the height of the whole. */
function place(bundles, width) {
  const rows = (side) => side.reduce((sum, { links }) => sum + links.length * ROW + GAP, 0);
  const sides = [bundles.filter(({ out }) => !out), bundles.filter(({ out }) => out)];
  const height = Math.max(LEAST, ...sides.map(rows)) + 2 * GAP;
  const centre = centred(sides.map((side) => longest(side) * LETTER), width);
  const middle = { id: "middle", x: centre, y: height / 2, kind: "middle" };
  // The library fits what it is given into the room there is: with a point in each corner nothing is stretched.
  const corners = [[0, 0], [width, height]].map(([x, y], at) => ({ id: `corner-${at}`, x, y, kind: "corner" }));
  const nodes = [middle, ...corners];
  const edges = [];
  sides.forEach((side, at) => {
    let y = (height - rows(side)) / 2 + GAP / 2;
    const way = at ? 1 : -1;
    side.forEach(({ property, links }, number) => {
      const hub = { id: `${at}-${number}`, x: centre + way * width * HUB, y: y + (links.length * ROW) / 2, kind: "hub", text: property, way };
      nodes.push(hub);
      edges.push(at ? [middle.id, hub.id] : [hub.id, middle.id]);
      links.forEach((link, row) => {
        const node = { ...link, id: `${hub.id}-${row}`, x: centre + way * width * LEAF, y: y + ROW * (row + 0.5), kind: "leaf", way };
        nodes.push(node);
        edges.push(at ? [hub.id, node.id] : [node.id, hub.id]);
      });
      y += links.length * ROW + GAP;
    });
  });
  return { nodes, edges, width, height, centre };
}

const SIZES = { middle: 26, hub: 7, leaf: 11, corner: 0 };

function option({ nodes, edges, width, centre }, name, ink) {
  const room = (out) => (out ? width - centre : centre) - width * LEAF - MARGIN;
  const label = (node) => {
    const common = { show: true, fontFamily: ink.font, color: ink.ink, fontSize: 13 };
    if (node.kind === "corner") return { show: false };
    if (node.kind === "middle") return { ...common, position: "bottom", fontWeight: 600, distance: 8, textBorderColor: ink.paper, textBorderWidth: 6, width: width * 0.3, overflow: "break", formatter: () => name };
    const out = node.way > 0;
    if (node.kind === "hub") return { ...common, position: "top", fontSize: 11, color: ink.soft, backgroundColor: ink.paper, padding: [0, 3], formatter: () => node.text };
    return { ...common, position: out ? "right" : "left", align: out ? "left" : "right", width: room(out), overflow: "truncate", formatter: () => told(node.text, room(out)) };
  };
  const fill = (node) => ({ middle: ink.accent, hub: ink["strong-line"], leaf: node.way > 0 ? ink.bar : ink["accent-soft"], corner: "transparent" })[node.kind];
  return {
    animation: false,
    series: [{
      type: "graph", layout: "none", coordinateSystem: null, left: 0, top: 0, right: 0, bottom: 0, roam: false,
      cursor: "pointer", edgeSymbol: ["none", "arrow"], edgeSymbolSize: 5,
      lineStyle: { color: ink["strong-line"], width: 1, opacity: 0.6, curveness: 0 },
      emphasis: { focus: "adjacency", lineStyle: { width: 2, opacity: 1 }, label: { fontWeight: 600 } },
      blur: { itemStyle: { opacity: 0.35 }, lineStyle: { opacity: 0.15 }, label: { opacity: 0.45 } },
      data: nodes.map((node) => ({
        id: node.id, name: node.id, silent: node.kind === "corner", x: node.x, y: node.y, symbolSize: SIZES[node.kind], href: node.href,
        cursor: node.href ? "pointer" : "default",
        itemStyle: { color: fill(node), borderColor: ink.accent, borderWidth: node.kind === "leaf" ? 1 : 0 }, label: label(node),
      })),
      links: edges.map(([source, target]) => ({ source, target })),
    }],
  };
}

class Drawing {
  constructor(echarts, root) {
    this.root = root;
    this.bundles = read(root);
    this.surface = document.createElement("div");
    this.surface.className = "drawing";
    this.surface.setAttribute("role", "img");
    this.surface.setAttribute("aria-label", root.dataset.label);
    root.prepend(this.surface);
    root.classList.add("drawn");
    this.instance = echarts.init(this.surface, null, { renderer: "svg", width: 1, height: 1 });
    this.draw();
    this.listen();
  }

  draw() {
    const width = this.surface.clientWidth;
    if (!width) return;
    const placed = place(this.bundles, width);
    this.nodes = placed.nodes;
    this.surface.style.height = `${placed.height}px`;
    this.instance.resize({ width, height: placed.height });
    this.instance.setOption(option(placed, this.root.dataset.name, inks()), { notMerge: true });
    this.width = width;
  }

  listen() {
    new ResizeObserver(() => {
      if (this.surface.clientWidth !== this.width) this.draw();
    }).observe(this.surface);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    this.instance.on("click", ({ data }) => data?.href && location.assign(data.href));
    this.instance.on("mouseover", ({ data }) => this.light(data?.id, true));
    this.instance.on("mouseout", ({ data }) => this.light(data?.id, false));
    for (const { anchor } of this.bundles.flatMap(({ links }) => links)) {
      for (const [event, type] of [["mouseenter", "highlight"], ["focus", "highlight"], ["mouseleave", "downplay"], ["blur", "downplay"]]) {
        anchor.addEventListener(event, () => this.instance.dispatchAction({ type, seriesIndex: 0, dataIndex: this.nodes.findIndex((node) => node.anchor === anchor) }));
      }
    }
  }

  light(id, on) {
    this.nodes.find((node) => node.id === id)?.anchor?.classList.toggle("lit", on);
  }
}

async function enhance(root) {
  try {
    new Drawing(await import(root.dataset.library), root);
  } catch (error) {
    root.classList.remove("drawn");
    delete root.dataset.library;  // its room goes to the lists
    root.querySelector(".drawing")?.remove();
    console.info("No drawing:", error);
  }
}

const root = document.getElementById("neighbourhood");
if (root?.dataset.library) {
  if (ROOM.matches) enhance(root);
  else ROOM.addEventListener("change", () => enhance(root), { once: true });
}
