import { describe, expect, it } from 'vitest';
import type { Run, RunStore } from '../store/index.ts';
import { previousSummary } from './previous-run.ts';

const run = (id: string, kind: string, suites: readonly string[]): Run =>
  ({
    id,
    kind,
    suite: suites.length === 1 ? suites[0] : undefined,
    request: { kind, suites },
  }) as unknown as Run;

describe('the run before', () => {
  const stored = [
    run('4', 'test', ['core']),
    run('3', 'benchmark', ['core', 'security']),
    run('2', 'test', ['security', 'core']),
    run('1', 'test', []),
  ];
  const store = {
    list: async () => ({ items: stored, next: undefined }),
    result: async (id: string) => ({ verdict: 'passed', summary: { id } }),
  } as unknown as RunStore;

  it.each([
    { suites: ['core'], before: '4' },
    { suites: ['core', 'security'], before: '2' },
    { suites: [], before: '1' },
    { suites: ['another'], before: undefined },
  ])('is of the same suites: %o', async ({ suites, before }) => {
    const summary = await previousSummary(store, run('5', 'test', suites));
    expect(summary).toEqual(before === undefined ? undefined : { id: before });
  });
});
