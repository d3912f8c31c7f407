import type { NewRun } from '../define.ts';

/** A run as tests want it. */
export function aRun(key: string, more: Partial<NewRun> = {}): NewRun {
  return { key, kind: 'suite', suite: 'core', server: 'demo', request: { suite: 'core' }, ...more };
}
