import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { isHarnessError } from '../errors.ts';
import { formatError, loadConfig } from './index.ts';
import type { ConfigPath } from './index.ts';
import { writeFiles } from './testing/temporary-files.ts';

const files = writeFiles({});
afterAll(files.remove);
const file = join(files.directory, 'main.yaml');

async function loadText(text: string): Promise<Awaited<ReturnType<typeof loadConfig>>> {
  writeFileSync(file, text);
  return loadConfig({ file, env: { HOME: '/home/ada' } });
}

/** Pieces that configurations are made of, sound and broken. */
const piece = fc.constantFrom(
  'server:', 'servers:', 'test_suites:', 'variables:', 'environments:', 'extends:', 'include:', 'global:', 'expected:',
  ' name: core', ' command: x', '- id: a', '  - ', ' test_cases:', ' matrix: {a: [1]}', ' skip_if: a ==', ' ${HOME}',
  '${', '$${', '${{ 1 }}', '${{', '&a', '*a', '<<: *a', '!t', '|', '>', '"', "'", '[', ']', '{', '}', ': ', '\t', '\n',
  '\n  ', '\n    ', '---', '...', '%YAML 1.1', '#', '\u0000', '\uFEFF', '\u{1F600}', '1e999', '.nan', '~', 'null', '? ', ', ',
); // prettier-ignore

describe('loading any text', () => {
  const check = async (text: string): Promise<void> => {
    try {
      const { config } = await loadText(text);
      expect(config.test_suites).toBeInstanceOf(Array);
    } catch (error) {
      expect(isHarnessError(error), String(error)).toBe(true);
      expect(error).not.toMatchObject({ code: 'INTERNAL' });
      expect(formatError(error)).toMatch(/CONFIG_/);
    }
  };

  it('succeeds or tells what is wrong: pieces of configurations', async () => {
    const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
    await fc.assert(fc.asyncProperty(text, check), { numRuns: 400 });
  });

  it('succeeds or tells what is wrong: any characters', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 80 }), check), { numRuns: 200 });
  });

  it('succeeds or tells what is wrong: any values under known keys', async () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const config = fc.record(
      {
        server: fc.oneof(
          value,
          fc.record({ command: value, args: value, env: value, ready_when: value }, { requiredKeys: [] }),
        ),
        servers: value,
        client: fc.oneof(value, fc.record({ sampling: value, elicitation: value, roots: value })),
        variables: fc.oneof(
          value,
          fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('${a}', '${b.x}', '${c:-1}', 1)),
        ),
        environments: fc.oneof(value, fc.dictionary(fc.constantFrom('a', 'global'), value)),
        test_suites: fc.array(
          fc.oneof(
            value,
            fc.record({
              name: value,
              depends_on: value,
              test_cases: fc.array(
                fc.oneof(
                  value,
                  fc.record({
                    id: value,
                    steps: value,
                    cases: value,
                    matrix: value,
                    expected: value,
                    skip_if: value,
                  }),
                ),
                { maxLength: 2 },
              ),
            }),
          ),
          { maxLength: 2 },
        ),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(config, (given) => check(JSON.stringify(given))),
      { numRuns: 300 },
    );
  });
});

describe('locate', () => {
  const name = fc.stringMatching(/^[a-z]{1,8}$/);
  const suites = fc.uniqueArray(
    fc.record({ name, ids: fc.uniqueArray(name, { minLength: 1, maxLength: 4 }) }),
    { selector: (suite) => suite.name, minLength: 1, maxLength: 4 },
  );

  it('points at the line of the key or item that a path names', async () => {
    await fc.assert(
      fc.asyncProperty(suites, fc.nat({ max: 3 }), async (given, blankLines) => {
        const text = `${'\n'.repeat(blankLines)}${stringify({
          server: { command: 'x' },
          test_suites: given.map((suite) => ({
            name: suite.name,
            test_cases: suite.ids.map((id) => ({
              id,
              tool_name: 'echo',
              expected: { text: `text of ${id}` },
            })),
          })),
        })}`;
        const { locate } = await loadText(text);
        const lines = text.split('\n');
        const lineAt = (path: ConfigPath): string => {
          const place = locate(path);
          return (lines[(place?.line ?? 0) - 1] ?? '').slice((place?.column ?? 0) - 1);
        };
        for (const [s, suite] of given.entries()) {
          expect(lineAt(['test_suites', s])).toBe(`name: ${suite.name}`);
          for (const [t, id] of suite.ids.entries()) {
            const path = ['test_suites', s, 'test_cases', t];
            expect(lineAt(path)).toBe(lineAt([...path, 'id']));
            expect(lineAt([...path, 'expected', 'text'])).toBe(`text: text of ${id}`);
            expect(locate([...path, 'expected', 'json', 'a'])).toEqual(locate([...path, 'expected']));
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});
