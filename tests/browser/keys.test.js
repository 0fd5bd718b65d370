// Everything that keys do.

import assert from "node:assert/strict";
import { eventually, pageTest } from "./support/browser.js";
import { box, follow, found, headed, hits } from "./support/steps.js";

const press = (page, key) => page.keyboard.press(key);
const isFocused = (locator) => locator.evaluate((element) => element === document.activeElement);

/** Checks that an element has the focus, soon. */
const focused = (locator, message) => eventually(async () => assert.ok(await isFocused(locator), message));

/** What has the focus: where it stands, whether that is seen, and its name. */
const focus = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    const place = element.getBoundingClientRect();
    const outlined = [element, ...element.querySelectorAll("*")].map((one) => getComputedStyle(one));
    const seen = outlined.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
    const within = place.bottom > 0 && place.top < innerHeight && place.right > 0 && place.left < innerWidth;
    const order = [...document.querySelectorAll("*")].indexOf(element);
    return { tag: element.tagName, text: element.innerText ?? element.textContent, seen, within, order };
  });

pageTest("a slash leads to the box, Escape out of it", {}, async (page) => {
  await page.goto("/search?q=mri");
  await press(page, "/");
  await focused(box(page));
  await page.keyboard.type("xanax");
  assert.equal(await box(page).inputValue(), "xanax", "what stood there is replaced");
  await press(page, "Escape");
  await press(page, "Escape");
  await eventually(async () => assert.ok(!(await isFocused(box(page)))));
  assert.equal(await box(page).inputValue(), "xanax", "nothing is lost");
});

pageTest("a slash in the box is a slash", {}, async (page) => {
  await page.goto("/search?q=mri");
  await box(page).fill("");
  await page.keyboard.type("taper /5 opioid?");
  assert.equal(await box(page).inputValue(), "taper /5 opioid?");
  assert.ok(!(await page.getByRole("dialog").isVisible()));
});

pageTest("arrows and letters move from hit to hit, Enter opens one", {}, async (page) => {
  await page.goto("/search?q=upheld+benzodiazepine+decisions+citing+page+24");
  await box(page).focus();
  await press(page, "ArrowDown");
  await focused(hits(page).nth(0), "from the box to the first hit");
  await press(page, "ArrowDown");
  await press(page, "j");
  await focused(hits(page).nth(2));
  await press(page, "ArrowUp");
  await press(page, "k");
  await focused(hits(page).nth(0));
  await press(page, "ArrowDown");
  const name = (await hits(page).nth(1).innerText()).split(/\s/)[0];
  await follow(page, () => press(page, "Enter"));
  await headed(page, new RegExp(`^${name}`));
});

pageTest("n and p turn pages and hits", {}, async (page) => {
  await page.goto("/search?sort=-date");
  await follow(page, () => press(page, "n"));
  await headed(page, /^11–20 of/);
  await follow(page, () => press(page, "p"));
  await headed(page, /^10 of/);
  await page.goto("/decisions/CM14-9000202%231?q=page%3A24&at=1");
  const first = await page.getByRole("heading", { level: 1 }).innerText();
  await follow(page, () => press(page, "n"));
  assert.notEqual(await page.getByRole("heading", { level: 1 }).innerText(), first);
  await follow(page, () => press(page, "p"));
  await headed(page, /^CM14-9000202#1/);
});

pageTest("a question mark lists the keys, Escape closes the list", {}, async (page) => {
  for (const path of ["/", "/search?q=mri", "/help"]) {
    await page.goto(path);
    const keys = page.getByRole("dialog", { name: "Keys" });
    assert.ok(!(await keys.isVisible()));
    await press(page, "?");
    await keys.waitFor();
    assert.match(await keys.innerText(), /to the search box/);
    assert.ok(await keys.evaluate((dialog) => dialog.contains(document.activeElement)), "the focus is in it");
    await press(page, "Escape");
    await keys.waitFor({ state: "hidden" });
  }
  await press(page, "?");
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
});

pageTest("keys do not take what was suggested for less than is typed", {}, async (page) => {
  await page.goto("/");
  await box(page).pressSequentially("outcome:");
  await page.locator("#suggestions:not([hidden])[aria-busy=false]").waitFor();
  await page.route("**/api/v1/suggest?**", () => {});
  await box(page).pressSequentially("upheld");
  assert.equal(await page.locator("#suggestions").getAttribute("aria-busy"), "true");
  await press(page, "ArrowDown");
  await follow(page, () => press(page, "Enter"));
  assert.equal(new URL(page.url()).searchParams.get("q"), "outcome:upheld");
});

pageTest("names are suggested and taken by keys", {}, async (page) => {
  await page.goto("/");
  const options = page.getByRole("listbox", { name: "Suggestions" }).getByRole("option");
  const suggest = async (text) => {
    await box(page).fill("");
    await box(page).pressSequentially(text);
    await page.locator("#suggestions:not([hidden])[aria-busy=false]").waitFor();
    assert.equal(await box(page).getAttribute("aria-expanded"), "true");
  };
  await suggest("outcome:ov");
  await press(page, "ArrowDown");
  const chosen = page.getByRole("option", { selected: true });
  assert.equal(await chosen.count(), 1);
  assert.equal(await box(page).getAttribute("aria-activedescendant"), await chosen.getAttribute("id"));
  await press(page, "Enter");
  assert.match(await box(page).inputValue(), /^outcome:"?overturned/);
  assert.equal(new URL(page.url()).pathname, "/", "Enter takes a suggestion before it searches");
  await options.first().waitFor({ state: "hidden" });
  await follow(page, () => press(page, "Enter"));
  assert.ok((await found(page)) > 0);
  await suggest("drug:dia");
  await press(page, "Escape");
  await options.first().waitFor({ state: "hidden" });
  assert.equal(await box(page).inputValue(), "drug:dia", "Escape leaves what was typed");
  assert.equal(await box(page).getAttribute("aria-expanded"), "false");
  await suggest("drug:dia");
  await options.filter({ hasText: "diazepam" }).first().click();
  assert.match(await box(page).inputValue(), /diazepam/);
});

for (const path of ["/", "/search?q=opioids", "/decisions/CM14-9000202%231?q=page%3A24&at=1", "/stats?by=category"]) {
  pageTest(`Tab leads through ${path} in the order of reading, and shows where it is`, {}, async (page) => {
    await page.goto(path);
    let before = -1;
    const visited = [];
    for (let step = 0; step < 200; step += 1) {
      await press(page, "Tab");
      const at = await focus(page);
      if (at.tag === "BODY") break;
      // Day, month and year of a date are stops of their own.
      if (at.order === before) continue;
      assert.ok(at.seen, `the focus is not seen on ${at.tag} "${at.text}"`);
      assert.ok(at.order > before, `${at.tag} "${at.text}" is out of order`);
      await eventually(async () => assert.ok((await focus(page)).within, `${at.tag} "${at.text}" is out of sight`));
      before = at.order;
      visited.push(at.text);
    }
    assert.equal(visited[0], "Skip to the content");
    assert.ok(visited.length > 15, `${visited.length} stops`);
  });
}

pageTest("the first link skips to the content", {}, async (page) => {
  await page.goto("/search?q=opioids");
  await press(page, "Tab");
  await press(page, "Enter");
  await focused(page.getByRole("main"));
});

pageTest("after Escape from the list of keys the focus is where it was", {}, async (page) => {
  await page.goto("/search?q=opioids");
  await hits(page).nth(1).focus();
  await press(page, "?");
  await page.getByRole("dialog").waitFor();
  await press(page, "Escape");
  await focused(hits(page).nth(1));
});
