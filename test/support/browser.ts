import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** Why the tests in a browser cannot run here, for the title of what is skipped; '' when they can. */
export const noBrowser = existsSync(executablePath)
  ? ''
  : ` (skipped: no ${executablePath}; set CHROMIUM_PATH)`;

/**
 * @param profile a folder that Chromium may fill
 * @param ignoreHTTPSErrors believes certificates of authorities that it does not know
 */
export function openBrowser(
  profile: string,
  javaScriptEnabled = true,
  ignoreHTTPSErrors = false,
): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    javaScriptEnabled,
    ignoreHTTPSErrors,
    viewport: { width: 1200, height: 900 },
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Opens a file and remembers everything that a quiet page does not do: log, fail, ask, load something. */
export async function openQuietly(
  context: BrowserContext,
  file: string,
  { fragment = '', width = 1200 } = {},
): Promise<{ readonly page: Page; readonly noise: readonly string[] }> {
  const noise: string[] = [];
  const page = await context.newPage();
  await page.setViewportSize({ width, height: 900 });
  const url = `${pathToFileURL(file).href}${fragment}`;
  page.on('console', (message) => noise.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => noise.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    noise.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== url.split('#')[0] && !request.url().startsWith('data:'))
      noise.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, noise };
}

/** What axe calls serious or critical, each with the first element that has it. */
export async function findGraveFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const violations = (await page.evaluate(
    'axe.run(document).then((result) => result.violations)',
  )) as readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
}
