/** The dashboard of the service in a real browser: signed in, without JavaScript, on a narrow screen, with hostile names. */
import { createApiListener, startListening } from '@mcp-test-harness/service/routes';
import { readTlsMaterial, type TlsSettings } from '@mcp-test-harness/service/tls';
import { chmodSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  finishRun,
  hostileSuite,
  makeBaselines,
  makeSummary,
  makeTestService,
  type TestService,
} from '../packages/service/src/routes/testing/service.ts';
import { makeAuthority, makeCertificate } from '../packages/service/src/tls/testing/certificates.ts';
import { findGraveFaults, noBrowser, openBrowser } from './support/browser.ts';

const minute = 60_000;
const hostileText = '<script>document.title="owned"</script><img src=x onerror=alert(1)> \u202Egpj';

describe.skipIf(noBrowser !== '')(`the dashboard${noBrowser}`, () => {
  let folder: string;
  let service: TestService;
  let withScripts: BrowserContext;
  let withoutScripts: BrowserContext;
  let origin: string;
  let failedRun: string;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dashboard-'));
    service = await makeTestService(folder);
    failedRun = await fill(service);
    const listener = await createApiListener(service.context, {
      tls: await makeTls(folder),
      now: () => service.now,
    });
    closing.push(
      () => listener.close(),
      () => service.close(),
    );
    const port = await startListening(listener, { host: '127.0.0.1', port: 0, key: 'security.api.port' });
    origin = `https://127.0.0.1:${port}`;
    withScripts = await openBrowser(join(folder, 'with'), true, true);
    closing.unshift(() => withScripts.close());
    withoutScripts = await openBrowser(join(folder, 'without'), false, true);
    closing.unshift(() => withoutScripts.close());
    const page = await withScripts.newPage();
    await page.goto(`${origin}/login`);
    await signIn(page, service.keys['test-admin'].key);
    await page.close();
  });
  afterAll(async () => {
    for (const close of closing) await close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Opens a page and remembers everything that a quiet page does not do. */
  async function open(
    path: string,
    { width = 1280, from = withScripts } = {},
  ): Promise<{ readonly page: Page; readonly noise: string[] }> {
    const noise: string[] = [];
    const page = await from.newPage();
    await page.setViewportSize({ width, height: 900 });
    page.on('console', (message) => noise.push(`console ${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => noise.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => {
      noise.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(origin) && !request.url().startsWith('data:'))
        noise.push(`request: ${request.url()}`);
    });
    await page.goto(`${origin}${path}`);
    return { page, noise };
  }

  const title = (page: Page) => page.getByRole('heading', { level: 1 }).textContent();

  it('asks who it is, refuses a key of nobody, and leads on to the page that was wanted', async () => {
    const { page } = await open(`/runs/${failedRun}`, { from: withoutScripts });
    expect(await title(page)).toBe('Sign in');
    await signIn(page, 'x'.repeat(50));
    expect(await page.getByRole('alert').textContent()).toBe('The API key is not valid.');
    await signIn(page, service.keys['test-operator'].key);
    expect(page.url()).toBe(`${origin}/runs/${failedRun}`);
    const [cookie] = await withoutScripts.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict', path: '/' });
    expect(cookie?.value).not.toContain(service.keys['test-operator'].key.slice(13, 40));
    await page.close();
  });

  it('shows what runs, opens a run and its report, all without JavaScript', async () => {
    const { page } = await open('/', { from: withoutScripts });
    expect(await title(page)).toBe('failing 2 of 3 suites fail, 1 server down');
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.getByLabel('Verdict').selectOption('failed');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByRole('link', { name: 'core', exact: true }).first().click();
    expect(await title(page)).toBe('failed core');
    expect(await page.locator('.failures').textContent()).toContain('core/adds');
    await page.getByRole('link', { name: 'report.html' }).click();
    expect(await title(page)).toBe('Report of a run');
    await page.close();
  });

  it('runs a suite now, and cancels it, each for who may', async () => {
    const { page } = await open('/', { from: withoutScripts });
    await page.getByLabel('Suite').selectOption('core');
    await page.getByRole('button', { name: 'Run now' }).click();
    expect(await title(page)).toBe('queued core');
    const url = page.url();
    // The role may run, and not cancel.
    expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
    await page.close();
    const { page: other } = await open(new URL(url).pathname);
    await other.getByRole('button', { name: 'Cancel' }).click();
    expect(await title(other)).toBe('cancelled core');
    await other.close();
  });

  it('goes through all runs page by page', async () => {
    const { page } = await open('/runs', { from: withoutScripts });
    const seen = new Set<string>();
    for (;;) {
      for (const link of await page.locator('table.runs th a').all())
        seen.add((await link.getAttribute('href')) ?? '');
      const older = page.getByRole('link', { name: 'Older' });
      if ((await older.count()) === 0) break;
      await older.click();
    }
    const all = [];
    let cursor: string | undefined;
    do {
      const { items, next } = await service.store.runs.list({}, { limit: 200, cursor });
      all.push(...items.map(({ id }) => `/runs/${id}`));
      cursor = next;
    } while (cursor !== undefined);
    expect(seen).toEqual(new Set(all));
    await page.close();
  });

  const pages = () => [
    '/',
    `/runs/${failedRun}`,
    '/suites/core',
    '/runs',
    '/servers',
    `/suites/${encodeURIComponent(hostileSuite)}`,
    '/baselines',
    '/reports',
  ];

  it.each([
    ['light', 1280, 8],
    // The colours and the narrow layout are those of every page.
    ['dark', 1280, 3],
    ['light', 390, 3],
  ] as const)(
    'is quiet, accessible and no wider than the screen (%s, %d px)',
    async (colorScheme, width, judged) => {
      for (const [index, path] of pages().entries()) {
        const { page, noise } = await open(path, { width });
        await page.emulateMedia({ colorScheme });
        expect([path, noise]).toEqual([path, []]);
        expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, width]);
        if (index < judged) expect([path, await findGraveFaults(page)]).toEqual([path, []]);
        await page.close();
      }
    },
  );

  it('leaves hostile names and messages inert', async () => {
    const { page, noise } = await open(`/suites/${encodeURIComponent(hostileSuite)}`);
    expect(await title(page)).toBe(hostileSuite);
    await page.getByRole('link', { name: hostileSuite }).first().click();
    expect(await page.locator('.failures .message').textContent()).toContain(
      '<script>document.title="owned"</script>',
    );
    expect(
      await page.evaluate(
        '[document.scripts.length, document.images.length, document.querySelectorAll("main i").length]',
      ),
    ).toEqual([0, 0, 0]);
    expect(await page.title()).not.toBe('owned');
    expect(noise).toEqual([]);
    await page.close();
  });

  it('would run no script that slipped through, and load nothing from elsewhere', async () => {
    const { page, noise } = await open('/');
    await page.evaluate(`{
      const script = document.createElement('script');
      script.textContent = 'document.title = "owned"';
      document.body.append(script);
      const image = document.createElement('img');
      image.src = '${origin}/x.png';
      document.body.append(image);
    }`);
    await page.waitForTimeout(100);
    expect(await page.title()).toBe('Overview - MCP Test Harness');
    expect(noise.filter((line) => line.includes('Content Security Policy'))).toHaveLength(2);
    await page.close();
  });

  it('keeps a report that has scripts away from what is signed in', async () => {
    const { page } = await open(`/runs/${failedRun}/reports/report.html`);
    expect(await page.title()).toBe('ran');
    expect(await page.evaluate('self.origin')).toBe('null');
    await expect(page.evaluate('document.cookie')).rejects.toThrow(/sandboxed|Access is denied/);
    await page.close();
  });

  it('says to a role what it may not see, and shows no link to it', async () => {
    const { page } = await open('/baselines', { from: withoutScripts });
    expect(await page.locator('.description').textContent()).toBe(
      'the role test-operator lacks the permission baseline:view',
    );
    await page.goto(`${origin}/`);
    expect(await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allTextContents()).toEqual(
      ['Overview', 'Runs', 'Servers', 'Reports'],
    );
    await page.close();
  });

  it('can be used by keyboard: what has the focus is seen, and the content is one step away', async () => {
    const { page } = await open('/');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Overview');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.close();
  });

  it('ends a session when its key is taken out of the policy, and when somebody signs out', async () => {
    const { page } = await open('/', { from: withoutScripts });
    await page.getByRole('button', { name: 'Sign out' }).click();
    expect(await title(page)).toBe('Sign in');
    expect(await withoutScripts.cookies()).toEqual([]);
    await page.close();

    const { page: other } = await open('/');
    const { hash } = service.keys['test-admin'];
    service.writePolicy(service.policyText().replace(hash, service.keys.nothing.hash.replace(/.$/, '0')));
    await service.policy.reload();
    await other.reload();
    expect(await title(other)).toBe('Sign in');
    await other.close();
  });
});

async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Enough of everything. @returns a run that failed */
async function fill(service: TestService): Promise<string> {
  const latency = (p95Ms: number) => ({ n: 120, p50Ms: p95Ms * 0.4, p95Ms, p99Ms: p95Ms * 1.3 });
  const [suite] = makeSummary('core').suites;
  if (suite === undefined) throw new Error('a summary has a suite');
  for (let count = 0; count < 32; count += 1) {
    service.now += 5 * minute;
    const p95Ms = (count < 20 ? 28 : 41) + ((count * 7) % 5) / 2;
    await finishRun(service, 'core', { suites: [{ ...suite, latency: latency(p95Ms) }] });
  }
  await finishRun(service, 'forecast');
  service.now += 5 * minute;
  await finishRun(service, hostileSuite, {
    verdict: 'errored',
    suites: [{ ...suite, suite: hostileSuite, errored: 1 }],
    failures: [
      { test: `${hostileSuite}/echoes`, outcome: 'errored', message: hostileText, location: '<b>.yaml:1:1' },
    ],
  });
  service.now += 5 * minute;
  const failed = await finishRun(service, 'core', {
    verdict: 'failed',
    suites: [{ ...suite, passed: 1, failed: 1, flaky: 1, latency: latency(44) }],
    failures: [
      {
        test: 'core/adds',
        outcome: 'failed',
        message: 'expected text to equal "The sum of 2 and 3 is 5.", got "The sum of 2 and 3 is 6."',
        location: 'suites/core.yaml:14:9',
      },
    ],
    regressions: [{ id: 'core/echoes', metric: 'latency', changePercent: 46.4, severity: 'warning' }],
    notes: ['the tool add requires a new argument: precision'],
  });
  service.now += 2 * minute;
  const requested = { kind: 'test', request: { kind: 'test', suites: ['forecast'] }, suite: 'forecast' };
  await service.store.runs.enqueue({ ...requested, key: 'w', scheduleId: 'often' });
  const { run } = await service.store.runs.enqueue({ ...requested, key: 'r', requestedBy: 'ci-system' });
  await service.store.runs.claim({ owner: 'worker-1', leaseMs: 60 * minute, runId: run.id });
  const { run: gone } = await service.store.runs.enqueue({ ...requested, key: 'c' });
  await service.store.runs.cancel(gone.id);
  await service.store.serverHealth.save({
    server: 'demo',
    state: 'down',
    consecutiveFailures: 5,
    since: service.now - 12 * minute,
    lastProbeAt: service.now - 20_000,
    nextProbeAt: service.now + 40_000,
    lastError: `the server exited with code 1: ${hostileText}`,
    version: 0,
  });
  await makeBaselines(service);
  service.now += minute;
  return failed;
}

async function makeTls(folder: string): Promise<NonNullable<Parameters<typeof createApiListener>[1]>['tls']> {
  const authority = await makeAuthority('ca');
  const server = await makeCertificate(authority);
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o600);
    return join(folder, name);
  };
  const settings: TlsSettings = {
    certFile: write('server.crt', server.cert),
    keyFile: write('server.key', server.key),
    clientAuth: 'none',
    minVersion: 'TLSv1.2',
  };
  return { settings, material: await readTlsMaterial(settings, Date.now()) };
}
