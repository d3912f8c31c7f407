import type { ComplianceOptions, ComplianceResult } from '@mcp-test-harness/core/compliance';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { defineCommand, type ParsedArguments } from '../command.ts';
import { listenForInterrupt } from '../interrupt.ts';
import type { Io } from '../io.ts';
import { resolvePath } from '../load.ts';
import { resolveTarget, targetOptions } from '../target.ts';
import { harnessVersion } from '../version.ts';

const options = {
  ...targetOptions,
  timeout: { type: 'number', value: 'SECONDS', description: 'Longest wait for one answer. Default: 10.' },
  'call-tools': {
    type: 'string',
    value: 'POLICY',
    description:
      'Tools that may be called: read-only (those annotated readOnlyHint: true; the default), all, none, or NAME,NAME.',
  },
  strict: { type: 'boolean', description: 'Warnings (a SHOULD or MAY that is broken) fail too.' },
  'expected-failures': {
    type: 'string',
    value: 'FILE',
    description: 'YAML list of { id, reason, expires? }: broken, known, and not to fail the run.',
  },
  profile: {
    type: 'string',
    value: 'REVISION/VERSION',
    description:
      'Judge by this frozen list of requirements, in its revision. Default: the newest of the negotiated revision.',
  },
  only: {
    type: 'list',
    value: 'GLOB',
    description: 'Only requirements whose id fits, e.g. tools.*. Repeatable.',
  },
  list: { type: 'boolean', description: 'List the requirements; start nothing.' },
  json: {
    type: 'boolean',
    description: 'The compliance result (with --list: the requirements) as JSON on stdout.',
  },
  report: {
    type: 'list',
    short: 'r',
    value: 'KIND[:FILE]',
    description:
      'Write a report: json, junit, html, markdown or sarif to FILE, or to stdout without FILE. Repeatable.',
  },
} as const;

type Arguments = ParsedArguments<typeof options>;

export default defineCommand({
  name: 'compliance',
  summary:
    'Judge a server by the requirements of the specification: what it keeps, breaks, and what cannot be told.',
  usage: '[options] [-- COMMAND [ARGS...]]',
  details: `Works on any server: what it does not declare is not applicable, what cannot be told from outside is not testable
(with the reason), and nothing is called but what --call-tools allows. A requirement ends as
  passed           it was seen to be kept
  failed           a MUST is broken: exit code 1
  warning          a SHOULD or MAY is broken: exit code 0, with --strict 1
  not applicable   the server has nothing that it speaks of
  not testable     it could not be told
Each broken one is shown with what was seen, the frames, the sentence's link and the remedy. -v shows the others too, each
with its reason; -vv frames uncut.
Exit codes: 0, 1 (also for an expected failure that is stale or expired), 2 usage, 3 server not started or reached, 4 file
not read or written, 130 interrupted.`,
  acceptsRest: true,
  options,
  examples: [
    { command: 'mcp-test-harness compliance -- node dist/server.js', what: 'Judge a server on stdio' },
    {
      command: 'mcp-test-harness compliance --url http://localhost:3001/mcp --strict',
      what: 'Over HTTP, warnings failing too',
    },
    {
      command: 'mcp-test-harness compliance --only "tools.*" --call-tools echo -v -- node dist/server.js',
      what: 'Only tools, calling one that is not annotated',
    },
    {
      command:
        'mcp-test-harness compliance --profile 2025-11-25/1 --expected-failures known.yaml --report junit:junit.xml -- node dist/server.js',
      what: 'In CI: pinned, with what is known, and a report',
    },
    { command: 'mcp-test-harness compliance --list', what: 'What is judged' },
  ],
  run: (args, io) => (args.options.list === true ? listRequirements(args, io) : judge(args, io)),
});

async function listRequirements({ options, rest }: Arguments, io: Io): Promise<number> {
  const other =
    rest.length > 0
      ? 'a command'
      : (['url', 'config', 'server', 'call-tools', 'strict', 'expected-failures', 'timeout'] as const)
          .filter((name) => options[name] !== undefined)
          .map((name) => `--${name}`)[0];
  if (other !== undefined || options.report.length > 0) {
    throw new HarnessError({
      code: 'USAGE',
      message: `--list starts nothing, so ${other ?? '--report'} means nothing beside it`,
    });
  }
  const [{ checks, profiles }, { chooseChecks, readProfile }, render] = await Promise.all([
    import('@mcp-test-harness/core/compliance'),
    import('../compliance/read-options.ts'),
    import('../compliance/render-requirements.ts'),
  ]);
  const profile = readProfile(options.profile, profiles);
  const revision = options['protocol-version'];
  const chosen = chooseChecks(checks, options.only)
    .filter(({ id }) => profile === undefined || profile.ids.includes(id))
    .filter(
      ({ revisions: { from, until } }) =>
        revision === undefined || (revision >= from && (until === undefined || revision <= until)),
    );
  io.stdout(
    options.json === true
      ? `${JSON.stringify(render.requirementsDocument(chosen), undefined, 2)}\n`
      : render.renderRequirements(chosen, io),
  );
  return 0;
}

async function judge(args: Arguments, io: Io): Promise<number> {
  const { options } = args;
  const [
    { checks, concludeCompliance, profiles, readExpectedFailures, runCompliance, toRunResult },
    reading,
  ] = await Promise.all([
    import('@mcp-test-harness/core/compliance'),
    import('../compliance/read-options.ts'),
  ]);
  const call = reading.readCallPolicy(options['call-tools']);
  const profile = reading.readProfile(options.profile, profiles);
  const chosen = reading.chooseChecks(checks, options.only);
  const strict = options.strict === true;
  const { openReports } = await import('../compliance/reports.ts');
  const reports = await openReports(options.report, options.json === true, io);
  const known = options['expected-failures'];
  const expectedFailures = known === undefined ? [] : await readExpectedFailures(resolvePath(io, known));
  const server = await resolveTarget(asJudge(args, profile?.revision), io);

  const interrupt = listenForInterrupt(io);
  let result: ComplianceResult;
  try {
    result = await runCompliance({
      server,
      checks: chosen,
      profile: profile ?? 'newest',
      call,
      expectedFailures,
      checkTimeoutMs: Math.max(30_000, 3000 * (options.timeout ?? 0)),
      signal: interrupt.signal,
      ...(reports.progress satisfies Partial<ComplianceOptions> | undefined),
    });
  } catch (error) {
    if (interrupt.signal.aborted) return 130;
    throw error;
  } finally {
    reports.progress?.close();
    interrupt.dispose();
  }
  const verdict = concludeCompliance(result, { strict });
  const harness = {
    version: harnessVersion(),
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
  };
  await reports.write(
    io.maskRecord(result),
    { ...verdict, strict },
    io.maskRecord(toRunResult(result, { harness, strict })),
  );
  return verdict.exitCode;
}

/** Longest wait for one answer, whatever a configuration grants its tests: a server is judged alike, however it is named. */
const defaultTimeoutSeconds = 10;

/** A profile is of one revision, so that revision is asked for. */
function asJudge(args: Arguments, revision: string | undefined): Arguments {
  const options = { ...args.options, timeout: args.options.timeout ?? defaultTimeoutSeconds };
  const wanted = options['protocol-version'];
  if (revision === undefined || wanted === revision) return { ...args, options };
  if (wanted === undefined) return { ...args, options: { ...options, 'protocol-version': revision } };
  throw new HarnessError({
    code: 'USAGE',
    message: `--profile is of ${revision}, --protocol-version asks for ${wanted}`,
    hint: 'Leave --protocol-version away: the profile says which revision to ask for.',
  });
}
