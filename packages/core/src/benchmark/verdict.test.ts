import { describe, expect, it } from 'vitest';
import type { Measurement } from './types.ts';
import { concludeBenchmarks } from './verdict.ts';

const one = (over: object): Measurement =>
  ({
    id: 'core/echo',
    suite: 'core',
    test: 'echo',
    server: 'server',
    state: 'measured',
    ...over,
  }) as Measurement;
const sound = one({});
const late = one({ generator: { lagP50Ms: 1, lagP99Ms: 9, invalid: 'late' } });
const wrong = one({ state: 'failed', reason: 'a wrong answer' });
const slower = { benchmarks: [{ severity: 'error' }] } as never;

describe('the verdict of a benchmark run', () => {
  it.each([
    ['sound', {}, 'passed', 0],
    ['cut off', { complete: false }, 'errored', 1],
    ['interrupted', { complete: false, interrupted: true }, 'interrupted', 130],
    ['of wrong answers', { benchmarks: [sound, wrong] }, 'failed', 1],
    ['slower', { comparison: slower }, 'regressed', 1],
    ['slower, as is allowed', { comparison: slower, failOn: 'never' }, 'passed', 0],
    ['of a late generator, which is never green', { benchmarks: [sound, late] }, 'invalid', 1],
    [
      'of a late generator, whatever it is compared with',
      { benchmarks: [late], comparison: slower },
      'invalid',
      1,
    ],
    ['of a late generator and wrong answers', { benchmarks: [late, wrong] }, 'failed', 1],
    ['without a server', { error: { code: 'TARGET_NOT_STARTED', kind: 'setup', message: '' } }, 'errored', 3],
  ] as const)('%s', (_name, facts, verdict, exitCode) => {
    const found = concludeBenchmarks({
      interrupted: false,
      complete: true,
      error: undefined,
      benchmarks: [sound],
      comparison: undefined,
      failOn: 'any',
      ...facts,
    });
    expect(found).toEqual({ verdict, exitCode });
  });
});
