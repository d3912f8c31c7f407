import { describe, expect, it } from 'vitest';
import type { HarnessErrorList } from '../errors.ts';
import { parseExpectedFailures, problemOf, stillExpected } from './expected-failures.ts';

const file = '/project/known.yaml';
const parse = (text: string) => parseExpectedFailures({ file, text });

async function faultsOf(text: string): Promise<readonly string[]> {
  const error = (await parse(text).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )) as HarnessErrorList | undefined;
  return (error?.errors ?? []).map(
    ({ code, message, location }) => `${location?.line}:${location?.column} ${code} ${message}`,
  );
}

describe('a file of expected failures', () => {
  it('is a list of ids with a reason, and a last day where there is one', async () => {
    const text = `# what we know\n- id: stdio.purity\n  reason: the logger of a library\n- { id: ping.empty-answer, reason: soon, expires: 2027-01-31 }\n`;
    expect(await parse(text)).toEqual([
      {
        id: 'stdio.purity',
        reason: 'the logger of a library',
        expires: undefined,
        location: { file, line: 2, column: 3 },
      },
      {
        id: 'ping.empty-answer',
        reason: 'soon',
        expires: '2027-01-31',
        location: { file, line: 4, column: 3 },
      },
    ]);
  });

  it.each(['', '# nothing left\n', '[]\n'])('may be empty: %j', async (text) => {
    expect(await parse(text)).toEqual([]);
  });

  it.each([
    [
      'no reason',
      '- id: stdio.purity\n',
      ['1:3 CONFIG_INVALID the expected failure of stdio.purity has no reason'],
    ],
    ['an empty reason', '- id: stdio.purity\n  reason: ""\n', ['2:11 CONFIG_INVALID reason must be a text']],
    ['no id', '- reason: x\n', ['1:3 CONFIG_INVALID the expected failure has no id']],
    [
      'an unknown id',
      '- id: stdio.puritty\n  reason: x\n',
      ['1:7 CONFIG_UNKNOWN_REFERENCE there is no requirement stdio.puritty'],
    ],
    [
      'an unknown key',
      '- id: stdio.purity\n  reason: x\n  until: 2027-01-01\n',
      ['3:3 CONFIG_UNKNOWN_KEY until is not a key of an expected failure'],
    ],
    [
      'no date',
      '- id: stdio.purity\n  reason: x\n  expires: 2027-02-30\n',
      ['3:12 CONFIG_INVALID expires must be a date, not 2027-02-30'],
    ],
    [
      'an id twice',
      '- { id: stdio.purity, reason: x }\n- { id: stdio.purity, reason: y }\n',
      ['2:9 CONFIG_INVALID stdio.purity is expected to fail a second time'],
    ],
    ['no list', 'id: stdio.purity\n', ['1:1 CONFIG_INVALID the expected failures must be a list']],
    ['no mapping', '- stdio.purity\n', ['1:3 CONFIG_INVALID an entry must be a mapping with id and reason']],
    [
      'several faults at once',
      '- id: nothing.known\n- id: stdio.purity\n',
      [
        '1:3 CONFIG_INVALID the expected failure of nothing.known has no reason',
        '1:7 CONFIG_UNKNOWN_REFERENCE there is no requirement nothing.known',
        '2:3 CONFIG_INVALID the expected failure of stdio.purity has no reason',
      ],
    ],
  ])('is refused with line and column for %s', async (_, text, faults) => {
    expect(await faultsOf(text)).toEqual(faults);
  });
});

describe('an entry', () => {
  const entry = {
    id: 'stdio.purity',
    reason: 'x',
    expires: '2027-01-31',
    location: { file, line: 1, column: 3 },
  };

  it('excuses until the end of its last day', () => {
    expect(stillExpected(entry, '2027-01-31')).toBe(true);
    expect(stillExpected(entry, '2027-02-01')).toBe(false);
    expect(stillExpected({ ...entry, expires: undefined }, '2999-01-01')).toBe(true);
  });

  it.each([
    ['failed', '2027-01-01', undefined],
    ['failed', '2027-03-01', 'expired'],
    ['warning', '2027-03-01', 'expired'],
    ['passed', '2027-01-01', 'stale'],
    ['passed', '2027-03-01', 'stale'],
    ['not applicable', '2027-01-01', undefined],
    ['not testable', '2027-01-01', undefined],
    [undefined, '2027-03-01', undefined],
  ] as const)('of a requirement that is %s on %s is %s', (status, today, kind) => {
    const result = status === undefined ? undefined : { status };
    expect(problemOf(entry, result, today)?.kind).toBe(kind);
  });
});
