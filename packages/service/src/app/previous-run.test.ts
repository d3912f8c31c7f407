import { describe, expect, it } from 'vitest';
import type { Run, RunError, RunFilter, RunStore } from '../store/index.ts';
import { previousRun } from './previous-run.ts';

const run = (id: string, kind: string, suites: readonly string[], error?: RunError): Run =>
  ({
    id,
    kind,
    state: error === undefined ? 'finished' : 'failed',
    error,
    suite: suites.length === 1 ? suites[0] : undefined,
    request: { kind, suites },
  }) as unknown as Run;

describe('the run before', () => {
  const fault = { code: 'IO_WRITE', message: 'no space' };
  const stored = [
    run('7', 'test', ['core', 'security'], fault),
    run('6', 'test', ['security'], fault),
    run('5', 'test', ['core']),
    run('4', 'test', ['core'], fault),
    run('3', 'benchmark', ['core', 'security']),
    run('2', 'test', ['security', 'core']),
    run('1', 'test', []),
  ];
  const store = {
    list: async ({ kind }: RunFilter) => ({
      items: stored.filter((one) => one.kind === kind),
      next: undefined,
    }),
    result: async (id: string) => ({ verdict: 'passed', summary: { id } }),
  } as unknown as RunStore;

  it.each([
    { suites: ['core'], before: '5', isFault: false },
    { suites: ['core', 'security'], before: '2', isFault: true },
    { suites: ['security'], before: undefined, isFault: true },
    { suites: [], before: '1', isFault: false },
    { suites: ['another'], before: undefined, isFault: false },
    { kind: 'benchmark', suites: ['core', 'security'], before: '3', isFault: false },
  ])('is of the same kind and suites: $kind $suites', async ({ kind = 'test', suites, before, isFault }) => {
    expect(await previousRun(store, run('8', kind, suites))).toEqual({
      summary: before === undefined ? undefined : { id: before },
      fault: isFault ? fault : undefined,
    });
  });
});
