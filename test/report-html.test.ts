/** The HTML report in a real browser: quiet, offline, accessible, usable by keyboard and without JavaScript, inert. */
import { createReporter } from '@mcp-test-harness/report';
import type { RunResult } from '@mcp-test-harness/core';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { greenRun, hostileRun, mixedRun } from '../packages/report/src/testing/example-runs.ts';
import {
  buildExchange,
  buildFailure,
  buildRun,
  buildSuite,
  buildTest,
} from '../packages/report/src/testing/results.ts';
import { findGraveFaults, noBrowser, openBrowser, openQuietly } from './support/browser.ts';

describe.skipIf(noBrowser !== '')(`the HTML report${noBrowser}`, () => {
  let folder: string;
  let context: BrowserContext;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'report-html-'));
    context = await openBrowser(join(folder, 'profile'));
    for (const [name, result] of Object.entries({
      mixed: mixedRun(),
      hostile: hostileRun(),
      green: greenRun(),
      failures: failuresRun(),
    })) {
      await writeFile(join(folder, `${name}.html`), await render(result));
    }
  });

  afterAll(async () => {
    await context?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Opens a report and remembers everything that a quiet page does not do. */
  const open = (name: string, { fragment = '', width = 1200, from = context } = {}) =>
    openQuietly(from, join(folder, `${name}.html`), { fragment, width });

  it.each(['mixed', 'hostile', 'green'])(
    'of a %s run logs nothing, requests nothing, asks nothing',
    async (name) => {
      const { page, noise } = await open(name);
      await page.evaluate('document.querySelectorAll("details").forEach((element) => (element.open = true))');
      await page.waitForTimeout(200);
      expect(noise).toEqual([]);
      await page.close();
    },
  );

  it.each([
    ['mixed', 'light', 1200],
    ['mixed', 'dark', 1200],
    ['mixed', 'light', 390],
    ['hostile', 'dark', 1200],
    ['hostile', 'light', 1200],
    ['green', 'light', 1200],
    ['green', 'dark', 390],
  ] as const)(
    'of a %s run has no serious accessibility fault (%s, %d px)',
    async (name, colorScheme, width) => {
      const { page } = await open(name, { width });
      await page.emulateMedia({ colorScheme });
      await page.evaluate('document.querySelectorAll("details").forEach((element) => (element.open = true))');
      expect(await findGraveFaults(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      await page.close();
    },
  );

  it('leaves hostile text inert: no element, no handler, no foreign link came of it', async () => {
    const { page } = await open('hostile');
    const found = await page.evaluate(`({
      scripts: document.scripts.length,
      images: document.images.length,
      bold: document.querySelectorAll('main b').length,
      handlers: [...document.querySelectorAll('*')].filter((element) => [...element.attributes].some(({ name }) => name.startsWith('on'))).length,
      links: [...document.links].map(({ href }) => href).filter((href) => !href.startsWith('file:')),
      owned: document.body.textContent.includes('<script>alert("owned")</script>'),
    })`);
    expect(found).toEqual({ scripts: 1, images: 0, bold: 0, handlers: 0, links: [], owned: true });
    await page.close();
  });

  it('blocks what its policy does not name, should anything ever slip through', async () => {
    const { page, noise } = await open('mixed');
    await page.evaluate(`{
      const script = document.createElement('script');
      script.textContent = 'document.title = "owned"';
      document.body.append(script);
      const image = document.createElement('img');
      image.src = 'https://example.invalid/x.png';
      document.body.append(image);
    }`);
    await page.waitForTimeout(200);
    expect(await page.title()).toBe('failed: 2 failed and 1 errored of 14 tests - MCP Test Harness');
    expect(noise.filter((line) => line.includes('Content Security Policy'))).toHaveLength(2);
    await page.close();
  });

  const shown = (page: Page) =>
    page
      .locator('details.test:visible .name')
      .evaluateAll((names) => names.map((name) => name.textContent ?? ''));
  const status = (page: Page) => page.locator('#filter-count').textContent();

  it('filters by text, outcome, suite and tag, and says how many are left', async () => {
    const { page } = await open('mixed');
    expect(await status(page)).toBe('14 of 14 tests');
    await page.getByRole('button', { name: /^failed/i }).click();
    await page.getByRole('button', { name: /^errored/i }).click();
    expect(await shown(page)).toEqual(['add-adds', 'structured-weather', 'slow-tool-answers']);
    await page.getByLabel('Search').fill('TEMPERATURE differ');
    await expect.poll(() => status(page)).toBe('0 of 14 tests');
    await page.getByLabel('Search').fill('members DIFFER');
    await expect.poll(() => shown(page)).toEqual(['structured-weather']);
    await page.getByLabel('Search').fill('nothing like this');
    await page.getByRole('button', { name: 'Show all tests' }).click();
    expect(await status(page)).toBe('14 of 14 tests');
    await page.getByLabel('Tag').selectOption('smoke');
    expect(await shown(page)).toEqual(['echo-returns-the-message', 'add-adds']);
    await page.getByLabel('Tag').selectOption('');
    await page.getByLabel('Suite').selectOption({ label: 'resources' });
    expect(await status(page)).toBe('8 of 14 tests');
    await page.getByRole('button', { name: /^flaky/i }).click();
    expect(await status(page)).toBe('0 of 14 tests');
    await page.close();
  });

  it('orders by time, outcome and name, and back', async () => {
    const { page } = await open('mixed');
    const before = await shown(page);
    await page.getByLabel('Order').selectOption('slowest');
    expect((await shown(page)).slice(0, 3)).toEqual([
      'slow-tool-answers',
      'long-operation',
      'structured-weather',
    ]);
    await page.getByLabel('Order').selectOption('outcome');
    expect((await shown(page)).slice(0, 4)).toEqual([
      'add-adds',
      'structured-weather',
      'slow-tool-answers',
      'uses-the-sum',
    ]);
    await page.getByLabel('Order').selectOption('name');
    expect(await shown(page)).toEqual(before.toSorted((a, b) => a.localeCompare(b)));
    await page.getByLabel('Order').selectOption('');
    expect(await shown(page)).toEqual(before);
    await page.close();
  });

  it('can be used by keyboard alone: skip link, filters, tests, in that order', async () => {
    const { page } = await open('green');
    const focused = () =>
      page.evaluate('document.activeElement.id || document.activeElement.textContent.trim().slice(0, 40)');
    const stops: unknown[] = [];
    for (let press = 0; press < 10; press += 1) {
      await page.keyboard.press('Tab');
      stops.push(await focused());
    }
    expect(stops).toEqual([
      'Skip to the tests',
      'Tests 24',
      'Timings',
      'Servers 1',
      'filter-text',
      'filter-suite',
      'filter-tag',
      'sort',
      'toggle-all',
      expect.stringContaining('case-01'),
    ]);
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
    expect(outline).toBe('solid');
    await page.keyboard.press('Enter');
    expect(await page.locator('details.test').first().getAttribute('open')).toBe('');
    await page.close();
  });

  it('shows what is escaped inside JSON as it was meant, and each value once', async () => {
    const { page } = await open('failures');
    const test = page.locator('#t-s-a');
    expect(await test.getByText('Text in the response', { exact: true }).count()).toBe(1);
    expect(await test.locator('.exchange > pre').textContent()).toBe('one\n<two>');
    const messages = await test.locator('.message').allTextContents();
    expect(messages).toEqual([
      'expected text to equal "The sum of 2 and 3 is 5.", got "The sum of 2 and 3 is 6."',
      'expected json to match',
    ]);
    expect(await test.getByText('Expected', { exact: true }).count()).toBe(0);
    expect(await test.locator('.diff > *').allTextContents()).toEqual([
      '-one',
      '+two',
      '… from line 40',
      ' x',
    ]);
    await page.close();
  });

  it.each([
    ['three failures', 3, 3],
    ['many failures', 9, 1],
  ])('opens with %s so that the overview stays in sight', async (_, failures, opened) => {
    const tests = Array.from({ length: failures }, (_, index) => buildTest('s', `t${index}`, 'failed'));
    await writeFile(join(folder, 'opened.html'), await render(buildRun([buildSuite('s', tests)])));
    const { page } = await open('opened');
    expect(await page.locator('details.test[open]').count()).toBe(opened);
    await page.close();
  });

  it('draws when each suite ran, and links to it', async () => {
    const at = (second: number, name: string) =>
      buildSuite(name, [buildTest(name, 'a')], {
        startedAt: `2026-11-24T10:00:0${second}.000Z`,
        durationMs: 2000,
      });
    await writeFile(join(folder, 'timeline.html'), await render(buildRun([at(0, 'first'), at(2, 'second')])));
    const { page } = await open('timeline');
    const bars = page.locator('#timings .bars').first().locator('rect');
    expect(await bars.evaluateAll((all) => all.map((bar) => bar.getAttribute('x')))).toEqual([
      '0.00%',
      '50.00%',
    ]);
    await page.getByRole('link', { name: 'second', exact: true }).click();
    expect(await page.locator('#suite-2').isVisible()).toBe(true);
    await page.close();
  });

  it('opens the test that a link names, also when a filter hides it', async () => {
    const { page } = await open('mixed', { fragment: '#t-resources-read-uri-test-static-resource-3' });
    const target = page.locator('#t-resources-read-uri-test-static-resource-3');
    expect(await target.getAttribute('open')).toBe('');
    await page.getByRole('button', { name: /^failed/i }).click();
    await page
      .getByRole('row', { name: /long-operation/ })
      .getByRole('link')
      .click();
    const opened = page.locator('#t-core-tools-long-operation');
    await expect.poll(() => opened.isVisible()).toBe(true);
    expect(await opened.getAttribute('open')).toBe('');
    await page.close();
  });

  it('copies the line that sends a request again', async () => {
    const { page } = await open('mixed');
    await page.getByRole('button', { name: 'Copy' }).first().click();
    await expect.poll(() => page.getByRole('button', { name: 'Copied' }).count()).toBe(1);
    await page.getByLabel('Search').focus();
    await page.keyboard.press('Control+V');
    expect(await page.getByLabel('Search').inputValue()).toBe(
      `mcp-test-harness call --tool add --args '{"a":2,"b":3}' -- node server.js`,
    );
    await page.close();
  });

  it('opens everything that failed or errored when it is printed', async () => {
    const { page } = await open('mixed');
    await page.evaluate('document.querySelectorAll("details").forEach((element) => (element.open = false))');
    await page.evaluate('dispatchEvent(new Event("beforeprint"))');
    expect(await page.locator('details.test[open]').count()).toBe(3);
    await page.close();
  });

  it('is complete without JavaScript: all tests, their details on a click, no dead controls', async () => {
    const plain = await openBrowser(join(folder, 'profile-plain'), false);
    try {
      const { page, noise } = await open('mixed', { from: plain });
      expect(await page.locator('details.test:visible').count()).toBe(14);
      expect(await page.locator('button:visible, input:visible, select:visible').count()).toBe(0);
      const test = page.locator('#t-core-tools-long-operation');
      await test.locator('summary').click();
      expect(await test.getByText('Request', { exact: true }).isVisible()).toBe(true);
      expect(noise.filter((line) => !line.includes('Blocked script execution'))).toEqual([]);
    } finally {
      await plain.close();
    }
  });

  it('of a run without suites says so, and offers nothing to filter', async () => {
    await writeFile(join(folder, 'empty.html'), await render(buildRun([], { servers: [] })));
    const { page, noise } = await open('empty');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('failed No test was executed');
    expect(await page.locator('#filters').isVisible()).toBe(false);
    expect(noise).toEqual([]);
    await page.close();
  });

  it('stays usable with 10,000 tests', { timeout: 120_000 }, async () => {
    await writeFile(join(folder, 'large.html'), await render(greenRun(10_000)));
    const { page } = await open('large');
    expect(await status(page)).toBe('10,000 of 10,000 tests');
    const filteredInMs = await page.evaluate(`new Promise((resolve) => {
      const started = performance.now();
      const status = document.getElementById('filter-count');
      new MutationObserver(() => resolve(performance.now() - started)).observe(status, { childList: true });
      const search = document.getElementById('filter-text');
      search.value = 'case-1234';
      search.dispatchEvent(new Event('input'));
    })`);
    expect(await status(page)).toBe('3 of 10,000 tests');
    expect(filteredInMs).toBeLessThan(10_000);
    await page.close();
  });
});

/** A failure that the sentence tells whole, one with a diff, and an answer of two lines. */
function failuresRun(): RunResult {
  const response = JSON.stringify({ result: { content: [{ type: 'text', text: 'one\n<two>' }] } });
  const diff = '--- expected\n+++ actual\n@@ -1,1 +1,1 @@\n-one\n+two\n@@ -40,1 +40,1 @@\n x';
  const test = buildTest('s', 'a', 'failed', {
    failures: [buildFailure(), buildFailure({ message: 'expected json to match', diff })],
    exchanges: [buildExchange({ response })],
  });
  return buildRun([buildSuite('s', [test])]);
}

async function render(result: RunResult): Promise<string> {
  const context = {
    write: () => {},
    color: false,
    interactive: false,
    columns: 80,
    verbosity: 0,
    cwd: '/project',
  };
  const { render: toText } = await createReporter('html', context);
  return [...(toText?.(result) ?? [])].join('');
}
