import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHarnessError, type HarnessError } from '../errors.ts';
import type { Baseline } from './document-schema.ts';
import { parseBaseline, parseJournal, readResponseTimes, writeBaseline } from './parse-baseline.ts';
import { makeBaseline, makeRun } from './testing/make-runs.ts';

const sound = makeBaseline([makeRun(), makeRun({ day: 1 })]);
const text = writeBaseline(sound);
/** The text with one member changed, wherever it first stands. */
const change = (from: string | RegExp, to: string): string => {
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  return changed;
};

async function faultOf(broken: string): Promise<HarnessError> {
  const error: unknown = await parseBaseline(broken, 'baseline.json').catch((fault: unknown) => fault);
  if (!isHarnessError(error)) throw new Error('it was accepted');
  return error;
}

describe('the text of a baseline', () => {
  it('is read as it was written', async () => {
    expect(await parseBaseline(text, 'x')).toEqual(sound);
  });

  it.each([
    ['half of it', () => text.slice(0, text.length / 2), /corrupt, no JSON/],
    ['nothing', () => '', /corrupt, no JSON/],
    ['another document', () => '{"response_times": [1, 2]}', /not a baseline/],
    ['NaN', () => change(/"meanMs": [\d.]+/, '"meanMs": NaN'), /corrupt, no JSON/],
    ['more than any number', () => change(/"meanMs": [\d.]+/, '"meanMs": 1e999'), /meanMs/],
    ['a negative time', () => change(/"meanMs": [\d.]+/, '"meanMs": -1'), /meanMs/],
    ['a date that is none', () => change(/"at": "[^"]+"/, '"at": "yesterday"'), /at: /],
    ['an unknown member', () => change('"unit"', '"units": 1, "unit"'), /Unrecognized key|units/],
    ['__proto__', () => change('"unit"', '"__proto__": {"green": true}, "unit"'), /__proto__/],
    ['a newer version', () => change('"version": 1', '"version": 2'), /version 2, and this .* reads up to 1/],
    ['endless nesting', () => '['.repeat(100_000) + ']'.repeat(100_000), /nested more than 200 deep/],
    ['too much', () => `"${'x'.repeat(33 * 1024 * 1024)}"`, /too large/],
    [
      'too many runs',
      () => JSON.stringify({ ...sound, history: Array.from({ length: 1001 }, () => sound.history[0]) }),
      /history/,
    ],
  ])('is refused: %s', async (_name, broken, message) => {
    const fault = await faultOf(broken());
    expect(fault.code).toBe('IO_READ');
    expect(fault.message).toMatch(message);
    expect(fault.location?.file).toBe('baseline.json');
  });

  it('names the line of a fault and how to mend it', async () => {
    const broken = change(/"cvPercent": [\d.]+/, '"cvPercent": "5"');
    const fault = await faultOf(broken);
    expect(fault.location?.line).toBe(
      broken.split('\n').findIndex((line) => line.includes('"cvPercent": "5"')) + 1,
    );
    expect(fault.hint).toContain('baseline rebuild');
  });

  it('never crashes on what somebody made of it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(text.length - 1),
        fc.string({ maxLength: 6 }),
        fc.nat(40),
        async (at, inserted, cut) => {
          const mutated = text.slice(0, at) + inserted + text.slice(at + cut);
          const outcome = await parseBaseline(mutated, 'x').catch((error: unknown) => error);
          expect(isHarnessError(outcome) || (outcome as Baseline).kind === 'baseline').toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('never crashes on any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect(
          isHarnessError(await parseBaseline(JSON.stringify(value), 'x').catch((error: unknown) => error)),
        ).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a journal', () => {
  it('loses the line that a crash has cut off, and no other', async () => {
    const event = (sequence: number) =>
      JSON.stringify({ event: 'recorded', sequence, at: sound.approved.at, by: 'x', run: makeRun() });
    const { events, faultyLines } = await parseJournal(
      `${event(1)}\n${event(2).slice(0, 40)}\n${event(3)}\n`,
    );
    expect(events.map(({ sequence }) => sequence)).toEqual([1, 3]);
    expect(faultyLines).toEqual([2]);
  });
});

describe('response times', () => {
  it('are read of other tools’ documents too', async () => {
    expect(await readResponseTimes('{"response_times": [1, 2.5], "more": true}', 'x')).toEqual([1, 2.5]);
    expect(await readResponseTimes('{"p50": 3}', 'x')).toEqual([]);
    await expect(readResponseTimes('{"response_times": [1, -2]}', 'x')).rejects.toThrow(/no list of times/);
    await expect(readResponseTimes(change('"unit": "ms"', '"unit": "s"'), 'x')).rejects.toThrow(/unit/);
  });
});
