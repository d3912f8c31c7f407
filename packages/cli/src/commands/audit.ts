import { exitCodeOf, HarnessError } from '@mcp-test-harness/core/errors';
import { defineCommand } from '../command.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { paint } from '../io.ts';
import { nearestName } from '@mcp-test-harness/core/nearest';
import { renderAudit } from '../render-audit.ts';
import { renderError } from '../render-error.ts';
import { resolveTarget, targetOptions } from '../target.ts';

export default defineCommand({
  name: 'audit',
  summary: 'Look a server over without any configuration: protocol, definitions, what it costs a context.',
  usage: '[options] [-- COMMAND [ARGS...]]',
  details: `Judges the requirements of the specification as \`compliance\` does, reads what tools, resources and prompts say of
themselves (missing descriptions, hidden characters, text that gives a model orders, credentials, vague schemas), and
counts the tokens of tools/list. Tools that are annotated read-only, and no others, are called with faulty arguments for a
while: a crash, a hang or a stack trace is told with the simplest arguments that cause it.
Ends with 1 when a MUST is broken or a finding is an error.

\`audit verify FILE\` is another thing, the audit log of the service: see \`audit-log --help\`.`,
  acceptsRest: true,
  options: {
    ...targetOptions,
    ignore: {
      type: 'list',
      value: 'CODE',
      description: 'Do not report this code, e.g. name.generic. Repeatable.',
    },
    fuzz: {
      type: 'number',
      value: 'SECONDS',
      description:
        'How long read-only tools are called with faulty arguments; 0 for not at all. Default: 10.',
    },
    seed: { type: 'number', value: 'N', description: 'Make the faulty arguments of an earlier audit again.' },
    json: { type: 'boolean', description: 'The whole result as JSON on stdout.' },
  },
  examples: [
    {
      command: 'mcp-test-harness audit -- npx -y @modelcontextprotocol/server-everything',
      what: 'Any server',
    },
    {
      command: 'mcp-test-harness audit --url http://localhost:3001/mcp --ignore name.generic',
      what: 'Over HTTP',
    },
  ],
  async run(args, io) {
    const { options } = args;
    await requireCodes(options.ignore);
    const server = await resolveTarget(args, io);
    const interrupt = listenForInterrupt(io);
    try {
      if (!options.json) io.stderr(paint(io, 'dim', 'Looking the server over…\n'));
      const { auditServer, isSound } = await import('@mcp-test-harness/core/audit');
      const report = await auditServer({
        server,
        signal: interrupt.signal,
        ignore: options.ignore,
        fuzzMs: (options.fuzz ?? 10) * 1000,
        seed: options.seed ?? Math.floor(Math.random() * 2 ** 31),
      });
      if (options.json === true) io.stdout(`${io.mask(JSON.stringify(report, undefined, 2))}\n`);
      else io.stdout(io.mask(renderAudit(report, io)));
      return isSound(report) ? 0 : 1;
    } catch (error) {
      if (interrupt.signal.aborted) return 130;
      io.stderr(renderError(error, io));
      return exitCodeOf(error);
    } finally {
      interrupt.dispose();
    }
  },
});

/** A code that does not exist would suppress nothing, silently. */
async function requireCodes(codes: readonly string[]): Promise<void> {
  if (codes.length === 0) return;
  const { fuzzFaults, rules } = await import('@mcp-test-harness/core/audit');
  const known = [...rules, ...Object.values(fuzzFaults)].map(({ code }) => code);
  const unknown = codes.find((code) => !known.includes(code));
  if (unknown === undefined) return;
  const near = nearestName(unknown, known);
  throw new HarnessError({
    code: 'USAGE',
    message: `--ignore ${unknown}: there is no such code`,
    hint: near === undefined ? `Known: ${known.join(', ')}.` : `Did you mean ${near}?`,
  });
}
