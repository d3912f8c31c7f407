import type { FeatureRow, Proof, TestProof } from './parse-table.ts';
import type { TestOutcome } from './read-results.ts';

/** The rows that there are: how many of each section. */
export const sections = {
  A: 11,
  B: 14,
  C: 66,
  D: 20,
  E: 7,
  F: 8,
  G: 14,
  H: 15,
  I: 7,
  J: 11,
  K: 13,
  L: 5,
  M: 7,
} as const;

/** Every row that a table of these sections has to have. */
export function expectedRows(counts: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(counts).flatMap(([section, count]) =>
    Array.from({ length: count }, (_, index) => `${section}${index + 1}`),
  );
}

/** What proofs are held against. */
interface Evidence {
  readonly outcomes: ReadonlyMap<string, readonly TestOutcome[]>;
  readonly hasFile: (path: string) => boolean;
  readonly hasScript: (name: string) => boolean;
}

/** Why a row is not proved by the last run. */
interface RowProblem {
  readonly id: string;
  readonly message: string;
  /** Its tests were only skipped: here, something is absent that they need. */
  readonly isSkip: boolean;
}

/** Rows that are missing, doubled or unknown, and proofs that do not hold. */
export function checkRows(
  rows: readonly FeatureRow[],
  expected: readonly string[],
  evidence: Evidence,
): readonly RowProblem[] {
  const problems: RowProblem[] = [];
  const report = (id: string, message: string, isSkip = false): void => {
    problems.push({ id, message, isSkip });
  };
  const known = new Set(expected);
  const seen = new Map<string, number>();
  for (const { id, line, proofs } of rows) {
    if (!known.has(id)) report(id, `line ${line}: there is no such row`);
    const before = seen.get(id);
    if (before !== undefined) report(id, `line ${line}: it stands in line ${before} already`);
    seen.set(id, line);
    if (proofs.length === 0) report(id, `line ${line}: nothing proves it`);
    for (const proof of proofs) {
      const { message, isSkip } = checkProof(proof, evidence);
      if (message !== undefined) report(id, `line ${line}: ${message}`, isSkip);
    }
  }
  for (const id of expected) if (!seen.has(id)) report(id, 'it is missing from the table');
  return problems;
}

interface Checked {
  readonly message: string | undefined;
  readonly isSkip: boolean;
}

const fine: Checked = { message: undefined, isSkip: false };
const wrong = (message: string): Checked => ({ message, isSkip: false });

function checkProof(proof: Proof, { outcomes, hasFile, hasScript }: Evidence): Checked {
  if (proof.kind === 'absent') return fine;
  if (proof.kind === 'script') {
    const name = /^npm run (\S+)$/.exec(proof.script)?.[1];
    const exists = name === undefined ? hasFile(proof.script) : hasScript(name);
    return exists ? fine : wrong(`there is no ${proof.script}`);
  }
  if (!hasFile(proof.file)) return wrong(`there is no ${proof.file}`);
  const ran = outcomes.get(proof.file);
  return ran === undefined ? wrong(`${proof.file} was not in the last run`) : checkTests(proof, ran);
}

function checkTests({ file, name }: TestProof, ran: readonly TestOutcome[]): Checked {
  const named = name === undefined ? ran : ran.filter((test) => test.name.startsWith(name));
  const what = name === undefined ? file : `${file}: "${name}"`;
  if (named.length === 0) return wrong(`${what} names no test of the last run`);
  const failed = named.find(({ status }) => status === 'failed');
  if (failed !== undefined) return wrong(`${what} failed: ${failed.name}`);
  // A group may have members that are for another system; one that ran is needed.
  return named.some(({ status }) => status === 'passed')
    ? fine
    : { message: `${what} was skipped`, isSkip: true };
}
