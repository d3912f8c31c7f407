import { describe, expect, it } from 'vitest';
import { parsePs, parsePsTime } from './ps-reader.ts';

describe('ps', () => {
  it.each([
    ['00:00:00', 0],
    ['0:01.25', 1250],
    ['01:02:03', 3_723_000],
    ['2-01:00:00', 176_400_000],
  ])('time %s is %i ms', (text, expected) => {
    expect(parsePsTime(text)).toBe(expected);
  });

  it('rows are read, the command with its spaces, and others left out', () => {
    const text =
      '    1     0     1 S   1000 00:00:02 /sbin/init splash\ngarbage\n   9     1     9 Z      0 00:00:00 [sh] <defunct>\n';
    expect(parsePs(text)).toMatchObject([
      {
        pid: 1,
        parentPid: 0,
        cpuMs: 2000,
        residentBytes: 1_024_000,
        ended: false,
        command: '/sbin/init splash',
      },
      { pid: 9, ended: true },
    ]);
  });
});
