// The outermost elements that reach out of the window, where it can be scrolled sideways.
() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const out = element => element.getBoundingClientRect().right > root.clientWidth + 1;
  const name = element =>
    `<${element.localName} class="${element.getAttribute("class") ?? ""}"> ${element.textContent.trim().slice(0, 40)}`;
  return [...document.body.querySelectorAll("*")]
    .filter(element => out(element) && !(element.parentElement !== document.body && out(element.parentElement)))
    .map(name)
    .slice(0, 5)
    .concat(`${root.scrollWidth} > ${root.clientWidth} px`);
}
