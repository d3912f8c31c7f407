import { describe, expect, it } from 'vitest';
import { ProcessTree } from './process-tree.ts';
import type { ReadSample } from './process-tree.ts';
import { sample } from './testing/sample.ts';

const nobody = { groupId: 7, sessionId: 7, parentPid: 7 };

describe('ProcessTree', () => {
  it.each([
    ['its tag', nobody, 'run.1', true],
    ['its session', { ...nobody, sessionId: 100 }, undefined, true],
    ['its group', { ...nobody, groupId: 100 }, undefined, true],
    ['a parent that is a member', { ...nobody, parentPid: 101 }, undefined, true],
    ['the tag of another server', nobody, 'run.10', false],
    ['nothing of it', nobody, undefined, false],
  ])('claims a process by %s', (_what, relations, tag, expected) => {
    const tree = new ProcessTree(100, 'run.1');
    tree.add(sample({ pid: 101 }));
    expect(tree.claims(sample({ pid: 200, ...relations }), tag)).toBe(expected);
  });

  it('does not take a later process with the pid of a member for the member', () => {
    const tree = new ProcessTree(100, 'run.1');
    tree.add(sample({ pid: 101, startedAt: 1 }));
    expect(tree.living(() => sample({ pid: 101, startedAt: 2 }))).toEqual([]);
  });

  it('does not count members among the living that wait to be reaped', () => {
    const tree = new ProcessTree(100, 'run.1');
    tree.add(sample({ pid: 100 }));
    expect(tree.living(() => sample({ pid: 100, ended: true }))).toEqual([]);
  });

  it('keeps a member, and its CPU time once, when it could not be looked at for a while', () => {
    const tree = new ProcessTree(100, 'run.1');
    tree.add(sample({ pid: 100 }));
    const works: ReadSample = () => sample({ pid: 100, cpuMs: 40 });
    const fails: ReadSample = () => {
      throw new Error('EMFILE');
    };
    for (const read of [works, fails, works]) expect(tree.measure(read)?.cpuMs).toBe(40);
    expect(tree.living(fails)).toEqual([]);
    expect(tree.living(works)).toHaveLength(1);
  });
});
