import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

type TestStatus = 'passed' | 'failed' | 'skipped';

/** One test of the last run. */
export interface TestOutcome {
  /** Its describes and itself, as the terminal prints them, `a > b > c`, without the reasons of what was skipped. */
  readonly name: string;
  readonly status: TestStatus;
}

/** What Vitest's reporter `json` writes, as far as it is read here. */
interface JsonReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

/**
 * The tests of the last runs by file, relative to `root`: one report of each part that the tests are run in.
 * Undefined when there is no report.
 */
export function readResults(
  folder: string,
  root: string,
): ReadonlyMap<string, readonly TestOutcome[]> | undefined {
  const outcomes = new Map<string, TestOutcome[]>();
  const files = listReports(folder);
  if (files.length === 0) return undefined;
  for (const file of files) {
    const report = JSON.parse(readFileSync(join(folder, file), 'utf8')) as JsonReport;
    for (const { name, assertionResults } of report.testResults) {
      const path = relative(root, name).split(sep).join('/');
      const known = outcomes.get(path) ?? [];
      for (const { ancestorTitles, title, status } of assertionResults)
        known.push({
          name: [...ancestorTitles, title].map(withoutReason).join(' > '),
          status: toStatus(status),
        });
      outcomes.set(path, known);
    }
  }
  return outcomes;
}

/** Groups that were skipped say why in their own names: `(skipped: no promtool)`. */
function withoutReason(title: string): string {
  return title.replace(/ \(skipped\b.*\)$/, '');
}

function listReports(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
}

function toStatus(status: string): TestStatus {
  return status === 'passed' || status === 'failed' ? status : 'skipped';
}
