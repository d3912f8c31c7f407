import type { Plan, RunEvent, RunResult } from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { configOptions, defineCommand, filterOptions } from '../command.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { paint, type Io } from '../io.ts';
import { loadFromArguments, planFromArguments, resolvePath } from '../load.ts';
import { harnessVersion } from '../version.ts';

export default defineCommand({
  name: 'test',
  summary: 'Run the suites of a configuration and tell what passed, what failed, and why.',
  usage: '[options]',
  details: `Each failing test names its line in the YAML, what was expected, what came, and a one-line
\`mcp-test-harness call\` that sends the request again. Reports: terminal (always, unless another
report goes to stdout), json, junit, html, markdown.`,
  options: {
    ...configOptions,
    ...filterOptions,
    report: {
      type: 'list',
      short: 'r',
      value: 'KIND[:FILE]',
      description:
        'Write a report: json, junit, html or markdown to FILE, or to stdout without FILE. Repeatable.',
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
    'update-snapshots': {
      type: 'boolean',
      short: 'u',
      description: 'Write snapshots that are missing or differ. Refused in CI.',
    },
    'dry-run': { type: 'boolean', description: 'Show what would run; start nothing.' },
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
      command: 'mcp-test-harness test --shard 1/4 --report json:shard-1.json',
      what: 'A quarter of the run; merge with `report`',
    },
  ],
  async run({ options }, io) {
    const set = [
      ...setFlag('global.fail_fast', options['fail-fast']),
      ...setFlag('global.max_global_concurrency', options.parallel),
      ...setFlag('global.global_timeout_seconds', options.timeout),
      ...setFlag('protocol_checks', options['protocol-checks']),
    ];
    const loaded = await loadFromArguments(options, io, set);
    const plan = await planFromArguments(loaded, options);
    if (options['dry-run'] === true) {
      const { renderPlan } = await import('../render-plan.ts');
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
    const outputDir =
      options['output-dir'] === undefined
        ? loaded.config.reporting.output_dir
        : resolvePath(io, options['output-dir']);
    return await runWithReports(plan, io, {
      reports: options.report,
      formats: loaded.config.reporting.formats,
      outputDir,
      quiet: options.quiet === true,
      updateSnapshots: options['update-snapshots'] === true,
    });
  },
});

interface RunArguments {
  readonly reports: readonly string[];
  readonly formats: readonly string[];
  readonly outputDir: string | undefined;
  readonly quiet: boolean;
  readonly updateSnapshots: boolean;
}

async function runWithReports(plan: Plan, io: Io, args: RunArguments): Promise<number> {
  const [{ runPlan }, { createSnapshotStore }, report, files] = await Promise.all([
    import('@mcp-test-harness/core/runner'),
    import('@mcp-test-harness/core/assertions'),
    import('@mcp-test-harness/report'),
    import('../report-files.ts'),
  ]);
  const explicit = files.readReportTargets(args.reports, io);
  const targets = [...explicit, ...files.configuredTargets(args.formats, args.outputDir)];
  const toStdout = explicit.filter(({ file }) => file === undefined);
  if (toStdout.length > 1) {
    throw new HarnessError({
      code: 'USAGE',
      message: 'two reports want stdout',
      hint: 'Give all but one of them a file: --report json:results.json.',
    });
  }
  const context = {
    write: io.stdout,
    color: io.color,
    interactive: io.interactive,
    columns: io.columns,
    verbosity: io.verbosity,
    cwd: io.cwd,
  };
  const stdoutKind = toStdout[0]?.kind ?? (args.quiet ? undefined : 'terminal');
  const live = stdoutKind === undefined ? undefined : await report.createReporter(stdoutKind, context);
  const reportFiles = await files.ReportFiles.open(targets, io);
  const listeners = [
    { name: 'journal', onEvent: (event: RunEvent) => reportFiles.onEvent(event) },
    ...(live?.onEvent === undefined ? [] : [{ name: stdoutKind ?? '', onEvent: live.onEvent }]),
  ];
  const onEvent = report.createMultiplexer(listeners, (name, error) =>
    io.stderr(
      `${paint(io, 'yellow', 'warning')}  the ${name} report failed and was switched off: ${String(error)}\n`,
    ),
  );

  const interrupt = listenForInterrupt(io);
  let result: RunResult;
  try {
    result = await runPlan(plan, {
      env: io.env,
      cwd: io.cwd,
      onEvent,
      signal: interrupt.signal,
      harness: {
        version: harnessVersion(),
        node: process.versions.node,
        platform: `${process.platform}-${process.arch}`,
      },
      snapshots: createSnapshotStore({ dir: plan.baseDir, update: args.updateSnapshots, ci: io.ci }),
    });
  } finally {
    live?.close?.();
    interrupt.dispose();
  }
  if (live?.render !== undefined) io.stdout(await live.render(result));
  const written = await reportFiles.finish(result);
  if (!args.quiet && stdoutKind === 'terminal') {
    for (const file of written) io.stdout(`${paint(io, 'dim', 'report')}  ${file}\n`);
  }
  return result.exitCode;
}

function setFlag(key: string, value: string | number | boolean | undefined): readonly string[] {
  return value === undefined ? [] : [`${key}=${String(value)}`];
}
