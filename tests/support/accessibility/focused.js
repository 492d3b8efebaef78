// What has the focus, and whether that can be seen. Takes the focus away; Tab goes on from there all the same.
() => {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const around = [];
  for (let one = element; one && around.length < 5; one = one.parentElement) around.push(one);
  const look = one => {
    const style = getComputedStyle(one);
    const outline = parseFloat(style.outlineWidth) && style.outlineStyle !== "none" ? style.outline : "";
    return [outline, style.boxShadow, style.border, style.backgroundColor, style.color, style.textDecoration].join("|");
  };
  const focused = around.map(look);
  const covered = one => {
    const {left, right, top, bottom} = one.getBoundingClientRect();
    const points = [[left + 2, top + 2], [right - 2, top + 2], [left + 2, bottom - 2], [right - 2, bottom - 2],
      [(left + right) / 2, (top + bottom) / 2]];
    return points.every(([x, y]) => {
      const hit = document.elementFromPoint(x, y);
      return !hit || !(one.contains(hit) || hit.contains(one));
    });
  };
  const coveredNow = around.map(covered);
  element.blur();
  const marked = around.findIndex((one, index) => look(one) !== focused[index]);
  return {
    index: [...document.querySelectorAll("*")].indexOf(element),
    name: `<${element.localName} class="${element.getAttribute("class") ?? ""}"> ` +
      (element.getAttribute("aria-label") ?? element.textContent).trim().slice(0, 40),
    marked: marked >= 0,
    covered: coveredNow[Math.max(marked, 0)],
  };
}
