import { expect, it } from 'vitest';
import { defineCheck, fail, pass } from './define.ts';
import { runCompliance } from './run-compliance.ts';
import type { Check, Verdict } from './types.ts';

const server = `require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, params } = JSON.parse(line);
  if (id === undefined) return;
  const result = { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } };
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n');
});`;

const check = (id: string, verdict: Verdict): Check =>
  defineCheck({
    id,
    level: 'MUST',
    revisions: { from: '2024-11-05' },
    spec: 'server/tools',
    title: id,
    remedy: 'none',
    run: () => Promise.resolve(verdict),
  });

const absent = fail('it is not there', {
  received: '{"error":{"code":-32601,"message":"Method not found"}}',
});

async function statusesOf(works: Verdict): Promise<readonly string[]> {
  const { results } = await runCompliance({
    server: { command: process.execPath, args: ['-e', server], env: {}, protocolVersion: '2025-11-25' },
    checks: [check('capabilities.tools.works', works), check('tools.call.answered', absent)],
  });
  return results.map(({ status }) => status);
}

it('a method that is not there breaks its requirement, though the list of its capability works', async () => {
  expect(await statusesOf(pass())).toEqual(['passed', 'failed']);
});

it('a method that is not there is told once, where its capability does not work at all', async () => {
  expect(await statusesOf(absent)).toEqual(['failed', 'not testable']);
});
