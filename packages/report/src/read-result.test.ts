import type { JsonObject, JsonValue, RunResult } from '@mcp-test-harness/core';
import { compileSchema } from '@mcp-test-harness/core/json-schema';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import { parseRunResult } from './read-result.ts';
import type { Reporter } from './define.ts';
import json from './reporters/json.ts';
import { runResultJsonSchema, runResultSchema } from './result-schema.ts';
import type { Comparable } from './testing/comparable.ts';
import { greenRun, hostileRun, mixedRun } from './testing/example-runs.ts';

const render = (result: RunResult) => {
  const reporter = json.create({
    write: () => {},
    color: false,
    interactive: false,
    columns: 80,
    verbosity: 0,
    cwd: '/',
  });
  return [...((reporter as Reporter).render?.(result) ?? [])].join('');
};

describe('the schema of a result', () => {
  it('has the members of the type, no more and no fewer', () => {
    expectTypeOf<Comparable<z.output<typeof runResultSchema>>>().toEqualTypeOf<Comparable<RunResult>>();
  });

  it.each([
    ['mixed', mixedRun()],
    ['hostile', hostileRun()],
    ['green', greenRun()],
  ])('accepts a %s run and knows all its members', (_, run) => {
    const written: unknown = JSON.parse(render(run));
    expect(runResultSchema.parse(written)).toEqual(written);
  });

  it('becomes a JSON Schema that judges alike', async () => {
    const schema = runResultJsonSchema() as JsonObject;
    expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
    const compiled = await compileSchema(schema);
    expect(compiled.problems).toEqual([]);
    for (const run of [mixedRun(), hostileRun(), greenRun()]) {
      expect(compiled.validate(JSON.parse(render(run)) as JsonValue)).toEqual([]);
    }
    for (const fault of [
      { schemaVersion: 2 },
      { verdict: 'fine' },
      { totals: {} },
      { suites: [{ name: 3 }] },
    ]) {
      const broken = JSON.parse(JSON.stringify({ ...mixedRun(), ...fault })) as JsonValue;
      expect(compiled.validate(broken)).not.toEqual([]);
      expect(runResultSchema.safeParse(broken).success).toBe(false);
    }
  });
});

describe('parseRunResult', () => {
  it('reads what the json reporter wrote, byte for byte', async () => {
    const text = render(mixedRun());
    expect(render(await parseRunResult(text))).toBe(text);
  });

  it('keeps members that a newer version added', async () => {
    const newer = { ...mixedRun(), trend: 'rising' };
    expect(await parseRunResult(JSON.stringify(newer))).toHaveProperty('trend', 'rising');
  });

  it.each([
    ['{"schemaVersion":1', 'results.json is not JSON'],
    ['[]', 'results.json is not a result of mcp-test-harness: the document: '],
    [JSON.stringify({ ...mixedRun(), schemaVersion: 2 }), 'mcp-test-harness: schemaVersion: '],
    [JSON.stringify({ ...mixedRun(), suites: [{ name: 3 }] }), 'mcp-test-harness: suites.0.name: '],
  ])('names the file and the place of what is wrong (%#)', async (text, message) => {
    await expect(parseRunResult(text, 'results.json')).rejects.toMatchObject({
      code: 'IO_READ',
      message: expect.stringContaining(message),
    });
  });
});
