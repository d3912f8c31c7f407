import type { JsonObject, JsonValue } from '@mcp-test-harness/core';
import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { compileSchema } from '@mcp-test-harness/core/json-schema';
import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import { buildBenchmarkResult, buildComparison } from '../testing/benchmark-results.ts';
import * as examples from '../testing/example-benchmarks.ts';
import type { Comparable } from '../testing/comparable.ts';
import { isBenchmarkDocument, parseBenchmarkResult } from './read-benchmark-result.ts';
import { createBenchmarkReporter } from './reporters.ts';
import { benchmarkResultJsonSchema, benchmarkResultSchema } from './result-schema.ts';

const context = {
  write: () => {},
  color: false,
  interactive: false,
  columns: 80,
  verbosity: 0,
  cwd: '/',
};
const render = async (result: BenchmarkResult): Promise<string> =>
  [...(await createBenchmarkReporter('json', context)).render(result)].join('');
const runs = Object.entries(examples).map(([name, make]) => [name, make()] as const);

describe('the schema of a benchmark result', () => {
  it('has the members of the type, no more and no fewer', () => {
    expectTypeOf<Comparable<z.output<typeof benchmarkResultSchema>>>().toEqualTypeOf<
      Comparable<BenchmarkResult>
    >();
  });

  it.each(runs)('accepts a %s and knows all its members', async (_, run) => {
    const written: unknown = JSON.parse(await render(run));
    expect(benchmarkResultSchema.parse(written)).toEqual(written);
  });

  it('becomes a JSON Schema that judges alike', async () => {
    const compiled = await compileSchema(benchmarkResultJsonSchema() as JsonObject);
    expect(compiled.problems).toEqual([]);
    for (const [, run] of runs) {
      expect(compiled.validate(JSON.parse(await render(run)) as JsonValue)).toEqual([]);
    }
    for (const fault of [
      { schemaVersion: 2 },
      { kind: 'run' },
      { verdict: 'fine' },
      { benchmarks: [{ state: 'measured', id: 'a' }] },
      { settings: {} },
    ]) {
      const broken = JSON.parse(JSON.stringify({ ...examples.measuredRun(), ...fault })) as JsonValue;
      expect(compiled.validate(broken)).not.toEqual([]);
      expect(benchmarkResultSchema.safeParse(broken).success).toBe(false);
    }
  });
});

describe('parseBenchmarkResult', () => {
  it.each(runs)('reads what the json reporter wrote of a %s, byte for byte', async (_, run) => {
    const text = await render(run);
    expect(await render(await parseBenchmarkResult(text))).toBe(text);
  });

  it('keeps members that a newer version added', async () => {
    const newer = { ...examples.quietRun(), baseline: { runs: 20 } };
    expect(await parseBenchmarkResult(JSON.stringify(newer))).toHaveProperty('baseline.runs', 20);
  });

  it.each([
    ['{"kind":"benchmark"', 'b.json is not JSON'],
    ['[]', 'b.json is not a benchmark result of mcp-test-harness: the document: '],
    [JSON.stringify({ ...examples.quietRun(), schemaVersion: 2 }), 'mcp-test-harness: schemaVersion: '],
    [
      JSON.stringify(examples.quietRun()).replace('"durationMs":41300', '"durationMs":1e999'),
      'mcp-test-harness: durationMs: ',
    ],
    [
      JSON.stringify({ ...examples.quietRun(), warnings: Array.from({ length: 10_001 }, () => '') }),
      'mcp-test-harness: warnings: ',
    ],
    [
      `{"kind":"benchmark","deep":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      'nested more than 200 levels deep',
    ],
  ])('names the file and what is wrong in it (%#)', async (text, message) => {
    await expect(parseBenchmarkResult(text, 'b.json')).rejects.toMatchObject({
      code: 'IO_READ',
      message: expect.stringContaining(message) as unknown,
    });
  });

  it('of any JSON either gives a result that every reporter can render, or IO_READ', async () => {
    const base = JSON.parse(JSON.stringify(examples.comparedRun())) as Record<string, unknown>;
    const mutation = fc.tuple(fc.constantFrom(...Object.keys(base), 'extra'), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { maxLength: 3 }), async (mutations) => {
        const text = JSON.stringify({ ...base, ...Object.fromEntries(mutations) });
        const result = await parseBenchmarkResult(text).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'IO_READ' });
          return undefined;
        });
        if (result === undefined) return;
        for (const kind of ['terminal', 'markdown', 'html', 'json']) {
          const { render: toText } = await createBenchmarkReporter(kind, context);
          expect([...toText(result)].join('').length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('survives histograms that are none: the page then has no chart of them', async () => {
    const run = examples.comparedRun();
    const benchmarks = run.comparison?.benchmarks.map((one) => ({
      ...one,
      head: one.head === undefined ? undefined : { ...one.head, latency: emptied(one.head.latency) },
      base: undefined,
    }));
    const broken = buildBenchmarkResult({ comparison: buildComparison(benchmarks ?? []) });
    const result = await parseBenchmarkResult(JSON.stringify(broken));
    const { render: toText } = await createBenchmarkReporter('html', context);
    expect([...toText(result)].join('')).not.toContain('class="area');
  });
});

function emptied<T extends { readonly histogram: JsonObject } | undefined>(latency: T): T {
  return latency === undefined ? latency : { ...latency, histogram: { version: 9, buckets: [-1] } };
}

describe('isBenchmarkDocument', () => {
  it.each([
    [{ kind: 'benchmark' }, true],
    [{ schemaVersion: 1 }, false],
    [[], false],
    [null, false],
    ['benchmark', false],
  ])('of %j is %s', (value, expected) => {
    expect(isBenchmarkDocument(value)).toBe(expected);
  });
});
