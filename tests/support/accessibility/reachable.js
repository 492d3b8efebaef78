// Every element that Tab has to lead to.
() => {
  const all = [...document.querySelectorAll("*")];
  const radios = new Set();
  return all.filter(element => {
    if (!element.matches("a[href], area[href], button, input, select, textarea, summary, [tabindex], [contenteditable=true]"))
      return false;
    if (element.tabIndex < 0 || element.matches(":disabled, [type=hidden], [inert] *")) return false;
    if (!element.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true})) return false;
    if (element.type === "radio") {  // of a group, one
      const group = element.name;
      if (!element.checked && (radios.has(group) || document.querySelector(`[name="${CSS.escape(group)}"]:checked`)))
        return false;
      radios.add(group);
    }
    return true;
  }).map(element => ({
    index: all.indexOf(element),
    name: `<${element.localName} class="${element.getAttribute("class") ?? ""}"> ${element.textContent.trim().slice(0, 40)}`,
  }));
}
