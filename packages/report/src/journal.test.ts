import type { RunEvent, RunResult } from '@mcp-test-harness/core';
import { describe, expect, it } from 'vitest';
import { journalLine, resultFromJournal } from './journal.ts';
import { hostileRun, mixedRun } from './testing/example-runs.ts';
import { buildRun, buildSuite, buildTest, eventsOf } from './testing/results.ts';

const journalOf = (events: readonly RunEvent[]) => events.map((event) => journalLine(event) ?? '').join('');
const asJson = (result: RunResult) => JSON.parse(JSON.stringify(result)) as unknown;
const withoutEnd = (run: RunResult) => eventsOf(run).filter(({ type }) => type !== 'run-end');

describe('a journal', () => {
  it('holds one line per event, and nothing for those that the result does not need', () => {
    expect(journalLine({ type: 'warning', message: 'a\nb' })).toBe('{"type":"warning","message":"a\\nb"}\n');
    expect(journalLine({ type: 'test-start', id: 's/t', suite: 's', test: 't' })).toBeUndefined();
  });

  it.each([
    ['mixed', mixedRun()],
    ['hostile', hostileRun()],
    ['empty', buildRun([])],
  ])('of a whole %s run gives its result back', (_, run) => {
    expect(asJson(resultFromJournal(journalOf(eventsOf(run))))).toEqual(asJson(run));
  });

  it('of a killed run gives what was done, marked incomplete and interrupted', () => {
    const run = mixedRun();
    const events = withoutEnd(run);
    const cut = events.slice(0, events.findIndex((event) => event.type === 'suite-end') + 6);
    const result = resultFromJournal(journalOf(cut));
    expect(result).toMatchObject({
      complete: false,
      verdict: 'interrupted',
      exitCode: 130,
      plannedTests: 14,
      harness: { version: '0.1.0', node: '24.21.0' },
      config: { file: '/project/mcp-test-harness.yaml' },
    });
    expect(result.incompleteReason).toContain('killed');
    expect(result.suites.map(({ name, tests }) => [name, tests.length])).toEqual([
      ['core-tools', 6],
      ['resources', 2],
    ]);
    expect(result.totals.tests).toBe(8);
    expect(result.suites[1]).toMatchObject({ outcome: 'passed', successRate: 1, location: { line: 6 } });
  });

  it('keeps the last state of a finding, of servers and of warnings', () => {
    const run = mixedRun();
    const [finding] = run.findings;
    if (finding === undefined) throw new Error('the fixture has findings');
    const again: RunEvent = { type: 'finding', finding: { ...finding, count: 99 } };
    const result = resultFromJournal(journalOf([...withoutEnd(run), again]));
    expect(result.findings.map(({ rule, count }) => [rule, count])).toEqual([
      ['jsonrpc.id-type', 99],
      ['stdout.noise', 17],
    ]);
    expect(result.servers).toHaveLength(2);
    expect(result.warnings).toEqual(run.warnings);
  });

  it('survives a kill at any byte: every prefix that holds the first line is readable', () => {
    const run = buildRun([buildSuite('s', [buildTest('s', 'a'), buildTest('s', 'b', 'failed')])]);
    const text = journalOf(eventsOf(run));
    const first = text.indexOf('\n') + 1;
    for (let end = first; end <= text.length; end += 1) {
      const whole = text
        .slice(0, end)
        .split('\n')
        .filter((line) => line.includes('"test-end"'));
      const { totals } = resultFromJournal(text.slice(0, end));
      expect(totals.tests).toBeGreaterThanOrEqual(Math.max(0, whole.length - 1));
      expect(totals.tests).toBeLessThanOrEqual(whole.length);
    }
  });

  it.each([
    ['', 'the journal does not begin with a run-start line'],
    ['{"type":"warning","message":"x"}\n', 'the journal does not begin with a run-start line'],
    [
      `${journalOf(withoutEnd(mixedRun())).slice(0, 400)}\n{"type":"warning","message":"x"}\n`,
      'line 3 of the journal is damaged',
    ],
  ])('that is none is refused (%#)', (text, message) => {
    expect(() => resultFromJournal(text)).toThrow(message);
  });
});
