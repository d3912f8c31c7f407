/** The HTML report of benchmarks in a real browser: quiet, offline, accessible, readable without JavaScript, inert. */
import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { createBenchmarkReporter, renderTrend } from '@mcp-test-harness/report/benchmark';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { benchmarkStyle } from '../packages/report/src/benchmark/html/assets.ts';
import { reportStyle } from '../packages/report/src/html/assets.ts';
import * as examples from '../packages/report/src/testing/example-benchmarks.ts';
import { exampleTrend } from '../packages/report/src/testing/example-trend.ts';
import { findGraveFaults, noBrowser, openBrowser, openQuietly } from './support/browser.ts';

const openAll = 'document.querySelectorAll("details").forEach((element) => (element.open = true))';

describe.skipIf(noBrowser !== '')(`the HTML report of benchmarks${noBrowser}`, { timeout: 90_000 }, () => {
  let folder: string;
  let context: BrowserContext;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'report-benchmark-html-'));
    context = await openBrowser(join(folder, 'profile'));
    for (const [name, make] of Object.entries(examples))
      await writeFile(join(folder, `${name}.html`), await render(make()));
    const trend = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Trend</title><style>${reportStyle}${benchmarkStyle}</style></head><body><main><h1>Trend</h1><h2>History</h2><h3>Search</h3>${renderTrend(exampleTrend())}</main></body></html>`;
    await writeFile(join(folder, 'trend.html'), trend);
  });

  afterAll(async () => {
    await context?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = (name: string, { fragment = '', width = 1200, from = context } = {}) =>
    openQuietly(from, join(folder, `${name}.html`), { fragment, width });

  it.each(Object.keys(examples))('of a %s logs nothing, requests nothing, asks nothing', async (name) => {
    const { page, noise } = await open(name);
    await page.evaluate(openAll);
    await page.waitForTimeout(100);
    expect(noise).toEqual([]);
    await page.close();
  });

  it.each([
    ['comparedRun', 'light', 1200],
    ['comparedRun', 'dark', 1200],
    ['comparedRun', 'light', 390],
    ['measuredRun', 'light', 1200],
    ['measuredRun', 'dark', 390],
    ['openLoopRun', 'light', 390],
    ['openLoopRun', 'dark', 1200],
    ['busyRun', 'light', 1200],
    ['brokenRun', 'dark', 1200],
    ['hostileBenchmarks', 'light', 1200],
    ['hostileBenchmarks', 'dark', 390],
    ['baselineRun', 'light', 1200],
    ['baselineRun', 'dark', 390],
    ['trend', 'light', 1200],
    ['trend', 'dark', 390],
  ] as const)('of a %s has no serious accessibility fault (%s, %d px)', async (name, colorScheme, width) => {
    const { page } = await open(name, { width });
    await page.emulateMedia({ colorScheme });
    await page.evaluate(openAll);
    expect(await findGraveFaults(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.close();
  });

  it('leaves hostile text inert: no element, no handler, no foreign link came of it', async () => {
    const { page } = await open('hostileBenchmarks');
    const found = await page.evaluate(`({
      scripts: document.scripts.length,
      images: document.images.length,
      bold: document.querySelectorAll('main b').length,
      handlers: [...document.querySelectorAll('*')].filter((element) => [...element.attributes].some(({ name }) => name.startsWith('on'))).length,
      links: [...document.links].map(({ href }) => href).filter((href) => !href.startsWith('file:') && !href.startsWith('https://modelcontextprotocol.io/')),
      owned: document.body.textContent.includes('<script>alert("owned")</script>'),
    })`);
    expect(found).toEqual({ scripts: 1, images: 0, bold: 0, handlers: 0, links: [], owned: true });
    await page.close();
  });

  const shown = (page: Page) =>
    page
      .locator('#benchmarks details.test:visible .name')
      .evaluateAll((names) => names.map((name) => name.textContent ?? ''));

  it('tells the verdict, then the worst first, with the regressions open', async () => {
    const { page } = await open('comparedRun');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(
      'regressed 2 of 9 benchmarks regressed; 2 inconclusive, which proves nothing',
    );
    expect((await shown(page)).slice(0, 5)).toEqual([
      'core-tools/export',
      'core-tools/search [query=long, limit=50]',
      'resources/read',
      'prompts/get',
      'core-tools/list-everything',
    ]);
    expect(await page.locator('#benchmarks details.test[open]').count()).toBe(2);
    await page.close();
  });

  it('draws base over head, the interval of each metric and a dot a pair', async () => {
    const { page } = await open('comparedRun');
    const row = page.locator('#t-core-tools-search-query-long-limit-50');
    expect(await row.locator('.distribution .area.base').count()).toBe(1);
    expect(await row.locator('.distribution .area.head').count()).toBe(1);
    expect(await row.locator('.distribution .mark').count()).toBe(4);
    expect(await row.locator('.ratios .interval').count()).toBe(4);
    expect(await row.locator('.ratios .pair-dot').count()).toBe(4 * 12);
    expect(
      await row
        .getByRole('img', { name: /^CPU time per call: regressed, \+38 %, 95 % interval \+37 to \+39 %$/ })
        .count(),
    ).toBe(1);
    await page.close();
  });

  it('filters by verdict and text, and shows what a link names although it is filtered away', async () => {
    const { page } = await open('comparedRun');
    const status = page.locator('#filter-count');
    await page.getByRole('button', { name: /^improved/i }).click();
    expect(await shown(page)).toEqual(['core-tools/list-everything']);
    await page.getByRole('searchbox').fill('nothing like this');
    await expect.poll(() => status.textContent()).toBe('0 of 9 benchmarks');
    await page.getByRole('button', { name: 'Show all benchmarks' }).click();
    expect(await status.textContent()).toBe('9 of 9 benchmarks');
    await page.getByRole('button', { name: /^improved/i }).click();
    await page.getByRole('link', { name: 'resources/list' }).click();
    const target = page.locator('#t-resources-list');
    await expect.poll(() => target.isVisible()).toBe(true);
    expect(await target.getAttribute('open')).toBe('');
    await page.close();
  });

  it('holds each suite against its baseline, and draws what moved with the commits between which it did', async () => {
    const { page } = await open('baselineRun');
    const suite = page.locator('#baseline .baseline').first();
    expect(await suite.locator('.verdict-line').textContent()).toMatch(/1 of 4 benchmarks regressed/);
    expect(await suite.locator('.trend:visible > svg').count()).toBe(3);
    const chart = suite.getByRole('img', {
      name: /^core-tools\/search: CPU time .*: 40 runs, .*\+24 %, .* between 000abcdef013 and 000abcdef014$/,
    });
    expect(await chart.locator('.point').count()).toBe(40);
    expect(await chart.locator('line.change.regressed').count()).toBe(1);
    const fits = `(() => {
      const table = document.querySelector('#baseline table.metrics');
      return table.scrollWidth <= table.parentElement.clientWidth;
    })()`;
    expect(await page.evaluate(fits)).toBe(true);
    await suite.getByRole('link', { name: 'core-tools/search' }).first().click();
    await expect.poll(() => page.locator('#t-core-tools-search').getAttribute('open')).toBe('');
    await page.close();
  });

  it('says loudly that the latencies of a run whose generator was late are invalid', async () => {
    const { page } = await open('openLoopRun');
    const load = page.locator('#load');
    expect(await load.locator('.expectation').textContent()).toContain(
      'Invalid: core-tools/search [query=long, limit=50]: the load generator could not keep its rate.',
    );
    expect(await load.getByRole('columnheader').allTextContents()).toContain('Lag p99');
    await page.close();
  });

  it('is complete without JavaScript: every benchmark, its charts on a click, no dead controls', async () => {
    const plain = await openBrowser(join(folder, 'profile-plain'), false);
    try {
      const { page, noise } = await open('comparedRun', { from: plain });
      expect(await page.locator('#benchmarks details.test:visible').count()).toBe(9);
      expect(await page.locator('button:visible, input:visible').count()).toBe(0);
      const row = page.locator('#t-core-tools-echo');
      await row.locator('summary').first().click();
      expect(await row.locator('.distribution').isVisible()).toBe(true);
      const held = await open('baselineRun', { from: plain });
      expect(await held.page.locator('#baseline .trend:visible > svg').count()).toBe(3);
      expect(noise.filter((line) => !line.includes('Blocked script execution'))).toEqual([]);
    } finally {
      await plain.close();
    }
  });

  it('opens what regressed when it is printed', async () => {
    const { page } = await open('comparedRun');
    await page.evaluate('document.querySelectorAll("details").forEach((element) => (element.open = false))');
    await page.evaluate('dispatchEvent(new Event("beforeprint"))');
    expect(await page.locator('details.test[open]').count()).toBe(2);
    await page.close();
  });
});

async function render(result: BenchmarkResult): Promise<string> {
  const context = {
    write: () => {},
    color: false,
    interactive: false,
    columns: 80,
    verbosity: 0,
    cwd: '/project',
  };
  const { render: toText } = await createBenchmarkReporter('html', context);
  return [...toText(result)].join('');
}
