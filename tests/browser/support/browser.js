// A browser for tests, and what every page has to keep to, whatever a test is about.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";

/** Where the server under test listens. */
export const ADDRESS = process.env.IMR_SEARCH_ADDRESS;

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A browser asks no longer than this for a page or an element, in milliseconds. */
const PATIENCE = 10_000;

let browser;

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.IMR_SEARCH_CHROMIUM, args: FLAGS });
});

after(() => browser?.close());

/**
 * A test with a page of its own. It fails, too, if any page that it visits asks another host, breaks the content security
 * policy, opens a dialog of the browser, or reports an error.
 *
 * `options` are those of a browser context: `{ javaScriptEnabled: false }`, `{ viewport: { width: 390, height: 844 } }`.
 */
export function pageTest(name, options, act) {
  test(name, { timeout: 60_000 }, async () => {
    const context = await browser.newContext({ baseURL: ADDRESS, reducedMotion: "reduce", ...options });
    context.setDefaultTimeout(PATIENCE);
    try {
      const page = await context.newPage();
      const wrongs = watch(page);
      await act(page);
      assert.deepEqual(wrongs, []);
    } finally {
      await context.close();
    }
  });
}

/** What pages do that no page should; it grows as they do it. */
function watch(page) {
  const wrongs = [];
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${ADDRESS}/`) && !url.startsWith("data:")) wrongs.push(`asks ${url}`);
  });
  page.on("pageerror", (error) => wrongs.push(`${page.url()}: ${error}`));
  page.on("dialog", (dialog) => {
    wrongs.push(`${page.url()} opens a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("console", (message) => {
    // A page that tells of a problem has a status that the browser reports as an error, too.
    const isOwnStatus = message.location().url === page.url() && message.text().includes("the server responded with");
    // Violations of the content security policy are errors as well.
    if (message.type() === "error" && !isOwnStatus) wrongs.push(`${page.url()}: ${message.text()}`);
  });
  return wrongs;
}

/** Waits until a check holds; fails as it does if it never does. */
export async function eventually(check) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(20);
    }
  }
}
