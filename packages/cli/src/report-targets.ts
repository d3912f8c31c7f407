import { HarnessError } from '@mcp-test-harness/core/errors';
import { reporters, type ReporterDefinition } from '@mcp-test-harness/report';
import { resolve } from 'node:path';
import type { Io } from './io.ts';
import { nearestName } from '@mcp-test-harness/core/nearest';

/** One `--report KIND[:FILE]`. */
export interface ReportTarget {
  readonly kind: string;
  /** Absolute; undefined means stdout. */
  readonly file: string | undefined;
}

/** What a target needs to know of a reporter. */
type KnownReporter = Pick<ReporterDefinition, 'name' | 'defaultFile'>;

/**
 * Reads `--report` values.
 * @param known the registry that the kinds come from
 * @throws HarnessError USAGE for what could not be written as it is asked for
 */
export function readReportTargets(
  values: readonly string[],
  io: Io,
  known: readonly KnownReporter[] = reporters,
): readonly ReportTarget[] {
  const targets = values.map((value) => readTarget(value, io, known));
  if (targets.filter(({ file }) => file === undefined).length > 1) {
    throw new HarnessError({
      code: 'USAGE',
      message: 'two reports want stdout',
      hint: 'Give all but one of them a file: --report json:results.json.',
    });
  }
  return targets;
}

function readTarget(value: string, io: Io, definitions: readonly KnownReporter[]): ReportTarget {
  const [, kind = '', file] = /^([^:]*)(?::(.*))?$/s.exec(value) ?? [];
  const definition = definitions.find(({ name }) => name === kind);
  if (definition === undefined) {
    const known = definitions.map(({ name }) => name);
    const near = nearestName(kind, known);
    throw new HarnessError({
      code: 'USAGE',
      message: `unknown report "${kind}"`,
      hint: `${near === undefined ? '' : `Did you mean ${near}? `}Known: ${known.join(', ')}. For example --report html:report.html.`,
    });
  }
  if (file === '') {
    throw new HarnessError({
      code: 'USAGE',
      message: `--report ${value} names no file`,
      hint: 'For example --report json:results.json.',
    });
  }
  if (file !== undefined && definition.defaultFile === undefined) {
    throw new HarnessError({
      code: 'USAGE',
      message: `--report ${value}: the ${kind} report goes only to the screen`,
      hint: `Send the output of the command to the file (> ${file}), or choose a report that is a document: --report markdown:${file}.`,
    });
  }
  return { kind, file: file === undefined ? undefined : resolve(io.cwd, file) };
}

/** The kind of the one that has no file. */
export function stdoutKind(targets: readonly ReportTarget[]): string | undefined {
  return targets.find(({ file }) => file === undefined)?.kind;
}

/**
 * `--json` wants stdout for itself.
 * @throws HarnessError USAGE when a report wants it too
 */
export function refuseSecondStdout(kind: string | undefined): void {
  if (kind === undefined) return;
  throw new HarnessError({
    code: 'USAGE',
    message: `--json and --report ${kind} both want stdout`,
    hint: `Give the report a file: --report ${kind}:FILE.`,
  });
}

/** What is to be said when formats have nowhere to go; undefined: nothing. */
export function warnOfUnwritten(
  formats: readonly string[],
  outputDir: string | undefined,
): string | undefined {
  if (outputDir !== undefined || formats.length === 0) return undefined;
  return `reporting.formats (${formats.join(', ')}) are not written, since reporting.output_dir is not set`;
}

/**
 * The targets that `reporting.formats` and `reporting.output_dir` ask for.
 * @param known the registry that they come from; a format that it has not is one of other commands
 */
export function configuredTargets(
  formats: readonly string[],
  outputDir: string | undefined,
  known: readonly KnownReporter[] = reporters,
): readonly ReportTarget[] {
  if (outputDir === undefined) return [];
  return formats.flatMap((kind) => {
    const file = known.find(({ name }) => name === kind)?.defaultFile;
    return file === undefined ? [] : [{ kind, file: resolve(outputDir, file) }];
  });
}

/** A target that is no stdout. */
export interface FileTarget extends ReportTarget {
  readonly file: string;
}

/**
 * Those that have a file, each once.
 * @throws HarnessError USAGE for a file that two kinds want
 */
export function distinctFiles(targets: readonly ReportTarget[]): readonly FileTarget[] {
  const byFile = new Map<string, FileTarget>();
  for (const { kind, file } of targets) {
    if (file === undefined) continue;
    const other = byFile.get(file);
    if (other !== undefined && other.kind !== kind) {
      throw new HarnessError({
        code: 'USAGE',
        message: `the ${other.kind} report and the ${kind} report both want ${file}`,
        hint: 'Give each a file of its own.',
      });
    }
    byFile.set(file, { kind, file });
  }
  return [...byFile.values()];
}
