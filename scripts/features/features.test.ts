import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkFeatures } from '../features.ts';
import { parseTable } from './parse-table.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mcp-features-'));
  write('package.json', JSON.stringify({ scripts: { bench: 'node bench.ts' } }));
  write('a.test.ts', '');
  write('test/b.test.ts', '');
  write('deploy/install.sh', '');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** A report as Vitest writes it. */
function writeReport(name: string, tests: Readonly<Record<string, Readonly<Record<string, string>>>>): void {
  const testResults = Object.entries(tests).map(([file, statuses]) => ({
    name: join(root, file),
    assertionResults: Object.entries(statuses).map(([full, status]) => {
      const titles = full.split(' > ');
      return { ancestorTitles: titles.slice(0, -1), title: titles.at(-1), status };
    }),
  }));
  write(`test-results/${name}.json`, JSON.stringify({ testResults }));
}

const sound = {
  A1: '`a.test.ts`: `adds > small numbers`',
  A2: 'script `npm run bench`: measures',
  B1: 'not here: no macOS',
};

function run(rows: Readonly<Record<string, string>>, allowSkipped = false) {
  const lines = Object.entries(rows).map(
    ([id, proofs]) => `| ${id.replace(/-.*/, '')} | Title | ${proofs} |`,
  );
  write(
    'test/features.md',
    ['# Features', '', '| Row | What | Proof |', '|---|---|---|', ...lines].join('\n'),
  );
  const said: string[] = [];
  const exitCode = checkFeatures({
    root,
    counts: { A: 2, B: 1 },
    allowSkipped,
    say: (line) => void said.push(line),
  });
  return { exitCode, said };
}

function writeSoundReports(): void {
  writeReport('tests', {
    'a.test.ts': {
      'adds > small numbers': 'passed',
      'adds > large numbers': 'failed',
      'other | `one`': 'passed',
    },
  });
  writeReport('compliance', {
    'test/b.test.ts': {
      'b > one': 'skipped',
      'b > two': 'passed',
      'c (skipped: no promtool) > one': 'skipped',
    },
  });
}

describe('npm run features', () => {
  it('ends with 0 when every row is proved', () => {
    writeSoundReports();
    expect(run(sound)).toEqual({
      exitCode: 0,
      said: ['3 rows: 1 proved by tests, 1 by scripts, 1 cannot be proved here, 0 with problems'],
    });
  });

  it('says so when there is no last run', () => {
    expect(run(sound)).toEqual({ exitCode: 1, said: [expect.stringContaining('no last run')] });
  });

  it.each<[what: string, rows: Readonly<Record<string, string>>, said: string]>([
    ['a row is missing', { A1: sound.A1, B1: sound.B1 }, 'A2: it is missing from the table'],
    ['a row is doubled', { ...sound, 'A1-again': sound.A1 }, 'A1: line 8: it stands in line 5 already'],
    ['a row is unknown', { ...sound, A3: sound.A1 }, 'A3: line 8: there is no such row'],
    ['nothing is named', { ...sound, A1: '' }, 'A1: line 5: nothing proves it'],
    [
      'a cell is prose',
      { ...sound, A1: 'surely' },
      'test/features.md:5: A1: no proof can be read from "surely"',
    ],
    ['a file is missing', { ...sound, A1: '`no.test.ts`' }, 'A1: line 5: there is no no.test.ts'],
    [
      'a test is missing',
      { ...sound, A1: '`a.test.ts`: `adds > big`' },
      'A1: line 5: a.test.ts: "adds > big" names no test of the last run',
    ],
    [
      'a test failed',
      { ...sound, A1: '`a.test.ts`: `adds > large numbers`' },
      'A1: line 5: a.test.ts: "adds > large numbers" failed: adds > large numbers',
    ],
    [
      'one of a group failed',
      { ...sound, A1: '`a.test.ts`: `adds`' },
      'A1: line 5: a.test.ts: "adds" failed: adds > large numbers',
    ],
    [
      'all of a group were skipped',
      { ...sound, A1: '`test/b.test.ts`: `c`' },
      'A1: line 5: test/b.test.ts: "c" was skipped',
    ],
    [
      'a script is missing',
      { ...sound, A2: 'script `deploy/no.sh`: x' },
      'A2: line 6: there is no deploy/no.sh',
    ],
    [
      'an npm script is missing',
      { ...sound, A2: 'script `npm run no`' },
      'A2: line 6: there is no npm run no',
    ],
  ])('ends with 1 when %s', (_what, rows, said) => {
    writeSoundReports();
    const { exitCode, said: lines } = run(rows);
    expect([exitCode, lines]).toEqual([1, expect.arrayContaining([said])]);
  });

  it('ends with 1 when a file was not in the last run', () => {
    writeReport('tests', {});
    expect(run(sound).said).toContain('A1: line 5: a.test.ts was not in the last run');
  });

  it('takes several names and several files, a whole file, and a path as a script', () => {
    writeSoundReports();
    const rows = {
      A1: '`a.test.ts`: `adds > small numbers`, `` other \\| `one` ``<br>`test/b.test.ts`: `b > `',
      A2: 'script `deploy/install.sh`: installs',
      B1: '`test/b.test.ts`',
    };
    expect(run(rows).said).toEqual([
      '3 rows: 2 proved by tests, 1 by scripts, 0 cannot be proved here, 0 with problems',
    ]);
  });

  it('only tells of skipped tests where that is asked for', () => {
    writeSoundReports();
    const { exitCode, said } = run({ ...sound, A1: '`test/b.test.ts`: `c > one`' }, true);
    expect([exitCode, said[0]]).toEqual([0, 'A1: line 5: test/b.test.ts: "c > one" was skipped']);
  });
});

describe('parseTable', () => {
  it('reads rows and nothing else', () => {
    const text = '| Row | What | Proof |\n|---|---|---|\n| A1 | a \\| b | not here: why |\ntext | A2 |\n';
    expect(parseTable(text)).toEqual({
      rows: [{ id: 'A1', title: 'a | b', proofs: [{ kind: 'absent', reason: 'why' }], line: 3 }],
      faults: [],
    });
  });

  it('tells of a row with too many cells', () => {
    expect(parseTable('| A1 | a | b | c |').faults).toEqual([
      { line: 1, message: 'A1: expected | A1 | title | proofs |' },
    ]);
  });
});
