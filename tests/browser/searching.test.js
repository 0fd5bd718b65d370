// Searching, with scripts and without.

import assert from "node:assert/strict";
import { pageTest } from "./support/browser.js";
import {
  asked, box, cards, chips, choose, click, days, facet, filters, follow, found, hits, readAs, search, value,
} from "./support/steps.js";

const SENTENCE = "upheld benzodiazepine decisions citing page 24";

for (const javaScriptEnabled of [true, false]) {
  const flow = (name, act) => pageTest(`${name}, ${javaScriptEnabled ? "with" : "without"} scripts`, { javaScriptEnabled }, act);

  flow("a sentence is typed, and told how it was read", async (page) => {
    await page.goto("/");
    await search(page, SENTENCE);
    assert.equal(await found(page), 4);
    assert.deepEqual(await readAs(page), ["outcome:upheld", "class:Benzodiazepines", "page:24"]);
    assert.equal(await box(page).inputValue(), SENTENCE, "the box keeps what was typed");
    assert.equal(await cards(page).count(), 4);
    assert.match(await cards(page).first().innerText(), /CM14-9000202#1\s+Diazepam 5 mg #60\s+Upheld/i);
    assert.ok((await cards(page).first().locator("mark").allInnerTexts()).includes("Diazepam"), "matches are marked");
  });

  flow("a condition is taken away", async (page) => {
    await page.goto(`/search?q=${encodeURIComponent(SENTENCE)}`);
    await click(page, chips(page).filter({ hasText: "page:24" }));
    assert.deepEqual(await readAs(page), ["outcome:upheld", "class:Benzodiazepines"]);
    assert.equal(await found(page), 5);
    assert.equal(await box(page).inputValue(), "outcome:upheld class:Benzodiazepines", "the box says what is searched for");
  });

  flow("words are searched as typed", async (page) => {
    await page.goto(`/search?q=${encodeURIComponent("denied xanax")}`);
    assert.deepEqual(await readAs(page), ["outcome:upheld", "drug:xanax"]);
    await click(page, page.getByRole("link", { name: "Search the words as typed" }));
    assert.deepEqual(await readAs(page), ["denied", "xanax"]);
    assert.ok(await page.getByLabel("Words as typed").isChecked());
  });

  flow("a facet narrows, a second value widens, and both are taken back", async (page) => {
    await page.goto("/search?sort=-date");
    const all = await found(page);
    const overturned = await value(await facet(page, "Outcome"), "overturned");
    await click(page, overturned.link);
    assert.equal(await found(page), overturned.count);
    const modified = await value(await facet(page, "Outcome"), "modified");
    await click(page, modified.link);
    assert.equal(await found(page), overturned.count + modified.count);
    assert.equal(await (await facet(page, "Outcome")).getByRole("link", { name: /^Remove / }).count(), 2);
    await click(page, (await value(await facet(page, "Outcome"), "overturned")).link);
    assert.equal(await found(page), modified.count);
    await click(page, (await value(await facet(page, "Outcome"), "modified")).link);
    assert.equal(await found(page), all);
  });

  flow("decisions without a value are found", async (page) => {
    await page.goto("/search?q=mri");
    const none = await value(await facet(page, "What was found wanting"), "(none)");
    await click(page, none.link);
    assert.equal(await found(page), none.count);
    assert.ok((await value(await facet(page, "What was found wanting"), "(none)")).count === none.count);
  });

  flow("decisions are sorted", async (page) => {
    await page.goto("/search?q=mri");
    const sort = page.getByLabel("Sort");
    await choose(page, () => sort.selectOption("Newest"));
    const newest = await days(page);
    assert.deepEqual(newest, newest.toSorted().reverse());
    await choose(page, () => sort.selectOption("Oldest"));
    const oldest = await days(page);
    assert.deepEqual(oldest, oldest.toSorted());
    assert.notDeepEqual(newest, oldest);
    assert.equal(asked(page).get("q"), "mri", "the order leaves the query alone");
  });

  flow("decisions stand under their letters", async (page) => {
    await page.goto("/search?q=therapy");
    await choose(page, () => page.getByLabel("By letter").check());
    const letters = await page.getByRole("main").getByRole("heading", { level: 2, name: /^(CM|IMR|seed|batch)/ }).allInnerTexts();
    assert.ok(letters.length > 1 && (await cards(page).count()) > letters.length, "a letter has several");
    assert.deepEqual(letters, [...new Set(letters)], "each letter stands once");
  });

  flow("a result is paged through", async (page) => {
    await page.goto("/search?sort=-date");
    const all = await found(page);
    const seen = await hits(page).allInnerTexts();
    const paging = page.getByRole("navigation", { name: "Pages of the result" });
    assert.equal(await paging.getByRole("link", { name: "Previous" }).count(), 0);
    while (await paging.getByRole("link", { name: "Next" }).count()) {
      await click(page, paging.getByRole("link", { name: "Next" }));
      seen.push(...(await hits(page).allInnerTexts()));
    }
    assert.equal(seen.length, all);
    assert.equal(new Set(seen).size, all, "no decision is shown twice");
    await click(page, paging.getByRole("link", { name: "Page 7" }));
    assert.match(await page.getByRole("heading", { level: 1 }).innerText(), /^61–70 of/);
  });

  flow("decisions of some days are found", async (page) => {
    await page.goto("/search?q=mri");
    const within = await facet(page, "Decided");
    await within.getByLabel("From", { exact: true }).fill("2016-01-01");
    await within.getByLabel("To", { exact: true }).fill("2017-02-28");
    await click(page, within.getByRole("button", { name: "Apply" }));
    const decided = await days(page);
    assert.ok(decided.length > 0 && decided.every((day) => "2016-01-01" <= day && day <= "2017-02-28"), decided.join());
    assert.ok((await readAs(page)).includes("date:2016-01-01..2017-02-28"));
    assert.equal(await (await facet(page, "Decided")).getByLabel("From", { exact: true }).inputValue(), "2016-01-01");
    await click(page, (await facet(page, "Decided")).getByRole("link", { name: "Any day" }));
    assert.deepEqual(await readAs(page), ["procedure:MRI"]);
  });

  flow("an empty result tells which condition empties it", async (page) => {
    await page.goto(`/search?q=${encodeURIComponent("overturned xanax citing page 24")}`);
    assert.equal(await found(page), 0);
    const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: "outcome:overturned" }) });
    assert.deepEqual((await row.getByRole("cell").allInnerTexts()).map((text) => text.match(/\d+/)[0]), ["8", "1"]);
    await click(page, row.getByRole("link"));
    assert.equal(await found(page), 1);
  });

  flow("a wrong query is told with its place and a way out", async (page) => {
    await page.goto("/search?q=mri+outcom%3Aupheld");
    await page.getByRole("heading", { level: 1, name: "cannot be understood" }).waitFor();
    assert.equal(await page.getByRole("main").locator("mark").innerText(), "outcom");
    assert.match(await page.getByRole("main").innerText(), /did you mean\s+`?outcome/);
    await search(page, "mri outcome:upheld");
    assert.ok((await found(page)) > 0);
  });

  flow("what is typed is shown as text, whatever it is", async (page) => {
    for (const hostile of [
      "<script>alert(1)</script>",
      "\"><img src=x onerror=alert(1)>",
      "rationale:\"</title><svg onload=alert(1)>\"",
      "'-alert(1)-'",
    ]) {
      await page.goto("/");
      await search(page, hostile);
      assert.equal(await box(page).inputValue(), hostile);
      assert.ok((await page.title()).length > 0);
      assert.equal(await page.locator("main script, main img[src=x], svg[onload]").count(), 0, hostile);
    }
  });
}

pageTest("an example is followed", {}, async (page) => {
  await page.goto("/");
  await click(page, page.getByRole("link", { name: SENTENCE }));
  assert.equal(await found(page), 4);
});

pageTest("a value of a facet opens those beneath it", {}, async (page) => {
  await page.goto("/search?sort=-date");
  assert.equal(await (await facet(page, "Drug class and drug")).getByRole("link", { name: /^tramadol/ }).count(), 0);
  await click(page, (await value(await facet(page, "Drug class and drug"), "Opioids")).link);
  const tramadol = await value(await facet(page, "Drug class and drug"), "tramadol");
  await click(page, tramadol.link);
  assert.equal(await found(page), tramadol.count);
});

pageTest("the way back leads through all that was asked", {}, async (page) => {
  await page.goto("/search?q=mri");
  const before = await found(page);
  await click(page, (await value(await facet(page, "Outcome"), "upheld")).link);
  const after = await found(page);
  await click(page, hits(page).first());
  await follow(page, () => page.goBack());
  assert.equal(await found(page), after);
  await follow(page, () => page.goBack());
  assert.equal(await found(page), before);
  assert.equal(await box(page).inputValue(), "mri");
  await follow(page, () => page.goForward());
  assert.equal(await found(page), after);
});

pageTest("boilerplate is folded", {}, async (page) => {
  await page.goto("/search?q=case%3ACM17-9001502");
  assert.equal(await page.getByText("more with the same rationale").count(), 0);
  await choose(page, () => page.getByLabel("Fold boilerplate").check());
  assert.match(await cards(page).filter({ hasText: "more with the same rationale" }).innerText(), /and 4 more/);
});

pageTest("a rank is explained", {}, async (page) => {
  await page.goto("/search?q=opioid+taper");
  await choose(page, () => page.getByLabel("Explain ranks").check());
  const why = cards(page).first().getByRole("group").filter({ hasText: "Why it ranks here" });
  await why.getByText("Why it ranks here").click();
  assert.match(await why.getByRole("list").first().innerText(), /\d\.\d\d/);
});

pageTest("a year of the chart is searched, and left again", {}, async (page) => {
  await page.goto("/search?q=therapy");
  const year = page.getByRole("link", { name: /^2016: \d+ decided/ });
  await click(page, year);
  const decided = await days(page);
  assert.ok(decided.length > 0 && decided.every((day) => day.startsWith("2016")), decided.join());
  await click(page, year);
  assert.deepEqual(await readAs(page), ["therapy"]);
});

pageTest("the rate comes with its interval, and small groups have none", {}, async (page) => {
  await page.goto("/");
  const strip = page.getByRole("region", { name: "How these disputes end" });
  assert.match(await strip.innerText(), /\d+(\.\d)? % overturned[^]*95 % interval \d+\.\d–\d+\.\d %[^]*\d+ of \d+ with an outcome/);
  await search(page, "xanax");
  assert.match(await strip.innerText(), /n < 20 too few for a rate/);
});

pageTest("filters and pages keep how hits are shown", {}, async (page) => {
  await page.goto("/search?q=therapy&sort=-date&collapse=true");
  await filters(page);
  await click(page, (await value(await facet(page, "Outcome"), "upheld")).link);
  assert.deepEqual([asked(page).get("sort"), asked(page).get("collapse")], ["-date", "true"]);
  await search(page, "therapy outcome:upheld");
  assert.deepEqual([asked(page).get("sort"), asked(page).get("collapse")], ["-date", "true"]);
});

pageTest("the slider sets the days", {}, async (page) => {
  await page.goto("/search?q=mri");
  const within = await facet(page, "Decided");
  const slider = within.getByRole("slider", { name: "From month" });
  await slider.focus();
  for (let month = 0; month < 12; month += 1) await slider.press("ArrowRight");
  assert.equal(await within.getByLabel("From", { exact: true }).inputValue(), "2016-01-01");
  await click(page, within.getByRole("button", { name: "Apply" }));
  assert.deepEqual(await readAs(page), ["procedure:MRI", "date:>=2016-01-01"]);
});

pageTest("the place on the page is kept while filters are set", {}, async (page) => {
  await page.goto("/search?sort=-date");
  const { link } = await value(await facet(page, "Specialty of the reviewer"), "Orthopedic Surgery");
  await link.scrollIntoViewIfNeeded();
  const before = await page.evaluate(() => scrollY);
  await click(page, link);
  assert.ok(before > 0 && Math.abs((await page.evaluate(() => scrollY)) - before) < 5);
});

pageTest("every value of a facet finds as many decisions as it says", {}, async (page) => {
  for (const name of ["Outcome", "Region of the body", "Specialty of the reviewer"]) {
    await page.goto("/search?q=mri");
    const links = (await facet(page, name)).getByRole("link").filter({ hasNotText: "All" });
    for (const [text, url] of await links.evaluateAll((all) => all.map((link) => [link.innerText, link.href]))) {
      await page.goto(url);
      assert.equal(await found(page), Number(text.match(/\d+$/)[0]), `${name}: ${text}`);
    }
  }
});
