/* Gives the tile map as PNG, made from the SVG that the server draws: `data-picture` is where that is. */

import { give, png } from "./files.js";

for (const button of document.querySelectorAll("[data-picture]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const svg = await (await fetch(button.dataset.picture)).text();
    const { width, height } = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
    give(await png({ svg, width: width.baseVal.value, height: height.baseVal.value }), `${button.dataset.name}.png`);
  });
}
