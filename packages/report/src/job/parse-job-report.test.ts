import type { JsonObject, JsonValue } from '@mcp-test-harness/core';
import { isHarnessError } from '@mcp-test-harness/core/errors';
import { compileSchema } from '@mcp-test-harness/core/json-schema';
import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import type { Comparable } from '../testing/comparable.ts';
import * as examples from '../testing/example-jobs.ts';
import { jobReportJsonSchema, jobReportSchema } from './job-report-schema.ts';
import { jobReportLimits } from './limits.ts';
import { parseJobReport } from './parse-job-report.ts';
import type { JobReport } from './types.ts';

const built: readonly (readonly [name: string, report: JobReport])[] = [
  ['all clear', examples.allClearJob()],
  ['regressed', examples.regressedJob()],
  ['first', examples.firstJob()],
  ['worse in every way', examples.worseJob()],
  ['cancelled', examples.cancelledJob()],
  ['errored', examples.configErrorJob()],
  ['hostile', examples.hostileJob()],
];

/** A copy with one member replaced. */
function withMember(report: JobReport, path: string, value: unknown): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(report));
  const names = path.split('.');
  const last = names.pop() ?? '';
  let at = copy as Record<string, unknown>;
  for (const name of names) at = at[name] as Record<string, unknown>;
  at[last] = value;
  return copy;
}

describe('parseJobReport', () => {
  it.each(built)('reads back a report that is %s, member by member', (_, report) => {
    expect(parseJobReport(JSON.stringify(report))).toEqual(report);
    expect(parseJobReport(report)).toEqual(report);
  });

  it('drops what it does not know, and freezes the rest', () => {
    const report = examples.worseJob();
    const odd = withMember(report, 'job.more', 1) as JobReport;
    const read = parseJobReport({
      ...odd,
      trend: 'x',
      tests: report.tests.map((run) => ({ ...run, more: {} })),
    });
    expect(read).toEqual(report);
    expect(Object.isFrozen(read.tests[0]?.failing.shown[0])).toBe(true);
  });

  it.each<[string, unknown, string]>([
    ['no JSON', '{"kind":', 'it is not JSON'],
    ['a number', 3, 'the document: '],
    ['nothing', undefined, 'it is undefined'],
    ['of another version', withMember(examples.firstJob(), 'schemaVersion', 2), 'schemaVersion: '],
    [
      'too large',
      JSON.stringify(withMember(examples.firstJob(), 'notes', 'x'.repeat(300_000))),
      'more than 256 KiB',
    ],
    ['too large in bytes', `"${'語'.repeat(90_000)}"`, 'more than 256 KiB'],
    ['deeper than any stack', '['.repeat(200_000), 'it is not JSON'],
    ['whole, and deeper than any stack', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'the document: '],
    ['with a long text', withMember(examples.firstJob(), 'job.title', 'x'.repeat(501)), 'job.title: '],
    [
      'with a long list',
      withMember(
        examples.firstJob(),
        'fixed.shown',
        Array.from({ length: 51 }, () => 'x'),
      ),
      'fixed',
    ],
    ['with less than it shows', withMember(examples.fixedJob(), 'fixed.total', 0), 'fixed: total is smaller'],
    [
      'with a path outside',
      withMember(examples.configErrorJob(), 'errors.shown.0.location.file', '../../etc/passwd'),
      'errors.shown.0.location.file: not a path inside',
    ],
    [
      'with an absolute path',
      withMember(examples.configErrorJob(), 'errors.shown.0.location.file', '/etc/passwd'),
      'not a path inside',
    ],
    ['with a commit that is none', withMember(examples.firstJob(), 'job.headSha', 'main'), 'job.headSha: '],
    [
      'with another kind of link',
      withMember(examples.firstJob(), 'links.0.url', 'javascript:alert(1)'),
      'links.0.url: ',
    ],
    [
      'with a link that breaks Markdown',
      withMember(examples.firstJob(), 'job.runUrl', 'https://a.example/) <b>'),
      'job.runUrl: ',
    ],
    ['with a number out of range', withMember(examples.firstJob(), 'durationMs', 1e300), 'durationMs: '],
  ])('refuses what is %s', (_, input, message) => {
    expect(() => parseJobReport(input, 'job.json')).toThrow(
      expect.objectContaining({
        code: 'IO_READ',
        message: expect.stringMatching(/^job\.json is not one that/),
      }),
    );
    expect(() => parseJobReport(input, 'job.json')).toThrow(message);
  });

  it('refuses what cannot be written as JSON', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(() => parseJobReport(circle)).toThrow('it cannot be written as JSON');
    expect(() => parseJobReport({ n: 1n })).toThrow('it cannot be written as JSON');
  });

  /** Reads or refuses: anything else is a fault. */
  function judge(input: unknown): void {
    let report: JobReport;
    try {
      report = parseJobReport(input);
    } catch (error) {
      expect(isHarnessError(error)).toBe(true);
      expect((error as Error).message.length).toBeLessThan(600);
      return;
    }
    expect(JSON.stringify(report).length).toBeLessThanOrEqual(jobReportLimits.bytes);
    expect(jobReportSchema.parse(report)).toEqual(report);
  }

  it('reads or refuses anything', () => {
    fc.assert(fc.property(fc.oneof(fc.anything(), fc.json(), fc.string()), judge));
  });

  it('reads or refuses a report of which anything was replaced', () => {
    const paths = [...new Set(built.flatMap(([, report]) => listPaths(report)))];
    fc.assert(
      fc.property(
        fc.constantFrom(...built),
        fc.constantFrom(...paths),
        fc.anything(),
        ([, report], path, value) => {
          let changed: unknown;
          try {
            changed = withMember(report, path, value);
          } catch {
            return;
          }
          judge(changed);
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** Paths of all members. */
function listPaths(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Object.entries(value).flatMap(([name, member]) =>
    listPaths(member, path === '' ? name : `${path}.${name}`),
  );
  return path === '' ? below : [path, ...below];
}

describe('the schema of the report of a job', () => {
  it('has the members of the type, no more and no fewer', () => {
    expectTypeOf<Comparable<z.output<typeof jobReportSchema>>>().toEqualTypeOf<Comparable<JobReport>>();
  });

  it('becomes a JSON Schema that judges alike', async () => {
    const compiled = await compileSchema(jobReportJsonSchema() as JsonObject);
    expect(compiled.problems).toEqual([]);
    for (const [, report] of built) {
      expect(compiled.validate(JSON.parse(JSON.stringify(report)) as JsonValue)).toEqual([]);
    }
    const broken = withMember(examples.firstJob(), 'outcome', 'fine') as JsonValue;
    expect(compiled.validate(broken)).not.toEqual([]);
  });
});
