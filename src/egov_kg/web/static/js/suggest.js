// Names while one types: a listbox under each search field (ARIA 1.2, "Combobox"). Without it the form works as it is.

const WAIT = 120;
const language = document.documentElement.lang;
const asOf = new URLSearchParams(location.search).get("asOf");

for (const input of document.querySelectorAll("input[type=search][name=q]")) enhance(input);

function enhance(input) {
  const list = document.createElement("ul");
  list.id = `${input.id}-names`;
  list.className = "names";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.form.dataset.names || input.labels[0].textContent);
  list.hidden = true;
  input.after(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  let chosen = -1, timer = 0, asked = null;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (place) => {
    const options = list.children;
    if (chosen >= 0) options[chosen].setAttribute("aria-selected", "false");
    chosen = (place + options.length + 1) % (options.length + 1);
    if (chosen === options.length) chosen = -1;
    if (chosen < 0) return input.removeAttribute("aria-activedescendant");
    options[chosen].setAttribute("aria-selected", "true");
    options[chosen].scrollIntoView({block: "nearest"});
    input.setAttribute("aria-activedescendant", options[chosen].id);
  };
  const show = ([, names, kinds, places]) => {
    list.replaceChildren(...names.map((name, number) => {
      const option = document.createElement("li"), kind = document.createElement("span");
      option.id = `${list.id}-${number}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.place = places[number];
      kind.textContent = kinds[number];
      option.append(name, " ", kind);
      return option;
    }));
    if (!names.length) return close();
    chosen = -1;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };
  const ask = async () => {
    asked?.abort();
    const text = input.value.trim();
    if (!text) return close();
    asked = new AbortController();
    const wanted = new URLSearchParams({q: text, lang: language, limit: "8", ...(asOf ? {asOf} : {})});
    try {
      const reply = await fetch(`/api/suggest?${wanted}`, {signal: asked.signal});
      if (reply.ok && document.activeElement === input) show(await reply.json());
    } catch {
      // The form still works; what was typed since is asked next.
    }
  };
  const go = (option) => { if (option.dataset.place) location.assign(option.dataset.place); };

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, WAIT); });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); }
    else if (list.hidden) return;
    else if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen < 0 ? list.children.length - 1 : chosen - 1); }
    else if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); go(list.children[chosen]); }
  });
  input.addEventListener("blur", () => setTimeout(close, WAIT));
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) { event.preventDefault(); go(option); }
  });
}
