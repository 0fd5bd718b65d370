// Reading what was found, and what stands beside it: letters, decisions like one, citations, statistics, facets, help.

import assert from "node:assert/strict";
import { eventually, pageTest } from "./support/browser.js";
import { asked, cards, choose, click, days, facet, found, headed, hits, readAs, search } from "./support/steps.js";

const SENTENCE = "upheld benzodiazepine decisions citing page 24";
const ONE = "/decisions/CM14-9000202%231";

/** What stands under a name in a list of facts. */
const fact = (within, name) =>
  within.getByRole("definition").filter({ visible: true }).and(within.locator(`dt:text-is("${name}") + dd`));

/** The number in a text. */
const number = (text) => Number(text.match(/[\d,]+/)[0].replaceAll(",", ""));

for (const javaScriptEnabled of [true, false]) {
  const flow = (name, act) => pageTest(`${name}, ${javaScriptEnabled ? "with" : "without"} scripts`, { javaScriptEnabled }, act);

  flow("a decision is read, with its fields and what matches marked", async (page) => {
    await page.goto("/");
    await search(page, SENTENCE);
    await click(page, hits(page).first());
    await headed(page, /CM14-9000202#1\s+Diazepam 5 mg #60/);
    const main = page.getByRole("main");
    assert.match(await main.innerText(), /Upheld/i);
    assert.match(await fact(main, "Drugs").innerText(), /diazepam\s+Benzodiazepines/);
    assert.equal(await fact(main, "Decided").innerText(), "2014-02-24");
    for (const heading of ["The claims administrator relied on", "The reviewer relied on", "Rationale", "Clinical summary"]) {
      await main.getByRole("heading", { name: heading }).waitFor();
    }
    const marks = await main.locator("mark").allInnerTexts();
    assert.ok(marks.includes("benzodiazepine"), `marked: ${marks}`);
  });

  flow("the hits of a search are read one by one", async (page) => {
    await page.goto(`/search?q=${encodeURIComponent(SENTENCE)}`);
    const names = (await hits(page).allInnerTexts()).map((text) => text.split(/\s/)[0]);
    await click(page, hits(page).first());
    const steps = page.getByRole("navigation", { name: "Hits of the search" });
    for (const [at, name] of names.entries()) {
      await headed(page, new RegExp(`^${name}`));
      assert.match(await steps.innerText(), new RegExp(`${at + 1} of ${names.length}`));
      if (at + 1 < names.length) await click(page, steps.getByRole("link", { name: "Next" }));
    }
    assert.equal(await steps.getByRole("link", { name: "Next" }).count(), 0);
    await click(page, steps.getByRole("link", { name: "Previous" }));
    await headed(page, new RegExp(`^${names.at(-2)}`));
    await click(page, steps.getByRole("link", { name: "Back to the search" }));
    assert.equal(await found(page), names.length);
    assert.equal(asked(page).get("q"), SENTENCE);
  });

  flow("decisions like one, and against it, are found", async (page) => {
    await page.goto("/decisions/seed-five-issues%231");
    await click(page, page.getByRole("link", { name: "Similar decisions" }));
    await headed(page, /^Decisions like seed-five-issues#1/);
    assert.ok((await cards(page).count()) > 0);
    assert.match(await fact(cards(page).first(), "In common").innerText(), /MRI/);
    await page.getByLabel("Only decisions that").fill("outcome:upheld");
    await click(page, page.getByRole("button", { name: "Narrow" }));
    const outcomes = await cards(page).getByText(/^(Upheld|Overturned)$/i).allInnerTexts();
    assert.ok(outcomes.length > 0 && outcomes.every((outcome) => /upheld/i.test(outcome)), outcomes.join());
    await page.goto("/decisions/seed-five-issues%231");
    await click(page, page.getByRole("link", { name: "Went the other way" }));
    await headed(page, /^Decided the other way than seed-five-issues#1/);
    assert.match(await cards(page).first().innerText(), /upheld/i);
  });

  flow("a guideline is asked for by its name", async (page) => {
    await page.goto("/");
    await click(page, page.getByRole("navigation", { name: "Site" }).getByRole("link", { name: "Citations" }));
    await page.getByLabel("Guideline").fill("MTUS Low Back Complaints");
    await page.getByLabel("In decisions that").fill("outcome:overturned");
    await click(page, page.getByRole("button", { name: "Show" }));
    await headed(page, /Low Back Complaints/);
    const all = number(await page.getByRole("heading", { name: /^Cited in/ }).innerText());
    assert.ok(all > 0);
    const places = page.getByRole("region", { name: "By page and section" });
    const link = places.getByRole("rowheader").getByRole("link").first();
    const name = await link.innerText();
    await click(page, link);
    assert.ok((await page.getByRole("heading", { level: 1 }).innerText()).includes(name));
  });

  flow("statistics are counted, and each group is a search", async (page) => {
    await page.goto("/");
    await click(page, page.getByRole("navigation", { name: "Site" }).getByRole("link", { name: "Statistics" }));
    await headed(page, /How these disputes end/);
    const by = page.getByRole("combobox", { name: "By", exact: true });
    await choose(page, () => by.selectOption({ label: "Drug class" }));
    const row = page.getByRole("row", { name: /^Benzodiazepines/ });
    const decisions = number(await row.getByRole("cell").first().innerText());
    await click(page, row.getByRole("link"));
    assert.equal(await found(page), decisions);
    assert.deepEqual(await readAs(page), ['class:"Benzodiazepines"']);
  });

  flow("values of a long facet are searched", async (page) => {
    await page.goto("/search?q=therapy");
    await click(page, (await facet(page, "Specialty of the reviewer")).getByRole("link", { name: /^All \d+ values/ }));
    await headed(page, /Specialty of the reviewer/);
    await page.getByLabel("Values that hold").fill("medicine");
    await click(page, page.getByRole("button", { name: "Show" }));
    const values = page.getByRole("main").getByRole("listitem").getByRole("link");
    const texts = await values.allInnerTexts();
    assert.ok(texts.length > 2 && texts.every((text) => /medicine|\(none\)/i.test(text)), texts.join());
    await click(page, values.first());
    assert.equal(await found(page), number(texts[0]));
  });
}

pageTest("a whole letter is read, with all that it decides", {}, async (page) => {
  await page.goto(ONE);
  await click(page, page.getByRole("link", { name: "The whole letter" }));
  await headed(page, /^CM14-9000202$/);
  assert.deepEqual(
    await cards(page).getByRole("heading", { level: 2 }).allInnerTexts().then((all) => all.map((text) => text.split(/\s/)[0])),
    ["CM14-9000202#1", "CM14-9000202#2"],
  );
  await click(page, cards(page).getByRole("link", { name: "CM14-9000202#2" }));
  await headed(page, /^CM14-9000202#2/);
});

pageTest("a letter of unknown form is read as text", {}, async (page) => {
  await page.goto("/letters/unknown-form");
  await headed(page, /unknown-form/);
  await page.getByRole("heading", { name: "Text of no known form" }).waitFor();
});

pageTest("a citation leads to who else cites it", {}, async (page) => {
  await page.goto(`/search?q=${encodeURIComponent(SENTENCE)}`);
  const place = cards(page).first().getByRole("link", { name: "24", exact: true }).first();
  await click(page, place);
  await headed(page, /Chronic Pain Medical Treatment.*24/);
  const either = page.getByRole("row", { name: /^Either side/ });
  const cited = page.getByRole("heading", { name: /^Cited in/ });
  assert.equal(number(await either.getByRole("cell").first().innerText()), number(await cited.innerText()));
  assert.ok((await cards(page).count()) > 0, "how it is applied");
});

pageTest("statistics over years are drawn", {}, async (page) => {
  await page.goto("/stats?by=category");
  await choose(page, () => page.getByRole("combobox", { name: "over" }).selectOption({ label: "years" }));
  const chart = page.getByRole("img", { name: /^Rates by/ });
  await chart.scrollIntoViewIfNeeded();
  await eventually(async () => assert.ok((await chart.evaluate((image) => image.naturalWidth)) > 200));
  assert.ok((await page.getByRole("row").count()) > 3, "the table has the same figures");
});

pageTest("the statistics of a search are about what it found", {}, async (page) => {
  await page.goto("/search?q=opioids");
  const decisions = await found(page);
  await click(page, page.getByRole("main").getByRole("link", { name: "Statistics" }));
  assert.equal(number(await page.getByRole("heading", { level: 2 }).first().innerText()), decisions);
  await click(page, page.getByRole("main").getByRole("link", { name: "Search", exact: true }));
  assert.equal(await found(page), decisions);
});

pageTest("help explains the language by searches", {}, async (page) => {
  await page.goto("/");
  await click(page, page.getByRole("navigation", { name: "Site" }).getByRole("link", { name: "Help" }));
  await headed(page, /How to search/);
  await click(page, page.getByRole("link", { name: "outcome:overturned", exact: true }).first());
  assert.deepEqual(await readAs(page), ["outcome:overturned"]);
});

pageTest("what is not there is said", {}, async (page) => {
  for (const path of ["/nowhere", "/letters/CM99-0000001", "/decisions/CM14-9000202%2399"]) {
    const response = await page.goto(path);
    assert.equal(response.status(), 404, path);
    await headed(page, /There is no such thing here/);
    await page.getByLabel("Search decisions").waitFor();
  }
});

pageTest("a decision lists those like it and against it", {}, async (page) => {
  await page.goto("/decisions/seed-five-issues%231");
  const like = page.getByRole("complementary").getByRole("listitem").filter({ hasText: "#" });
  await eventually(async () => assert.ok((await like.count()) >= 3));
  await click(page, like.getByRole("link").first());
  await headed(page, /#/);
  assert.notEqual(new URL(page.url()).pathname, "/decisions/seed-five-issues%231");
});

pageTest("citations are copied", { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await page.goto(`/search?q=${encodeURIComponent(SENTENCE)}`);
  await cards(page).first().getByRole("button", { name: /^Copy citation/ }).click();
  await eventually(async () => assert.match(await copied(), /CM14-9000202/));
  await page.getByRole("button", { name: /Copied/ }).or(page.getByRole("status").filter({ hasText: /Copied/ })).first().waitFor();
  await page.goto(ONE);
  await page.getByText("Cite", { exact: true }).first().click();
  const bluebook = page.getByRole("definition").filter({ has: page.getByRole("button", { name: /Bluebook/ }) });
  const shown = await bluebook.locator("pre").innerText();
  await bluebook.getByRole("button").click();
  await eventually(async () => assert.equal(await copied(), shown));
});
