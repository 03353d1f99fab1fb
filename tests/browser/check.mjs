// Checks the documentation of a running gateway in a browser: accessibility, layout, weight, the search, the keyboard, the tables of
// vendors and the form that tries an operation.
//
// SWITCHBOARD_URL is the gateway, with the development key. CHROMIUM is the path of the browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const base = process.env.SWITCHBOARD_URL;
const PAGES = [
  "/docs", "/docs/guides/quickstart", "/docs/guides/writes", "/docs/guides/cli", "/docs/operations/createAgent", "/docs/operations/listAgents",
  "/docs/operations/replaceAgent", "/docs/fields/agent", "/docs/fields/trunk", "/docs/examples/agent", "/docs/examples/trunk", "/docs/moving", "/docs/schemas", "/docs/schemas/NewAgent", "/problems",
  "/problems/loss_not_accepted",
];
const MAX_WEIGHT = 250_000;
const passed = [];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });

// Opens a page in a window of its own. Fails on any error that the browser reports, such as a breach of the content security policy.
async function opened(path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const errors = [];
  page.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(base + path);
  return { page, errors, close: () => context.close() };
}

// Lists the accessibility violations of a page.
async function violations(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const found = await window.axe.run(document, { resultTypes: ["violations"] });
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)} (${nodes.length})`);
  });
}

// Returns the vendors of the visible columns of the first table, from left to right.
const columns = (page) => page.locator("table:has(thead [data-vendor])").first().locator("thead [data-vendor]:visible")
  .evaluateAll((all) => all.map((cell) => cell.dataset.vendor));

async function check(name, run) {
  await run();
  passed.push(name);
  console.log(`ok ${name}`);
}

await check("pages have no accessibility violations and fit every width", async () => {
  // Layout depends on the width only, and colours on the scheme only; two windows cover both layouts and both schemes for axe.
  const windows = [[360, "light", true], [768, "dark", false], [1280, "dark", true], [1600, "light", false]];
  for (const [width, colorScheme, withAxe] of windows) {
    const { page, errors, close } = await opened("/docs", { viewport: { width, height: 900 }, colorScheme });
    for (const path of PAGES) {
      await page.goto(base + path);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wider <= 0, `${path} is ${wider} px wider than ${width} px`);
      assert.deepEqual(errors, [], path);
      if (!withAxe) continue;
      assert.deepEqual(await violations(page), [], `${path} at ${width} px, ${colorScheme}`);
    }
    await close();
  }
});

await check("the first page is light, and its files are kept", async () => {
  const { page, close } = await opened("/problems");
  const protocol = await page.context().newCDPSession(page);
  await protocol.send("Network.enable");
  await protocol.send("Network.setCacheDisabled", { cacheDisabled: true });
  let weight = 0;
  protocol.on("Network.loadingFinished", ({ encodedDataLength }) => { weight += encodedDataLength; });
  await page.goto(`${base}/docs`, { waitUntil: "networkidle" });
  assert.ok(weight > 1_000 && weight < MAX_WEIGHT, `${weight} bytes`);
  console.log(`   ${weight} bytes`);
  await protocol.send("Network.setCacheDisabled", { cacheDisabled: false });
  await page.goto(`${base}/docs`, { waitUntil: "networkidle" });
  const [all, cached] = [new Map(), new Set()];
  protocol.on("Network.requestServedFromCache", ({ requestId }) => { cached.add(requestId); });
  protocol.on("Network.responseReceived", ({ requestId, response }) => {
    all.set(requestId, response.url);
    if (response.fromDiskCache) cached.add(requestId);
  });
  await page.goto(`${base}/docs/guides/quickstart`, { waitUntil: "networkidle" });
  const transferred = [...all].filter(([id, url]) => url.includes("/assets/") && !cached.has(id));
  assert.ok(all.size > 2);
  assert.deepEqual(transferred, []);
  await close();
});

await check("the keyboard alone opens the search, finds a page and goes there", async () => {
  const { page, errors, close } = await opened("/docs");
  for (const [hotkey, query, path] of [
    ["/", "migration", "/docs/guides/migrations"],
    ["Control+k", "voice.speed", "/docs/fields/agent#agent.voice.speed"],
    ["/", "loss_not_accepted", "/problems/loss_not_accepted"],
    ["/", "create agent", "/docs/operations/createAgent"],
    ["/", "moving between vendors", "/docs/moving"],
  ]) {
    await page.goto(`${base}/docs`);
    await page.keyboard.press(hotkey);
    await page.keyboard.type(query);
    await page.waitForFunction(() => document.querySelector(".search output").value.includes("found"));
    await page.keyboard.press("ArrowDown");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), path, query);
    await page.keyboard.press("Enter");
    await page.waitForURL(base + path);
  }
  await page.goto(`${base}/docs`);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "content");
  assert.deepEqual(errors, []);
  await close();
});

await check("a narrow window has a menu that the keyboard opens and closes", async () => {
  const { page, close } = await opened("/docs", { viewport: { width: 360, height: 800 } });
  assert.equal(await page.locator("#navigation").isVisible(), false);
  await page.getByRole("button", { name: "Menu" }).focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#navigation").isVisible(), true);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#navigation").isVisible(), false);
  await close();
});

await check("the form creates an agent, and each request has a key of its own", async () => {
  const { page, errors, close } = await opened("/docs/operations/createAgent");
  const keys = [];
  page.on("request", (request) => { if (request.method() === "POST") keys.push(request.headers()["idempotency-key"]); });
  const body = JSON.parse(await page.locator("textarea").inputValue());
  const send = async (status) => {
    const answer = page.waitForResponse((response) => response.request().method() === "POST");
    await page.getByRole("button", { name: "Send" }).focus();
    await page.keyboard.press("Enter");
    assert.equal((await answer).status(), status);
    await page.locator(".try .answer .status", { hasText: String(status) }).waitFor();
  };
  for (const reference of ["docs-1", "docs-2"]) {
    await page.locator("textarea").fill(JSON.stringify({ ...body, external_ref: reference }));
    await send(201);
  }
  assert.equal(new Set(keys).size, 2, String(keys));
  const { id } = JSON.parse(await page.locator(".try .answer pre").first().textContent());
  await page.goto(`${base}/docs/operations/getAgent`);
  assert.equal(await page.locator("[data-in=path]").inputValue(), id);
  assert.deepEqual(errors, []);
  await close();
});

await check("the samples show one language, which the next page keeps", async () => {
  const { page, close } = await opened("/docs/operations/createAgent");
  await page.getByRole("radio", { name: "Python" }).check();
  const shown = () => page.locator("pre[data-language]:visible").evaluateAll((all) => all.map((pre) => pre.dataset.language));
  assert.deepEqual(await shown(), ["Python"]);
  await page.goto(`${base}/docs/operations/listAgents`);
  assert.deepEqual(await shown(), ["Python"]);
  await close();
});

await check("the keyboard alone chooses vendors, and the address keeps the choice", async () => {
  const { page, errors, close } = await opened("/docs/fields/agent");
  const vendors = await columns(page);
  assert.ok(vendors.length > 3, String(vendors));
  const press = async (locator, key) => { await locator.focus(); await page.keyboard.press(key); };
  await press(page.getByRole("button", { name: "None", exact: true }), "Enter");
  assert.deepEqual(await columns(page), []);
  for (const vendor of [vendors[3], vendors[1]]) await press(page.getByRole("checkbox", { name: vendor, exact: true }), "Space");
  assert.deepEqual(await columns(page), [vendors[1], vendors[3]]);
  await page.reload();
  assert.deepEqual(await columns(page), [vendors[1], vendors[3]]);
  // Another table takes over the choice.
  await page.goto(new URL(await page.locator("nav a[href*='/docs/examples/agent']").getAttribute("href"), base).href);
  assert.deepEqual(await columns(page), [vendors[1], vendors[3]]);
  await press(page.getByRole("button", { name: "All", exact: true }), "Enter");
  assert.deepEqual(await columns(page), vendors);
  assert.equal(new URL(page.url()).search, "");
  assert.deepEqual(errors, []);
  await close();
});

await check("a vendor becomes the first column, and two are compared, at every width", async () => {
  for (const [width, colorScheme] of [[360, "dark"], [1600, "light"]]) {
    const { page, errors, close } = await opened("/docs/fields/agent", { viewport: { width, height: 900 }, colorScheme });
    const vendors = await columns(page), all = await page.locator("tr[data-field]:visible").count();
    const choose = async (label, vendor) => {
      const select = page.getByLabel(label);
      await select.focus();
      await page.keyboard.type(vendor);
      assert.equal(await select.inputValue(), vendor);
    };
    await choose("First column", vendors[2]);
    assert.deepEqual(await columns(page), [vendors[2], ...vendors.filter((vendor) => vendor !== vendors[2])]);
    const second = await page.locator("tr[data-field]").first().locator("th, td").nth(1).getAttribute("data-vendor");
    assert.equal(second, vendors[2]);
    await choose("Compare it with", vendors[0]);
    assert.deepEqual(await columns(page), [vendors[2], vendors[0]]);
    const differing = (page) => page.locator("tr[data-field]:visible").evaluateAll((rows) => rows.map((row) => {
      const said = [...row.querySelectorAll("td[data-vendor]")].filter((cell) => !cell.hidden);
      return said.map((cell) => (cell.querySelector("summary") ?? cell).textContent);
    }));
    const shown = await differing(page);
    assert.ok(shown.length > 0 && shown.length < all, `${shown.length} of ${all}`);
    for (const [one, other] of shown) assert.notEqual(one, other);
    assert.deepEqual(await violations(page), [], `${width} px`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width} px`);
    const other = await opened(page.url().slice(base.length), { viewport: { width, height: 900 } });
    assert.deepEqual([await columns(other.page), await differing(other.page)], [[vendors[2], vendors[0]], shown]);
    await other.close();
    await page.getByRole("link", { name: `Moving from ${vendors[2]} to ${vendors[0]}` }).click();
    await page.waitForURL(`${base}/docs/moving/${vendors[2]}/${vendors[0]}`);
    assert.deepEqual(await violations(page), [], `${page.url()} at ${width} px`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${page.url()} at ${width} px`);
    await page.getByRole("link", { name: "Both vendors in the table of fields" }).click();
    await page.waitForURL(`${base}/docs/fields/agent?**`);
    assert.deepEqual(await columns(page), [vendors[2], vendors[0]]);
    await page.getByLabel("First column").selectOption("");
    assert.deepEqual(await columns(page), vendors);
    assert.equal(await page.locator("tr[data-field]:visible").count(), all);
    assert.deepEqual(errors, []);
    await close();
  }
});

await check("without the script, every page can be read", async () => {
  const { page, close } = await opened("/docs/operations/createAgent", { javaScriptEnabled: false });
  assert.equal(await page.locator("pre[data-language=curl]").isVisible(), true);
  assert.equal(await page.locator("form.trial").isVisible(), false);
  assert.equal(await page.locator("button.find").isVisible(), false);
  await page.goto(`${base}/docs/fields/agent?vendor=`);
  assert.equal(await page.locator("form.controls").isVisible(), false);
  assert.ok((await columns(page)).length > 3);
  await page.goto(`${base}/docs/moving`);
  await page.locator("table.moves a").first().click();
  await page.waitForURL(`${base}/docs/moving/*/*`);
  await close();
});

await browser.close();
console.log(`\n${passed.length} passed, 0 failed`);
