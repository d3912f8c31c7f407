/** A named test, or all whose full name begins so. */
export interface TestProof {
  readonly kind: 'test';
  readonly file: string;
  /** Undefined: every test of the file. */
  readonly name: string | undefined;
}

/** A script, or a file that shows it, with what it does. */
interface ScriptProof {
  readonly kind: 'script';
  /** A path of the repository, or `npm run NAME`. */
  readonly script: string;
}

/** What cannot be proved here, and why. */
interface AbsentProof {
  readonly kind: 'absent';
  readonly reason: string;
}

export type Proof = TestProof | ScriptProof | AbsentProof;

/** A row of the table of features. */
export interface FeatureRow {
  readonly id: string;
  readonly title: string;
  readonly proofs: readonly Proof[];
  /** Of the table, from 1. */
  readonly line: number;
}

/** A cell that is none of what it may be. */
interface TableFault {
  readonly line: number;
  readonly message: string;
}

const rowPattern = /^\| *([A-Z]\d+) *\|(.*)\| *$/;
const separator = '<br>';

/**
 * Reads the rows `| ID | title | proofs |` of a page. Proofs are parted by `<br>`; each is
 * `` `FILE.test.ts`: `name` `` (further names follow, parted by commas), `` script `PATH or npm run NAME`: what it does ``
 * or `not here: reason`.
 */
export function parseTable(text: string): {
  readonly rows: readonly FeatureRow[];
  readonly faults: readonly TableFault[];
} {
  const rows: FeatureRow[] = [];
  const faults: TableFault[] = [];
  for (const [index, source] of text.split('\n').entries()) {
    const [, id = '', rest = ''] = rowPattern.exec(source) ?? [];
    if (id === '') continue;
    const line = index + 1;
    const [title = '', proofs = '', ...more] = splitCells(rest);
    if (title === '' || more.length > 0) {
      faults.push({ line, message: `${id}: expected | ${id} | title | proofs |` });
      continue;
    }
    const read = proofs
      .split(separator)
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map((part) => ({ part, proof: readProof(part) }));
    for (const { part, proof } of read)
      if (proof.length === 0) faults.push({ line, message: `${id}: no proof can be read from "${part}"` });
    rows.push({ id, title, proofs: read.flatMap(({ proof }) => proof), line });
  }
  return { rows, faults };
}

function splitCells(text: string): readonly string[] {
  return text.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function readProof(text: string): readonly Proof[] {
  const [, reason] = /^not here: (.+)$/.exec(text) ?? [];
  if (reason !== undefined) return [{ kind: 'absent', reason }];
  const spans = readCodeSpans(text);
  const [first, ...names] = spans;
  if (first === undefined) return [];
  if (text.startsWith('script `')) return [{ kind: 'script', script: first }];
  if (!text.startsWith('`') || !first.endsWith('.test.ts')) return [];
  return (names.length === 0 ? [undefined] : names).map((name) => ({ kind: 'test', file: first, name }));
}

/** Code between equal runs of backticks, without the spaces that keep backticks inside apart. */
function readCodeSpans(text: string): readonly string[] {
  return [...text.matchAll(/(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)/g)].map(([, ticks = '', code = '']) =>
    ticks.length > 1 ? code.trim() : code,
  );
}
