// Draws every page into target/browser, on a desk, on a phone, in the dark and on paper, for people to look at.

import { mkdir } from "node:fs/promises";
import { pageTest } from "./support/browser.js";
import { PAGES } from "./support/pages.js";

const FOLDER = new URL("../../target/browser/", import.meta.url);
const LOOKS = {
  desk: {},
  phone: { viewport: { width: 390, height: 844 } },
  dark: { colorScheme: "dark" },
};

const file = async (name) => {
  await mkdir(FOLDER, { recursive: true });
  return new URL(name.replaceAll(" ", "-"), FOLDER).pathname;
};

for (const [look, options] of Object.entries(LOOKS)) {
  pageTest(`pages are drawn: ${look}`, options, async (page) => {
    for (const [name, path] of Object.entries(PAGES)) {
      await page.goto(path);
      await page.screenshot({ path: await file(`${name}.${look}.png`), fullPage: true });
    }
  });
}

pageTest("pages are drawn: paper", {}, async (page) => {
  for (const [name, path] of Object.entries(PAGES)) {
    await page.goto(path);
    await page.pdf({ path: await file(`${name}.pdf`), format: "Letter" });
  }
});
