// What has to hold on every page.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { ADDRESS, pageTest } from "./support/browser.js";
import { PAGES } from "./support/pages.js";
import { filters } from "./support/steps.js";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

/** The most that a page may weigh with all it loads, in bytes as the browser unpacks them. */
const HEAVIEST = 100_000;

/** Opens all that is folded away. */
const openAll = (page) =>
  page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));

/** What axe finds that is serious or critical, and where. */
async function barriers(page, options = { rules: { "target-size": { enabled: true } } }) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.addScriptTag({ path: AXE });
  const { violations } = await page.evaluate((options) => axe.run({ ...options, resultTypes: ["violations"] }), options);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map(({ html }) => html).join(" | ")}`);
}

async function checkLandmarks(page) {
  assert.match(await page.title(), /. · imr-search$/);
  assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1, "one heading");
  for (const landmark of ["banner", "main", "contentinfo", "search"]) {
    assert.equal(await page.getByRole(landmark).count(), 1, landmark);
  }
}

/** Nothing makes a phone scroll sideways, nor text that is zoomed to four times its size (WCAG 1.4.10). */
async function checkWidth(page) {
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    const wide = await page.evaluate(() => document.scrollingElement.scrollWidth);
    assert.ok(wide <= width, `${wide} wide on ${width}`);
  }
}

/** Paper has no use for boxes, buttons and ways to other pages. */
async function checkPaper(page) {
  await page.emulateMedia({ media: "print" });
  for (const role of ["button", "searchbox", "combobox", "checkbox", "navigation"]) {
    assert.equal(await page.getByRole(role).filter({ visible: true }).count(), 0, `a ${role} is printed`);
  }
  assert.ok(await page.getByRole("heading", { level: 1 }).isVisible());
}

for (const [name, path] of Object.entries(PAGES)) {
  // The policy forbids the script of axe as any other that is not ours.
  pageTest(`for everybody: ${name}`, { bypassCSP: true }, async (page) => {
    await page.goto(path);
    await checkLandmarks(page);
    await openAll(page);
    assert.deepEqual(await barriers(page), []);
    await page.emulateMedia({ colorScheme: "dark" });
    assert.deepEqual(await barriers(page, { runOnly: ["color-contrast"] }), [], "in the dark");
    await checkWidth(page);
    await checkPaper(page);
  });
}

pageTest("no barriers: list of keys and suggestions", { bypassCSP: true }, async (page) => {
  await page.goto("/search?q=opioids");
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  assert.deepEqual(await barriers(page), []);
  await page.keyboard.press("Escape");
  await page.getByLabel("Search decisions").fill("");
  await page.getByLabel("Search decisions").pressSequentially("outcome:");
  await page.getByRole("option").first().waitFor();
  await page.getByRole("option").first().hover();
  assert.deepEqual(await barriers(page), []);
});

pageTest("no barriers: filters on a phone", { ...PHONE, bypassCSP: true }, async (page) => {
  await page.goto(PAGES.search);
  await filters(page);
  assert.deepEqual(await barriers(page), []);
});

pageTest("on a phone filters are reached and set", PHONE, async (page) => {
  await page.goto("/search?q=mri");
  await page.getByText("Filters", { exact: true }).first().tap();
  const upheld = page.getByRole("navigation", { name: "Filters" }).getByRole("link", { name: /^upheld/ });
  await upheld.tap();
  await page.waitForURL(/outcome/);
});

pageTest("a page is light", {}, async (page) => {
  for (const name of ["start", "search", "all", "hit", "guideline"]) {
    const bodies = [];
    const keep = (response) => bodies.push(response.body());
    page.on("response", keep);
    await page.goto(PAGES[name], { waitUntil: "networkidle" });
    page.off("response", keep);
    const weight = (await Promise.all(bodies)).reduce((sum, body) => sum + body.length, 0);
    assert.ok(weight < HEAVIEST, `${name}: ${weight} bytes`);
  }
});

pageTest("every form of a page is there", {}, async (page) => {
  const types = { CSV: "text/csv", JSON: "application/json", Text: "text/plain", Chart: "image/svg+xml", API: "application/json" };
  for (const [name, path] of Object.entries(PAGES)) {
    await page.goto(path);
    for (const [form, type] of Object.entries(types)) {
      for (const link of await page.getByRole("link", { name: form, exact: true }).all()) {
        const answer = await page.request.get(await link.getAttribute("href"));
        assert.equal(answer.status(), 200, `${form} of ${name}`);
        assert.ok(answer.headers()["content-type"].startsWith(type), `${form} of ${name}: ${answer.headers()["content-type"]}`);
      }
    }
  }
});

/** Of the links of each kind (the first part of their paths) so many are followed on each page. */
const FOLLOWED = 3;

pageTest("no link leads nowhere", {}, async (page) => {
  const links = new Map();
  for (const [name, path] of Object.entries(PAGES)) {
    await page.goto(path);
    const kinds = new Map();
    const targets = await page.getByRole("link", { includeHidden: true }).evaluateAll((all) => all.map((link) => link.href.baseVal ?? link.href));
    for (const target of targets) {
      const url = new URL(target, ADDRESS);
      const kind = url.pathname.split("/")[1];
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      if (url.pathname + url.search !== path && kinds.get(kind) <= FOLLOWED) links.set(url.href.split("#")[0], name);
    }
  }
  for (const [url, name] of links) {
    const { status } = await fetch(url);
    assert.equal(status, 200, `${url} on ${name}`);
  }
  assert.ok(links.size > 80, `${links.size} links`);
});
