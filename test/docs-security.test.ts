/** The files that docs/security.md shows are read as it says. */
import { loadPolicy, permissions } from '@mcp-test-harness/service/auth';
import { cipherSuiteNames, loadTlsSettings } from '@mcp-test-harness/service/tls';
import { keyProviders } from '@mcp-test-harness/service/secrets';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { readCodeBlocks } from './support/markdown-blocks.ts';

const newFolder = temporaryFolders();
const page = 'docs/security.md';
const text = readFileSync(resolve(import.meta.dirname, '..', page), 'utf8');

function written(name: string): string {
  const block = readCodeBlocks().find((one) => one.page === page && one.text.startsWith(`# ${name}\n`));
  const file = join(newFolder(), name);
  writeFileSync(file, block?.text ?? '', { mode: 0o640 });
  return file;
}

it('the policy', async () => {
  const policy = await loadPolicy(written('rbac.yaml'), Date.parse('2026-12-01'));
  expect([...policy.roles.keys()]).toEqual(['test-operator', 'test-admin', 'read-only']);
  expect(policy.warnings).toEqual([]);
});

it('the settings of TLS', async () => {
  const settings = await loadTlsSettings(written('tls-config.yaml'));
  expect(settings).toMatchObject({ clientAuth: 'require', minVersion: 'TLSv1.2' });
  for (const suite of settings?.cipherSuites ?? []) expect(cipherSuiteNames).toContain(suite);
});

it('every permission and every key provider is named', () => {
  for (const name of [...permissions, ...Object.keys(keyProviders)]) expect(text).toContain(`\`${name}\``);
});
