import { expect, it } from 'vitest';
import type { ServerProcess } from '../process/types.ts';
import { describeExit } from './server-process.ts';

const trace = Array.from({ length: 8 }, (_, index) => `    at frame${index} (server.js:${index}:1)`);

function wordsOf(...lines: readonly string[]): string {
  const server = {
    exitInfo: { exitCode: 1, signal: null },
    violation: undefined,
    stderrTail: () => lines.join('\n'),
  } as unknown as ServerProcess;
  return describeExit(server).lastWords ?? 'none';
}

it.each<[string, readonly string[], RegExp]>([
  [
    'the error above a long trace',
    ['listening', 'TypeError: x is not a function', ...trace, 'Node.js v24'],
    /^"TypeError: x is not/,
  ],
  [
    'a Python error below its trace',
    ['Traceback (most recent call last):', ...trace, 'ValueError: no'],
    /ValueError: no"$/,
  ],
  ['a panic', ['panic: index out of range', '', 'goroutine 1 [running]:', ...trace], /^"panic: index/],
  ['the last lines of something else', ['a', 'b', 'c', 'd', 'e', 'f'], /^"b\\nc\\nd\\ne\\nf"$/],
  ['nothing of a silent server', [], /^none$/],
])('the last words of a server are %s', (_what, lines, said) => {
  expect(wordsOf(...lines)).toMatch(said);
});
