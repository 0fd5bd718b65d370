// What scripts add to pages that work without them. Texts from answers are set as text, never as markup.
"use strict";

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const on = (target, type, act, options) => target.addEventListener(type, act, options);

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// Keys.

const box = one("#q");
const cards = all(".card");
const place = () => cards.indexOf(document.activeElement.closest(".card"));

function moveBy(step) {
  const card = cards[place() < 0 ? 0 : place() + step];
  if (!card) return;
  one("h2 a, h3 a", card).focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

const ACTIONS = {
  "/": () => box?.select(),
  "?": () => (one("#keys").showModal ? one("#keys").showModal() : location.assign("/help")),
  j: () => moveBy(1),
  k: () => moveBy(-1),
  n: () => one("a[rel=next]")?.click(),
  p: () => one("a[rel=prev]")?.click(),
  ArrowDown: () => moveBy(1),
  ArrowUp: () => moveBy(-1),
};

on(document, "keydown", (event) => {
  const { key, target } = event;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]")) return;
  const isArrow = key.startsWith("Arrow");
  if (target === box) {
    if (key === "Escape") box.blur();
    else if (key === "ArrowDown") moveBy(1);
    else return;
  } else if (target.matches("input, select, textarea") || !(key in ACTIONS) || (isArrow && place() < 0)) {
    return;
  } else {
    ACTIONS[key]();
  }
  event.preventDefault();
});

// Copying.

for (const button of navigator.clipboard ? all("[data-copy]") : []) {
  const { textContent, ariaLabel } = button;
  button.hidden = false;
  on(button, "click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    Object.assign(button, { textContent: "Copied", ariaLabel: "Copied" });
    setTimeout(() => Object.assign(button, { textContent, ariaLabel }), 1500);
  });
}

// Suggestions (the ARIA pattern of an editable combobox with a list).

if (box) {
  const list = make("ul", { className: "suggestions", id: "suggestions", role: "listbox", ariaLabel: "Suggestions", hidden: true });
  box.after(list);
  Object.assign(box, { role: "combobox", ariaAutoComplete: "list", ariaExpanded: "false" });
  box.setAttribute("aria-controls", list.id);
  let wait, asked, chosen = -1;

  const choose = (at) => {
    chosen = at;
    all("li", list).forEach((option, place) => { option.ariaSelected = place === at; });
    const option = list.children[at];
    if (!option) return box.removeAttribute("aria-activedescendant");
    box.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const show = (suggestions) => {
    list.replaceChildren(...suggestions.map(({ text, label, doc, field }, place) => {
      const note = make("small", { textContent: doc || field });
      return make("li", { id: `suggestion-${place}`, role: "option", title: text }, label, note);
    }));
    list.hidden = !suggestions.length;
    list.ariaBusy = false;
    box.ariaExpanded = !list.hidden;
    choose(-1);
  };
  const close = () => {
    clearTimeout(wait);
    asked?.abort();
    show([]);
  };
  const take = (option) => {
    box.value = option.title;
    close();
  };
  const ask = async () => {
    asked = new AbortController();
    const url = `/api/v1/suggest?limit=8&q=${encodeURIComponent(box.value)}`;
    const answer = await fetch(url, { signal: asked.signal });
    if (answer.ok) show((await answer.json()).suggestions);
  };

  on(box, "input", () => {
    clearTimeout(wait);
    asked?.abort();
    if (!box.value.trim()) return close();
    list.ariaBusy = true;
    // A newer question takes its place, or the server is gone: nothing is suggested.
    wait = setTimeout(() => ask().catch(() => {}), 150);
  });
  on(box, "blur", close);
  on(list, "mousedown", (event) => {
    event.preventDefault();
    take(event.target.closest("li"));
  });
  on(box, "keydown", (event) => {
    if (list.hidden) return;
    const count = list.children.length + 1;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") close();
    // What is listed for less than is typed by now is not what is meant.
    else if (list.ariaBusy === "true") return;
    else if (step) choose(((chosen + 1 + step + count) % count) - 1);
    else if (event.key === "Enter" && chosen >= 0) take(list.children[chosen]);
    else return;
    event.preventDefault();
  });
}

// What is chosen holds at once, and what holds anyway is not in the URL.

for (const form of all("form")) {
  const apply = one(".apply", form);
  if (apply) {
    apply.hidden = true;
    on(form, "change", ({ target }) => {
      if (target.matches("select, [type=checkbox]")) form.requestSubmit();
    });
  }
  on(form, "formdata", ({ formData }) => {
    const chosen = [...formData].filter(([name, value]) => value && !(name === "sort" && value === "score"));
    for (const name of [...formData.keys()]) formData.delete(name);
    for (const [name, value] of chosen) formData.append(name, value);
  });
}

// Days by months: two handles on one line set the two inputs.

for (const form of all("[data-first]")) {
  const { from, to } = form.elements;
  const first = Number(form.dataset.first);
  const months = (Number(form.dataset.last) - first + 1) * 12;
  const month = (day) => (day.slice(0, 4) - first) * 12 + Number(day.slice(5, 7)) - 1;
  const day = (month, date) => new Date(Date.UTC(first, month, date)).toISOString().slice(0, 10);
  const handle = (ariaLabel, value) => make("input", { type: "range", ariaLabel, max: months, value });
  const low = handle("From month", from.value ? month(from.value) : 0);
  const high = handle("To month", months);
  if (to.value) high.value = month(to.value) + 1;
  const tell = () => {
    low.ariaValueText = from.value || "any";
    high.ariaValueText = to.value || "any";
  };
  const move = ({ target }) => {
    if (target === low) low.value = Math.min(low.value, high.value - 1);
    else high.value = Math.max(high.value, Number(low.value) + 1);
    from.value = low.value > 0 ? day(low.value, 1) : "";
    to.value = high.value < months ? day(high.value, 0) : "";
    tell();
  };
  tell();
  form.prepend(make("div", { className: "slider", oninput: move }, low, high));
}

// Decisions like the one of the page, under the link that leads to all of them.

for (const section of all("[data-load]")) {
  const entry = ({ id, outcome, treatment }) => {
    const link = make("a", { href: `/decisions/${encodeURIComponent(id)}`, textContent: `${id} ${treatment}` });
    const [kind] = (outcome ?? "unknown").replace("partially", "partial").split(" ");
    return make("li", {}, link, " ", make("span", { className: `badge ${kind}`, textContent: outcome ?? "outcome not found" }));
  };
  fetch(section.dataset.load)
    .then((answer) => answer.json())
    .then(({ like }) => section.append(make("ul", { className: "others" }, ...(like.length ? like.map(entry) : [make("li", {}, "None.")]))))
    .catch(() => {});
}

// Filters stand open where there is room, and stay where they were.

const filters = one(".filters");
if (filters) {
  const wide = matchMedia("(min-width: 60rem)");
  const open = () => { filters.open = wide.matches; };
  open();
  on(wide, "change", open);
  const kept = JSON.parse(sessionStorage.filters ?? "{}");
  for (const facet of all(".facet", filters)) {
    const name = facet.dataset.facet;
    if (!one("[aria-current]", facet)) facet.open = kept[name] ?? facet.open;
    on(facet, "toggle", () => {
      kept[name] = facet.open;
      sessionStorage.filters = JSON.stringify(kept);
    });
  }
  on(filters, "click", ({ target }) => {
    if (target.closest("a")) sessionStorage.place = scrollY;
  });
  if (sessionStorage.place && wide.matches) scrollTo({ top: sessionStorage.place, behavior: "instant" });
  delete sessionStorage.place;
}
