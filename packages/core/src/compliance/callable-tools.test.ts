import { expect, it } from 'vitest';
import { findCallableTools } from './callable-tools.ts';
import type { CallPolicy, Listed } from './types.ts';

const inputSchema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
const tools = [
  { name: 'read', inputSchema, annotations: { readOnlyHint: true } },
  { name: 'write', inputSchema, annotations: { readOnlyHint: false } },
  { name: 'unsaid', inputSchema },
  { name: 'unfit', inputSchema: false, annotations: { readOnlyHint: true } },
  { name: 7, annotations: { readOnlyHint: true } },
  null,
] as unknown as readonly Listed[];

it.each<[CallPolicy, readonly string[]]>([
  ['read-only', ['read']],
  ['all', ['read', 'write', 'unsaid']],
  ['none', []],
  [{ names: ['write'] }, ['write']],
])('%j lets call %j, whatever else a list holds', (policy, names) => {
  const found = findCallableTools(tools, policy);
  expect(found.map(({ name }) => name)).toEqual(names);
  for (const { args } of found) expect(args).toEqual({ n: expect.any(Number) });
});
