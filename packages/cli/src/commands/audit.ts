import type { SessionOptions } from '@mcp-test-harness/core';
import type { AuditFinding, ContextCost } from '@mcp-test-harness/core/audit';
import type { ComplianceResult } from '@mcp-test-harness/core/compliance';
import { exitCodeOf, HarnessError } from '@mcp-test-harness/core/errors';
import { defineCommand } from '../command.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { paint } from '../io.ts';
import { nearest } from '../nearest.ts';
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
  readonly compliance: Pick<ComplianceResult, 'totals' | 'score' | 'results'>;
}

export default defineCommand({
  name: 'audit',
  summary: 'Look a server over without any configuration: protocol, definitions, what it costs a context.',
  usage: '[options] [-- COMMAND [ARGS...]]',
  details: `Judges the requirements of the specification as \`compliance\` does, reads what tools, resources and prompts say of
themselves (missing descriptions, hidden characters, text that gives a model orders, credentials, vague schemas), and
counts the tokens of tools/list. Tools are called only when they are annotated read-only.
Ends with 1 when a MUST is broken or a finding is an error.`,
  acceptsRest: true,
  options: {
    ...targetOptions,
    ignore: {
      type: 'list',
      value: 'CODE',
      description: 'Do not report this code, e.g. name.generic. Repeatable.',
    },
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
      const report = await audit(server, options.ignore, interrupt.signal);
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
  const { rules } = await import('@mcp-test-harness/core/audit');
  const known = rules.map(({ code }) => code);
  const unknown = codes.find((code) => !known.includes(code));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  throw new HarnessError({
    code: 'USAGE',
    message: `--ignore ${unknown}: there is no such code`,
    hint: near === undefined ? `Known: ${known.join(', ')}.` : `Did you mean ${near}?`,
  });
}

async function audit(
  server: SessionOptions,
  ignore: readonly string[],
  signal: AbortSignal,
): Promise<AuditReport> {
  const [{ lintDefinitions, measureContextCost, readDefinitions }, { runCompliance }, { connect }] =
    await Promise.all([
      import('@mcp-test-harness/core/audit'),
      import('@mcp-test-harness/core/compliance'),
      import('@mcp-test-harness/core/protocol'),
    ]);
  const compliance = await runCompliance({ server, signal });
  const session = await connect({ ...server, signal });
  try {
    const { definitions, unreadable } = await readDefinitions(session, signal);
    return {
      schemaVersion: 1,
      server: compliance.server,
      findings: lintDefinitions(definitions, { ignore }),
      context: await measureContextCost(definitions),
      unreadable,
      compliance: { totals: compliance.totals, score: compliance.score, results: compliance.results },
    };
  } finally {
    await session.close();
  }
}
