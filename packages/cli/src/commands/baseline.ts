import { HarnessError } from '@mcp-test-harness/core/errors';
import { baselineActions, baselineCommandOptions, type BaselineArguments } from '../baseline/actions.ts';
import { configOptions, defineCommand } from '../command.ts';
import { nearestName } from '@mcp-test-harness/core/nearest';
import { wrap } from '../wrap.ts';

const names = Object.keys(baselineActions);
const forAll: ReadonlySet<string> = new Set([...Object.keys(configOptions), 'dir', 'suite']);

export default defineCommand({
  name: 'baseline',
  summary: 'Look at what benchmarks are compared with, and decide when that changes.',
  usage: `${names.join('|')} [options]`,
  details: `${describeActions()}

A baseline is DIR/SUITE/baseline.json: the approved run, the anchor (the first
one approved) and the last runs. \`benchmark --establish-baseline\` makes it,
\`benchmark --update-baseline\` adds runs to it. Beside it lie history.jsonl, its
journal with who changed what and why, and baseline.N.json, earlier versions.
An update is refused for a run that is not green, that is slower than the warning
threshold (than the approved run or than the anchor: small steps must not add up),
or that has too few or too scattered samples, and waits for the day that
update_frequency_days allows. --force does it
all the same, and the journal keeps the reason.`,
  positionals: { name: `an action (${names.join(', ')})`, min: 1, max: 1, choices: names },
  options: baselineCommandOptions,
  examples: [
    { command: 'mcp-test-harness baseline list', what: 'What there is' },
    { command: 'mcp-test-harness baseline update --auto-approve', what: 'In a nightly job' },
    {
      command:
        'mcp-test-harness baseline update --suite core --force --reason "encrypts now, 40 % slower is meant"',
      what: 'A slowdown that is meant',
    },
    { command: 'mcp-test-harness baseline rebuild --all', what: 'After a disk was full' },
  ],
  async run({ options, positionals: [name = ''] }, io) {
    const action = Object.hasOwn(baselineActions, name) ? baselineActions[name] : undefined;
    if (action === undefined) {
      const near = nearestName(name, names);
      throw usage(
        `unknown action "${name}"`,
        near === undefined ? `Known: ${names.join(', ')}.` : `Did you mean ${near}?`,
      );
    }
    refuseUnused(name, action.options, options);
    const { default: run } = await action.load();
    return await run(options, io);
  },
});

function describeActions(): string {
  const width = Math.max(...names.map(({ length }) => length)) + 2;
  return Object.entries(baselineActions)
    .flatMap(([name, { what }]) =>
      wrap(what, 78 - width).map((line, index) => `${(index === 0 ? name : '').padEnd(width)}${line}`),
    )
    .join('\n');
}

/** An option that is taken and ignored would be a lie. */
function refuseUnused(action: string, own: readonly string[], given: BaselineArguments): void {
  for (const name of Object.keys(baselineCommandOptions)) {
    if (given[name as keyof BaselineArguments] === undefined || forAll.has(name) || own.includes(name))
      continue;
    const of = names.filter((one) => baselineActions[one]?.options.includes(name));
    throw usage(`--${name} means nothing for baseline ${action}`, `It belongs to ${of.join(' and ')}.`);
  }
}

function usage(message: string, hint: string): HarnessError {
  return new HarnessError({
    code: 'USAGE',
    message,
    hint: `${hint} See \`mcp-test-harness baseline --help\`.`,
  });
}
