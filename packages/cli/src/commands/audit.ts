import type { SessionOptions } from '@mcp-test-harness/core';
import type * as AuditModule from '@mcp-test-harness/core/audit';
import type { AuditFinding, ContextCost, FuzzResult, ReadDefinitions } from '@mcp-test-harness/core/audit';
import type { ComplianceResult } from '@mcp-test-harness/core/compliance';
import { exitCodeOf, HarnessError } from '@mcp-test-harness/core/errors';
import { defineCommand } from '../command.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { paint } from '../io.ts';
import { nearestName } from '@mcp-test-harness/core/nearest';
import { renderAudit } from '../render-audit.ts';
import { renderError } from '../render-error.ts';
import { resolveTarget, targetOptions } from '../target.ts';

/** What an audit found; the form of `--json`. */
export interface AuditReport {
  readonly schemaVersion: 1;
  readonly server: ComplianceResult['server'];
  readonly findings: readonly AuditFinding[];
  readonly context: ContextCost;
  /** Lists that the server declared and would not give. */
  readonly unreadable: readonly { readonly list: string; readonly reason: string }[];
  /** Undefined when it was switched off. */
  readonly fuzz: FuzzResult | undefined;
  readonly compliance: Pick<ComplianceResult, 'totals' | 'score' | 'results'>;
}

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
      const report = await audit(server, interrupt.signal, {
        ignore: options.ignore,
        fuzzMs: (options.fuzz ?? 10) * 1000,
        seed: options.seed ?? Math.floor(Math.random() * 2 ** 31),
      });
      if (options.json === true) io.stdout(`${io.mask(JSON.stringify(report, undefined, 2))}\n`);
      else io.stdout(io.mask(renderAudit(report, io)));
      const isBad = report.findings.some(({ severity }) => severity === 'error');
      return isBad || report.compliance.totals.failed > 0 || report.unreadable.length > 0 ? 1 : 0;
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

type FuzzFaults = (typeof AuditModule)['fuzzFaults'];

interface AuditOptions {
  readonly ignore: readonly string[];
  readonly fuzzMs: number;
  readonly seed: number;
}

async function audit(
  server: SessionOptions,
  signal: AbortSignal,
  options: AuditOptions,
): Promise<AuditReport> {
  const [core, { findCallableTools, runCompliance }, { connect }] = await Promise.all([
    import('@mcp-test-harness/core/audit'),
    import('@mcp-test-harness/core/compliance'),
    import('@mcp-test-harness/core/protocol'),
  ]);
  const compliance = await runCompliance({ server, signal });
  const session = await connect({ ...server, signal });
  let read: ReadDefinitions;
  try {
    read = await core.readDefinitions(session, signal);
  } finally {
    await session.close();
  }
  const { definitions, unreadable } = read;
  const tools = findCallableTools(definitions.tools, 'read-only');
  const fuzz =
    options.fuzzMs > 0 && tools.length > 0
      ? await core.fuzzTools({
          tools,
          open: () => connect({ ...server, signal }),
          budgetMs: options.fuzzMs,
          seed: options.seed,
          signal,
        })
      : undefined;
  return {
    schemaVersion: 1,
    server: compliance.server,
    findings: [...fuzzFindings(fuzz, core.fuzzFaults), ...core.lintDefinitions(definitions, options)].filter(
      ({ code }) => !options.ignore.includes(code),
    ),
    context: await core.measureContextCost(definitions),
    unreadable,
    fuzz,
    compliance: { totals: compliance.totals, score: compliance.score, results: compliance.results },
  };
}

function fuzzFindings(fuzz: FuzzResult | undefined, faults: FuzzFaults): readonly AuditFinding[] {
  return (fuzz?.failures ?? []).map(({ fault, tool, args, message }) => ({
    ...faults[fault],
    subject: { kind: 'tool', name: tool },
    message: `${message}; with ${cut(JSON.stringify(args))}`,
  }));
}

function cut(text: string): string {
  return text.length > 500 ? `${text.slice(0, 500)}… (${text.length} characters)` : text;
}
