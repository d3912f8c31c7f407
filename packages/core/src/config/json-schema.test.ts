import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fileSchema } from '../../../../scripts/generators/config-schema.ts';

const root = resolve(import.meta.dirname, '../../../..');
const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);
const validate = ajv.compile(fileSchema());

const problemsOf = (config: unknown): readonly string[] => {
  validate(config);
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
};

const goodFiles = globSync(['examples/**/*.yaml', 'test/fixtures/**/mcp-test-harness*.yaml'], { cwd: root })
  .filter((file) => !/node_modules|__snapshots__|[/\\]data[/\\]/.test(file))
  .filter((file) => /test_suites:/.test(readFileSync(resolve(root, file), 'utf8')));

describe('the JSON Schema of the configuration', () => {
  it('finds the examples', () => {
    expect(goodFiles.length).toBeGreaterThan(2);
  });

  it.each(goodFiles)('accepts %s', (file) => {
    expect(problemsOf(parse(readFileSync(resolve(root, file), 'utf8'), { merge: true }))).toEqual([]);
  });

  it.each([
    [
      'what is resolved before validation',
      {
        extends: 'a.yaml',
        include: ['b/*.yaml'],
        _merge_mode: 'append',
        environments: { dev: { log_level: 'debug', server: { _merge_mode: 'append' } } },
      },
    ],
    [
      '${...} for numbers, booleans and choices',
      { global: { max_global_concurrency: '${N}', fail_fast: '${F:-true}', log_level: '${L}' } },
    ],
    ['aliases', { server: { start_command: 'node s.js' } }],
  ])('accepts %s', (_what, config) => {
    expect(problemsOf(config)).toEqual([]);
  });

  it.each([
    ['an unknown key', { servr: {} }],
    ['an unknown key of a test', { test_suites: [{ name: 'a', test_cases: [{ id: 'a', toolname: 'x' }] }] }],
    [
      'an unknown key of a step',
      { test_suites: [{ name: 'a', test_cases: [{ id: 'a', cleanup_steps: [{ toolname: 'x' }] }] }] },
    ],
    ['a text for a number', { global: { max_global_concurrency: 'ten' } }],
    ['a missing id', { test_suites: [{ name: 'a', test_cases: [{ method: 'ping' }] }] }],
    ['an unknown key of an environment', { environments: { dev: { log_lvl: 'debug' } } }],
  ])('refuses %s', (_what, config) => {
    expect(problemsOf(config)).not.toEqual([]);
  });

  it('describes every key', () => {
    const undescribed: string[] = [];
    const visit = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return;
      const { properties } = schema as {
        properties?: Record<string, { description?: string; $ref?: string; allOf?: unknown }>;
      };
      for (const [key, property] of Object.entries(properties ?? {})) {
        if (property.description === undefined && property.$ref === undefined)
          undescribed.push(`${path}.${key}`);
      }
      for (const [key, value] of Object.entries(schema)) visit(value, `${path}/${key}`);
    };
    visit(fileSchema(), '');
    expect(undescribed).toEqual([]);
  });
});
