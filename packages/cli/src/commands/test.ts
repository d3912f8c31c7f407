import type { Connect, Plan, ProtocolVersion, RunListener, RunResult } from '@mcp-test-harness/core';
import type { BaselineMode, RunBaselines } from '@mcp-test-harness/core/baseline';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { baselineOptions, readBaselineMode } from '../baseline/mode.ts';
import { openRunBaselines } from '../baseline/open-for-run.ts';
import { configOptions, defineCommand, filterOptions, type ParsedArguments } from '../command.ts';
import { paint, type Io } from '../io.ts';
import { loadFromArguments, planFromArguments, resolvePath, showWarnings } from '../load.ts';
import { atLogLevel } from '../log-level.ts';
import { openPush, type Push } from '../metrics/push.ts';
import { pushOptions } from '../metrics/push-options.ts';
import { warnOfUnwritten } from '../report-targets.ts';
import { harnessVersion } from '../version.ts';

export default defineCommand({
  name: 'test',
  summary: 'Run the suites of a configuration and tell what passed, what failed, and why.',
  usage: '[options]',
  details: `Each failing test names its line in the YAML, what was expected, what came, and a one-line
\`mcp-test-harness call\` that sends the request again. Reports: terminal (always, unless another
report goes to stdout), json, junit, html, markdown, sarif.
-v tells of the servers and the slowest tests too, -vv shows every exchange uncut, -vvv also each frame as it
goes over the wire, on stderr.`,
  options: {
    ...configOptions,
    ...filterOptions,
    report: {
      type: 'list',
      short: 'r',
      value: 'KIND[:FILE]',
      description:
        'Write a report: json, junit, html, markdown or sarif to FILE, or to stdout without FILE. Repeatable.',
    },
    'output-dir': {
      type: 'string',
      short: 'o',
      value: 'DIR',
      description: 'Directory for the reports of `reporting.formats`; sets reporting.output_dir.',
    },
    'fail-fast': { type: 'boolean', description: 'Skip the rest after the first test that did not pass.' },
    parallel: {
      type: 'number',
      short: 'p',
      value: 'N',
      description: 'How many tests run at once; sets global.max_global_concurrency.',
    },
    timeout: {
      type: 'number',
      value: 'SECONDS',
      description: 'Budget of the whole run; sets global.global_timeout_seconds.',
    },
    'protocol-checks': {
      type: 'string',
      value: 'LEVEL',
      choices: ['error', 'warn', 'off'],
      description: 'What a violation of the protocol does.',
    },
    'protocol-version': {
      type: 'string',
      value: 'REVISION',
      description:
        'Protocol revision to ask every server for; latest; or all: run everything once under each revision that the server speaks.',
    },
    'min-coverage': {
      type: 'number',
      value: 'PERCENT',
      description:
        'Fail unless tests use that share of the tools, resources, templates and prompts that the servers list; as coverage.min_percent.',
    },
    'update-snapshots': {
      type: 'boolean',
      short: 'u',
      description: 'Write snapshots that are missing or differ. Refused in CI.',
    },
    'dry-run': { type: 'boolean', description: 'Show what would run; start nothing.' },
    ...baselineOptions,
    contract: {
      type: 'boolean',
      description: 'With a baseline: what the servers offer their callers belongs to it too.',
    },
    ...pushOptions,
    quiet: { type: 'boolean', short: 'q', description: 'Nothing on the terminal but errors.' },
  },
  examples: [
    { command: 'mcp-test-harness test', what: 'Everything in mcp-test-harness.yaml' },
    {
      command: 'mcp-test-harness test -s core-tools -t "echo-*" -v',
      what: 'Some tests of one suite, with more detail',
    },
    {
      command: 'mcp-test-harness test --report html:report.html --report junit:junit.xml',
      what: 'With reports',
    },
    {
      command: 'mcp-test-harness test --protocol-version all --min-coverage 80',
      what: 'Under every revision that the server speaks, using most of what it has',
    },
    {
      command: 'mcp-test-harness test --update-baseline',
      what: 'On every commit of the default branch; --compare-baseline elsewhere: what fails newly, is fixed, is flaky?',
    },
    {
      command: 'mcp-test-harness test --shard 1/4 --report json:shard-1.json',
      what: 'A quarter of the run; merge with `report`',
    },
  ],
  async run({ options }, given) {
    const mode = readMode(options);
    const set = [
      ...setFlag('global.fail_fast', options['fail-fast']),
      ...setFlag('global.max_global_concurrency', options.parallel),
      ...setFlag('global.global_timeout_seconds', options.timeout),
      ...setFlag('protocol_checks', options['protocol-checks']),
    ];
    const loaded = await loadFromArguments(options, given, { set });
    const io = atLogLevel(given, loaded);
    const push = options['dry-run'] === true ? undefined : await openPush(options, loaded, io);
    if (options['push-delete'] === true) {
      await push?.delete();
      return 0;
    }
    const plan = await planFromArguments(loaded, options, io, {
      minCoveragePercent: readPercent(options['min-coverage']),
      protocolVersion: await readVersion(options['protocol-version']),
    });
    if (options['dry-run'] === true) {
      const { renderPlan } = await import('../render-plan.ts');
      showWarnings(plan.warnings, io);
      io.stdout(renderPlan(plan, io));
      return 0;
    }
    if (options['update-snapshots'] === true && io.ci) {
      throw new HarnessError({
        code: 'USAGE',
        message: '--update-snapshots is refused in CI',
        hint: 'Snapshots are written on a developer machine, read by a person, and committed.',
      });
    }
    const { formats, output_dir: configuredDir } = loaded.config.reporting;
    const outputDir =
      options['output-dir'] === undefined ? configuredDir : resolvePath(io, options['output-dir']);
    checkFormats(formats, outputDir, options['output-dir'], io);
    const baselines =
      mode === undefined
        ? undefined
        : await openRunBaselines(
            mode,
            loaded,
            plan,
            { directory: options['baseline-dir'], directoryOption: '--baseline-dir' },
            io,
          );
    const quiet = options.quiet === true;
    const { runWithReports, stdoutReport } = await import('../run-with-reports.ts');
    // The terminal report shows them at its end; other reports hold them, but on stdout nobody reads them there.
    if (!quiet && stdoutReport(options.report, quiet) !== 'terminal') showWarnings(plan.warnings, io);
    let result: RunResult | undefined;
    const exitCode = await runWithReports(
      {
        reports: options.report,
        formats,
        outputDir,
        quiet,
        execute: async (onEvent, signal) => {
          result = await execute(plan, io, {
            onEvent,
            signal,
            updateSnapshots: options['update-snapshots'] === true,
            baselines,
            takesContracts: options.contract === true,
          });
          return result;
        },
      },
      io,
    );
    await tellOf(result, push);
    return exitCode;
  },
});

/** Part of a run is not what the next one is to be compared with. */
async function tellOf(result: RunResult | undefined, push: Push | undefined): Promise<void> {
  if (result?.complete === true) await push?.send(({ lastRunOf }) => lastRunOf(result));
}

interface Execution {
  readonly onEvent: RunListener;
  readonly signal: AbortSignal;
  readonly updateSnapshots: boolean;
  readonly baselines: RunBaselines | undefined;
  readonly takesContracts: boolean;
}

async function execute(plan: Plan, io: Io, execution: Execution): Promise<RunResult> {
  if (execution.baselines === undefined) return await runTests(plan, io, execution);
  const { withHeldEnd } = await import('../baseline/with-held-end.ts');
  const { concludeTests } = await import('../baseline/conclude-tests.ts');
  const { baselines, takesContracts, signal } = execution;
  return await withHeldEnd(
    execution.onEvent,
    (onEvent) => runTests(plan, io, { ...execution, onEvent }),
    (result) => concludeTests(baselines, plan, result, { takesContracts, signal }, io),
  );
}

async function runTests(
  plan: Plan,
  io: Io,
  { onEvent, signal, updateSnapshots }: Execution,
): Promise<RunResult> {
  const [{ runPlan }, { createSnapshotStore }] = await Promise.all([
    import('@mcp-test-harness/core/runner'),
    import('@mcp-test-harness/core/assertions'),
  ]);
  return await runPlan(plan, {
    env: io.env,
    cwd: io.cwd,
    onEvent,
    signal,
    harness: {
      version: harnessVersion(),
      node: process.versions.node,
      platform: `${process.platform}-${process.arch}`,
    },
    snapshots: createSnapshotStore({ dir: plan.baseDir, update: updateSnapshots, ci: io.ci }),
    ...(io.verbosity < 3 ? {} : { connect: await connectShowingFrames(io) }),
  });
}

async function connectShowingFrames(io: Io): Promise<Connect> {
  const [{ connect }, { renderFrame }] = await Promise.all([
    import('@mcp-test-harness/core/protocol'),
    import('../render-frame.ts'),
  ]);
  let sessions = 0;
  return (options) => {
    sessions += 1;
    const label = paint(io, 'dim', `${options.name ?? 'server'}#${sessions}`);
    return connect({ ...options, onFrame: (frame) => io.stderr(`${label} ${renderFrame(frame, io)}`) });
  };
}

/** Formats and their directory mean nothing without each other. */
function checkFormats(
  formats: readonly string[],
  outputDir: string | undefined,
  flag: string | undefined,
  io: Io,
): void {
  if (flag !== undefined && formats.length === 0) {
    throw new HarnessError({
      code: 'USAGE',
      message: `--output-dir ${flag}: the configuration names no reporting.formats to write there`,
      hint: `Name them there, or write one report with --report html:${flag}/report.html.`,
    });
  }
  const unwritten = warnOfUnwritten(formats, outputDir);
  if (unwritten !== undefined) showWarnings([unwritten], io);
}

function readMode(
  given: ParsedArguments<typeof baselineOptions>['options'] & {
    readonly contract: boolean | undefined;
    readonly shard: string | undefined;
  },
): BaselineMode | undefined {
  const mode = readBaselineMode(given, { command: 'test', shard: given.shard });
  if (mode !== undefined || given.contract !== true) return mode;
  throw new HarnessError({
    code: 'USAGE',
    message: '--contract means nothing without a baseline',
    hint: 'Add --compare-baseline, --update-baseline or --establish-baseline; or see `mcp-test-harness contract --help`.',
  });
}

async function readVersion(wanted: string | undefined): Promise<ProtocolVersion | undefined> {
  if (wanted === undefined || wanted === 'latest' || wanted === 'all') return wanted;
  const { readRevision } = await import('../target.ts');
  return await readRevision(wanted, ['latest', 'all']);
}

function readPercent(percent: number | undefined): number | undefined {
  if (percent === undefined || (percent >= 0 && percent <= 100)) return percent;
  throw new HarnessError({
    code: 'USAGE',
    message: `--min-coverage must be a percentage from 0 to 100, not ${percent}`,
    hint: 'For example --min-coverage 80.',
  });
}

function setFlag(key: string, value: string | number | boolean | undefined): readonly string[] {
  return value === undefined ? [] : [`${key}=${String(value)}`];
}
