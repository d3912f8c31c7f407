/**
 * Holds test/features.md against the last run of the tests: every feature of the operational guide has its row, and each
 * test that a row names exists and passed. Ends with 1 and what does not hold. `npm test` and `npm run test:compliance`
 * write what is read here.
 *
 *   npm run features -- [--allow-skipped]
 *
 * `--allow-skipped`: a row whose tests were skipped, since something that they need is not on this machine, is only told.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checkRows, expectedRows, sections } from './features/check-rows.ts';
import { parseTable } from './features/parse-table.ts';
import type { FeatureRow } from './features/parse-table.ts';
import { readResults } from './features/read-results.ts';

/** What the script is run on; another one in its test. */
interface Workplace {
  readonly root: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly allowSkipped: boolean;
  readonly say: (line: string) => void;
}

/** The exit code. */
export function checkFeatures({ root, counts, allowSkipped, say }: Workplace): number {
  const { rows, faults } = parseTable(readFileSync(join(root, 'test/features.md'), 'utf8'));
  for (const { line, message } of faults) say(`test/features.md:${line}: ${message}`);
  const outcomes = readResults(join(root, 'test-results'), root);
  if (outcomes === undefined) {
    say('There is no last run of the tests: run npm test and npm run test:compliance first.');
    return 1;
  }
  const { scripts = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly scripts?: Readonly<Record<string, string>>;
  };
  const problems = checkRows(rows, expectedRows(counts), {
    outcomes,
    hasFile: (path) => existsSync(join(root, path)),
    hasScript: (name) => Object.hasOwn(scripts, name),
  });
  for (const { id, message } of problems) say(`${id}: ${message}`);
  const fatal = problems.filter(({ isSkip }) => !(isSkip && allowSkipped));
  say(summarise(rows, new Set(problems.map(({ id }) => id))));
  return faults.length + fatal.length === 0 ? 0 : 1;
}

function summarise(rows: readonly FeatureRow[], unproved: ReadonlySet<string>): string {
  const proved = rows.filter(({ id }) => !unproved.has(id));
  const by = (kind: string) => proved.filter(({ proofs }) => proofs.some((proof) => proof.kind === kind));
  const byTests = by('test').length;
  const byScripts = by('script').filter((row) => !by('test').includes(row)).length;
  const absent = proved.length - byTests - byScripts;
  return `${rows.length} rows: ${byTests} proved by tests, ${byScripts} by scripts, ${absent} cannot be proved here, ${unproved.size} with problems`;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { 'allow-skipped': { type: 'boolean', default: false } } });
  process.exitCode = checkFeatures({
    root: resolve(import.meta.dirname, '..'),
    counts: sections,
    allowSkipped: values['allow-skipped'],
    say: (line) => console.log(line),
  });
}
