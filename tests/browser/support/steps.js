// What people do on pages and what they see there, found by roles and names as assistive technology finds it.

import assert from "node:assert/strict";
import { eventually } from "./browser.js";

/** The box to search in. */
export const box = (page) => page.getByLabel("Search decisions");

/** The hits. */
export const cards = (page) => page.getByRole("main").getByRole("article");

/** The links that lead to the decisions of the hits. */
export const hits = (page) => cards(page).getByRole("heading").getByRole("link");

/** The conditions that a query was read as; a click takes one away. */
export const chips = (page) => page.getByRole("region", { name: "How the query was read" }).getByRole("listitem").getByRole("link");

/** Types a query and sends it. */
export async function search(page, query) {
  await box(page).fill(query);
  await follow(page, () => box(page).press("Enter"));
}

/** Does what leads to another page, and waits for this. */
export async function follow(page, act) {
  const arrived = page.waitForEvent("framenavigated");
  await act();
  await arrived;
  await page.waitForLoadState("load");
}

/** Clicks a link or button that leads to another page. */
export const click = (page, locator) => follow(page, () => locator.click());

/** How many decisions a search found, as its heading says. */
export async function found(page) {
  const heading = await page.getByRole("heading", { level: 1 }).innerText();
  const [, number] = heading.match(/(?:^|of )([\d,]+) decisions?/) ?? assert.fail(`no number of decisions in "${heading}"`);
  return Number(number.replaceAll(",", ""));
}

/** The texts of the conditions that a query was read as. */
export async function readAs(page) {
  const texts = await chips(page).allInnerTexts();
  return texts.map((text) => text.replace(/^Remove\s*|\s*×$/g, ""));
}

/** The filters, opened where a narrow page has them closed. */
export async function filters(page) {
  const filters = page.getByRole("navigation", { name: "Filters" });
  if (!(await filters.isVisible())) await page.getByText("Filters", { exact: true }).first().click();
  await filters.waitFor();
  return filters;
}

/** A facet by its name, opened. */
export async function facet(page, name) {
  const within = await filters(page);
  const heading = page.getByRole("heading", { name, exact: true });
  const facet = within.getByRole("group").filter({ has: heading });
  if (!(await facet.evaluate((details) => details.open))) await facet.getByRole("heading").click();
  return facet;
}

/** A value of a facet: its link, its name and its count. */
export async function value(facet, name) {
  const link = facet.getByRole("link", { name: new RegExp(`^(Remove )?${escaped(name)} [\\d,]+$`) });
  const text = await link.innerText();
  return { link, count: Number(text.match(/[\d,]+$/)[0].replaceAll(",", "")) };
}

/** Chooses how hits are shown: by a click where scripts run, with "Apply" where they do not. */
export async function choose(page, act) {
  const apply = page.getByRole("search").getByRole("button", { name: "Apply" });
  if (!(await apply.isVisible())) return follow(page, act);
  await act();
  await click(page, apply);
}

/** The query that the URL holds. */
export const asked = (page) => new URL(page.url()).searchParams;

/** The days on which hits were decided, in their order. */
export const days = (page) => cards(page).getByRole("time").allInnerTexts();

/** Checks the heading of a page, once it is there. */
export const headed = (page, wanted) =>
  eventually(async () => assert.match(await page.getByRole("heading", { level: 1 }).innerText(), wanted));

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
