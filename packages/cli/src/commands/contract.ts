import { exitCodeOf, HarnessError } from '@mcp-test-harness/core/errors';
import { nearestName } from '@mcp-test-harness/core/nearest';
import { defineCommand, type ParsedArguments } from '../command.ts';
import { readContractFile, takeContract } from '../contract/read-contract.ts';
import { compareContracts, failOnChoices, type FailOn, type Sourced } from '../contract/report.ts';
import { count } from '../count.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { paint, type Io } from '../io.ts';
import { resolvePath } from '../load.ts';
import { resolveTarget, targetOptions } from '../target.ts';
import { visible } from '../visible.ts';

const defaultFile = 'mcp-contract.json';

const options = {
  ...targetOptions,
  output: {
    type: 'string',
    short: 'o',
    value: 'FILE',
    description: `snapshot: file to write, - for stdout. Default: ${defaultFile}.`,
  },
  contract: {
    type: 'string',
    value: 'FILE',
    description: `check: the contract to keep. Default: ${defaultFile}.`,
  },
  'fail-on': {
    type: 'string',
    value: 'KIND',
    choices: failOnChoices,
    description: 'The least change to end with 1 for. Default: breaking for check, none for diff.',
  },
  'max-token-growth': {
    type: 'number',
    value: 'PERCENT',
    description: 'End with 1 when tools/list and instructions cost this much more tokens than before.',
  },
  json: { type: 'boolean', description: 'diff, check: the whole result as JSON on stdout.' },
  markdown: { type: 'boolean', description: 'diff, check: as Markdown, for a comment.' },
} as const;

type Arguments = ParsedArguments<typeof options>;
type Action = (args: Arguments, io: Io, signal: AbortSignal) => Promise<number>;

const actions: Readonly<Record<string, Action>> = { snapshot, diff, check };
/** Options that mean something for some actions only. */
const belongsTo: Readonly<Record<string, readonly string[]>> = {
  output: ['snapshot'],
  contract: ['check'],
  'fail-on': ['diff', 'check'],
  'max-token-growth': ['diff', 'check'],
  json: ['diff', 'check'],
  markdown: ['diff', 'check'],
};

export default defineCommand({
  name: 'contract',
  summary: 'Write down what a server offers its callers, and say what changed of it.',
  usage: 'snapshot|diff|check [FILE...] [options] [-- COMMAND [ARGS...]]',
  details: `snapshot  asks a server for its tools, resources and prompts with all schemas, and
          writes them to a file for you to commit.
check     compares a server with that file; ends with 1 when a caller may break.
diff      compares two files, or a file and a server.

A change is
  breaking    when what callers did before may fail: a tool gone, an argument
              required, a type narrowed;
  risky       when nobody breaks by the letter and models may act otherwise (a
              description, a hint, a default), or when it could not be decided;
  compatible  otherwise.
Whether schemas accept all that they did is decided by what they mean, not by their
text. A change that is meant is taken over by writing the snapshot again.`,
  acceptsRest: true,
  positionals: {
    name: '`snapshot`, `diff` or `check`',
    min: 1,
    max: 3,
    choices: Object.keys(actions),
  },
  options,
  examples: [
    { command: 'mcp-test-harness contract snapshot -- npx -y my-server', what: `Write ${defaultFile}` },
    { command: 'mcp-test-harness contract check -- node dist/server.js', what: 'Is it kept? In CI' },
    {
      command:
        'mcp-test-harness contract check --fail-on risky --max-token-growth 10 --url http://localhost:3001/mcp',
      what: 'Stricter, over HTTP',
    },
    {
      command: 'mcp-test-harness contract diff old.json new.json --markdown',
      what: 'Two files, for a comment',
    },
  ],
  async run(args, io) {
    const [name = ''] = args.positionals;
    const action = requireAction(name);
    refuseUnused(name, args.options);
    const interrupt = listenForInterrupt(io);
    try {
      return await action(args, io, interrupt.signal);
    } catch (error) {
      if (interrupt.signal.aborted) return 130;
      const { renderError } = await import('../render-error.ts');
      io.stderr(renderError(error, io));
      return exitCodeOf(error);
    } finally {
      interrupt.dispose();
    }
  },
});

function requireAction(name: string): Action {
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action !== undefined) return action;
  const near = nearestName(name, Object.keys(actions));
  throw usage(
    `unknown action "${name}"`,
    near === undefined ? 'Known: snapshot, diff, check.' : `Did you mean ${near}?`,
  );
}

/** An option that is taken and ignored would be a lie. */
function refuseUnused(action: string, given: Arguments['options']): void {
  for (const [name, of] of Object.entries(belongsTo)) {
    if (given[name as keyof typeof given] === undefined || of.includes(action)) continue;
    throw usage(`--${name} means nothing for contract ${action}`, `It belongs to ${of.join(' and ')}.`);
  }
  if (given.json === true && given.markdown === true)
    throw usage('--json and --markdown cannot both be on stdout', 'Choose one.');
  const limit = given['max-token-growth'];
  if (limit !== undefined && limit < 0)
    throw usage(`--max-token-growth must be 0 or more, not ${limit}`, 'It is in percent of what it was.');
}

async function snapshot(args: Arguments, io: Io, signal: AbortSignal): Promise<number> {
  refuseFiles(args, 1, 'The file to write is named by --output.');
  const { output = defaultFile } = args.options;
  const file = output === '-' ? undefined : resolvePath(io, output);
  const server = await resolveTarget(args, io);
  const { probeWrite, writeAtomically } = await import('../write-atomically.ts');
  if (file !== undefined) probeWrite(file);
  const { contract } = await takeContract(server, io, signal);
  const { writeContract } = await import('@mcp-test-harness/core/contract');
  const text = writeContract(contract);
  if (file === undefined) {
    io.stdout(text);
    return 0;
  }
  writeAtomically(file, [text]);
  const { tools, resources, resourceTemplates, prompts, contextCost } = contract;
  const parts = [
    count(tools.length, 'tool'),
    count(resources.length, 'resource'),
    count(resourceTemplates.length, 'template'),
    count(prompts.length, 'prompt'),
  ];
  io.stdout(
    `${paint(io, 'green', 'wrote')}  ${output}: ${parts.join(', ')}; ${contextCost.total} tokens of context\n`,
  );
  return 0;
}

async function diff(args: Arguments, io: Io, signal: AbortSignal): Promise<number> {
  const [, old, current] = args.positionals;
  if (old === undefined)
    throw usage(
      'diff needs two contracts',
      'Give two files, or one file and a server: contract diff old.json -- COMMAND.',
    );
  if (current !== undefined) refuseServer(args);
  // The file first: a wrong one is told before a server is started.
  const before = await readContractFile(resolvePath(io, old));
  const after =
    current === undefined
      ? await takeContract(await resolveTarget(args, io), io, signal)
      : await readContractFile(resolvePath(io, current));
  return await report(before, after, args.options['fail-on'] ?? 'none', args, io);
}

async function check(args: Arguments, io: Io, signal: AbortSignal): Promise<number> {
  refuseFiles(args, 1, 'The contract is named by --contract.');
  const before = await readContractFile(resolvePath(io, args.options.contract ?? defaultFile));
  const after = await takeContract(await resolveTarget(args, io), io, signal);
  return await report(before, after, args.options['fail-on'] ?? 'breaking', args, io);
}

async function report(
  before: Sourced,
  after: Sourced,
  failOn: string,
  { options: { json, markdown, 'max-token-growth': maxTokenGrowthPercent } }: Arguments,
  io: Io,
): Promise<number> {
  const found = await compareContracts(before, after, { failOn: failOn as FailOn, maxTokenGrowthPercent });
  if (json === true) io.stdout(`${JSON.stringify(found, undefined, 2)}\n`);
  else if (markdown === true) {
    const { renderMarkdown } = await import('../contract/render-markdown.ts');
    io.stdout(renderMarkdown(found));
  } else {
    const { renderReport } = await import('../contract/render-report.ts');
    io.stdout(renderReport(found, io));
  }
  return found.failures.length > 0 ? 1 : 0;
}

function refuseFiles({ positionals }: Arguments, most: number, hint: string): void {
  const surplus = positionals[most];
  if (surplus !== undefined) throw usage(`unexpected argument "${visible(surplus)}"`, hint);
}

function refuseServer({ options: { url, config, server }, rest }: Arguments): void {
  if (rest.length > 0 || url !== undefined || config !== undefined || server !== undefined)
    throw usage('two files and a server are three', 'Give two files, or one file and a server.');
}

function usage(message: string, hint: string): HarnessError {
  return new HarnessError({
    code: 'USAGE',
    message,
    hint: `${hint} See \`mcp-test-harness contract --help\`.`,
  });
}
