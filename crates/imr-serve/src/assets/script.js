// What scripts add to pages that work without them. Texts from answers are set as text, never as markup.
"use strict";

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

const box = one("#q");

// Keys.

const cards = all(".card");

function moveTo(step) {
  const at = cards.indexOf(document.activeElement?.closest(".card"));
  const next = cards[at < 0 ? (step > 0 ? 0 : cards.length - 1) : at + step];
  const link = next && one("h2 a, h3 a", next);
  if (!link) return;
  link.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function showKeys() {
  const dialog = one("#keys");
  if (dialog?.showModal) dialog.showModal();
  else location.href = "/help";
}

const ACTIONS = {
  "/": () => { box?.focus(); box?.select(); },
  "?": showKeys,
  j: () => moveTo(1),
  k: () => moveTo(-1),
  n: () => one("a[rel=next]")?.click(),
  p: () => one("a[rel=prev]")?.click(),
};

function isTyping(element) {
  return element.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]")) return;
  if (event.key === "Escape" && event.target === box && !event.defaultPrevented) {
    // The browser would empty the box.
    event.preventDefault();
    return box.blur();
  }
  if (isTyping(event.target)) return;
  const arrow = cards.includes(document.activeElement?.closest(".card"))
    ? { ArrowDown: () => moveTo(1), ArrowUp: () => moveTo(-1) }[event.key]
    : undefined;
  const action = ACTIONS[event.key] ?? arrow;
  if (!action) return;
  event.preventDefault();
  action();
});

// Arrow down leads from the box to the first decision, where there are no suggestions.
box?.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" && !event.defaultPrevented && cards.length && !box.hasAttribute("aria-activedescendant")) {
    event.preventDefault();
    moveTo(1);
  }
});

// Copying.

for (const button of all("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  const name = button.textContent;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not allowed";
    }
    setTimeout(() => { button.textContent = name; }, 1500);
  });
}

// Suggestions (the ARIA pattern of an editable combobox with a list).

if (box) {
  const list = make("ul", { className: "suggestions", id: "suggestions", role: "listbox", hidden: true });
  list.setAttribute("aria-label", "Suggestions");
  box.after(list);
  const set = (name, value) => box.setAttribute(name, value);
  set("role", "combobox");
  set("aria-autocomplete", "list");
  set("aria-controls", list.id);
  set("aria-expanded", "false");
  let wait, asked, chosen = -1;

  const close = () => {
    clearTimeout(wait);
    asked?.abort();
    list.hidden = true;
    chosen = -1;
    set("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const choose = (at) => {
    const options = all("li", list);
    chosen = (at + options.length + 1) % (options.length + 1);
    if (chosen === options.length) chosen = -1;
    options.forEach((option, place) => option.setAttribute("aria-selected", place === chosen));
    if (chosen < 0) return box.removeAttribute("aria-activedescendant");
    set("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  };
  const take = (option) => {
    box.value = option.dataset.text;
    close();
    box.focus();
  };
  const show = (suggestions) => {
    list.replaceChildren(...suggestions.map(({ text, label, doc, field }, place) => {
      const option = make("li", { id: `suggestion-${place}`, role: "option" }, label, make("small", { textContent: doc || field }));
      option.dataset.text = text;
      return option;
    }));
    chosen = -1;
    list.hidden = suggestions.length === 0;
    set("aria-expanded", !list.hidden);
    box.removeAttribute("aria-activedescendant");
  };
  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    try {
      const url = `/api/v1/suggest?limit=8&q=${encodeURIComponent(box.value)}`;
      const answer = await fetch(url, { signal: asked.signal });
      if (answer.ok) show((await answer.json()).suggestions);
    } catch {
      // A newer question took its place, or the server is gone: nothing is suggested.
    }
  };

  box.addEventListener("input", () => {
    clearTimeout(wait);
    if (!box.value.trim()) return close();
    wait = setTimeout(ask, 150);
  });
  box.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("li");
    if (option) take(option);
  });
  box.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose(chosen < 0 && step < 0 ? -1 : chosen + step);
    else if (event.key === "Enter" && chosen >= 0) take(all("li", list)[chosen]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  }, true);
}

// What is chosen holds at once, and what holds anyway is not in the URL.

for (const form of all("form")) {
  const apply = one(".apply", form);
  if (apply) {
    apply.hidden = true;
    form.addEventListener("change", (event) => {
      if (event.target.matches("select, [type=checkbox]")) form.requestSubmit();
    });
  }
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) {
      if (!value || (name === "sort" && value === "score")) formData.delete(name);
    }
  });
}

// Days by months: two handles on one line set the two inputs.

for (const form of all("form.dates[data-first]")) {
  const [from, to] = ["from", "to"].map((name) => form.elements[name]);
  const first = Number(form.dataset.first);
  const months = (Number(form.dataset.last) - first + 1) * 12;
  const month = (day) => { const [year, at] = day.split("-").map(Number); return (year - first) * 12 + at - 1; };
  const day = (at, isLast) => new Date(Date.UTC(first, at + (isLast ? 1 : 0), isLast ? 0 : 1)).toISOString().slice(0, 10);
  const handle = (label, value) => {
    const input = make("input", { type: "range", min: 0, max: months, value });
    input.setAttribute("aria-label", label);
    return input;
  };
  const low = handle("From month", from.value ? month(from.value) : 0);
  const high = handle("To month", to.value ? month(to.value) + 1 : months);
  const tell = () => {
    low.setAttribute("aria-valuetext", from.value || "any");
    high.setAttribute("aria-valuetext", to.value || "any");
  };
  const moved = (input) => {
    if (Number(low.value) >= Number(high.value)) {
      input.value = input === low ? Number(high.value) - 1 : Number(low.value) + 1;
    }
    from.value = Number(low.value) > 0 ? day(Number(low.value), false) : "";
    to.value = Number(high.value) < months ? day(Number(high.value) - 1, true) : "";
    tell();
  };
  for (const input of [low, high]) input.addEventListener("input", () => moved(input));
  tell();
  form.prepend(make("div", { className: "slider" }, low, high));
}

// Filters stand open where there is room, and stay where they were.

const filters = one(".filters");
if (filters) {
  const wide = matchMedia("(min-width: 60rem)");
  const open = () => { filters.open = wide.matches; };
  open();
  wide.addEventListener("change", open);
  const saved = JSON.parse(sessionStorage.getItem("filters") ?? "{}");
  for (const facet of all(".facet", filters)) {
    const { facet: name } = facet.dataset;
    if (name in saved && !one("[aria-current]", facet)) facet.open = saved[name];
    facet.addEventListener("toggle", () => {
      saved[name] = facet.open;
      sessionStorage.setItem("filters", JSON.stringify(saved));
    });
  }
  const nav = one("nav", filters);
  nav.addEventListener("click", (event) => {
    if (event.target.closest("a")) sessionStorage.setItem("place", scrollY);
  });
  const place = sessionStorage.getItem("place");
  sessionStorage.removeItem("place");
  if (place && wide.matches) scrollTo({ top: Number(place), behavior: "instant" });
}
