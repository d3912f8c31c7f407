import type { Baseline, UpdateProposal } from '@mcp-test-harness/core/baseline';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { createInterface } from 'node:readline/promises';
import { paint, type Io } from '../../io.ts';
import { visible } from '../../visible.ts';
import { wrap } from '../../wrap.ts';
import type { BaselineActionRun, BaselineArguments } from '../actions.ts';
import { readAuthor } from '../author.ts';
import { openBaselines, requireSuites, type OpenedBaselines } from '../open.ts';
import { renderTable } from '../table.ts';
import { sayCommit, sayDate, sayPercent } from '../words.ts';

type Outcome = 'approved' | 'forced' | 'nothing' | 'deferred' | 'refused' | 'proposed';

/** Nothing to do is all well, and so is to wait for the day; what waits for somebody, or may not be, is not. */
const exitCodes: Readonly<Record<Outcome, number>> = {
  approved: 0,
  forced: 0,
  nothing: 0,
  deferred: 0,
  refused: 1,
  proposed: 1,
};

/** Proposes the newest run of each history as the new measure; approves when told to. */
const update: BaselineActionRun = async (options, io) => {
  checkOptions(options);
  const opened = await openBaselines(options, io);
  const results: { readonly outcome: Outcome; readonly proposal: UpdateProposal }[] = [];
  for (const suite of requireSuites(opened)) {
    const baseline = await opened.store.read(suite);
    if (baseline === undefined) continue;
    const { proposeUpdate } = await import('@mcp-test-harness/core/baseline');
    const proposal = proposeUpdate(baseline, opened.settings.rules, Date.now());
    if (options.json !== true) io.stdout(render(proposal, baseline, io));
    const outcome = await decide(proposal, opened, options, io);
    results.push({ outcome, proposal });
    if (options.json !== true) io.stdout(`  ${sayOutcome(outcome, io)}\n\n`);
  }
  if (options.json === true) {
    const shown = results.map(({ outcome, proposal }) => ({
      ...proposal,
      candidate: proposal.candidate?.id,
      outcome,
    }));
    io.stdout(`${JSON.stringify(shown, undefined, 2)}\n`);
  }
  return Math.max(0, ...results.map(({ outcome }) => exitCodes[outcome]));
};
export default update;

function checkOptions(options: BaselineArguments): void {
  const { force, reason, 'auto-approve': auto } = options;
  if (force === true && auto === true)
    throw usage('--force and --auto-approve exclude each other', 'One obeys the rules, the other does not.');
  if (force === true && reason === undefined && !process.stdin.isTTY)
    throw usage('--force needs --reason TEXT', 'The journal keeps who went against the rules, and why.');
  if (reason !== undefined && reason.trim() === '')
    throw usage('--reason is empty', 'Say why in a sentence.');
}

async function decide(
  { candidate, decision, suite }: UpdateProposal,
  { store }: OpenedBaselines,
  options: BaselineArguments,
  io: Io,
): Promise<Outcome> {
  const { approveRun } = await import('@mcp-test-harness/core/baseline');
  if (candidate === undefined) return 'nothing';
  if (options.force === true) {
    const reason = options.reason ?? (await ask('Why? ', io));
    if (reason === '') throw usage('--force needs a reason', 'Give --reason TEXT.');
    await approveRun(store, suite, candidate, true, readAuthor(io, reason));
    return 'forced';
  }
  // To who only looks, what waits is told as what it is.
  if (decision === 'deferred' && options['auto-approve'] !== true) return 'proposed';
  if (decision !== 'proposed') return decision;
  const wanted =
    options['auto-approve'] === true ||
    (process.stdin.isTTY &&
      io.interactive &&
      options.json !== true &&
      /^y(es)?$/i.test(await ask('Approve? [y/N] ', io)));
  if (!wanted) return 'proposed';
  await approveRun(store, suite, candidate, false, readAuthor(io, options.reason));
  return 'approved';
}

async function ask(question: string, io: Io): Promise<string> {
  if (!process.stdin.isTTY || !io.interactive) return '';
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}

function render(
  { suite, candidate, changes, reasons }: UpdateProposal,
  { approved }: Baseline,
  io: Io,
): string {
  const lines = [paint(io, 'bold', visible(suite))];
  if (candidate !== undefined) {
    lines.push(
      `  approved   run of ${sayDate(approved.run.at)} (${sayCommit(approved.run)})`,
      `  candidate  run of ${sayDate(candidate.at)} (${sayCommit(candidate)})`,
    );
  }
  if (changes.length > 0) {
    const rows = changes.map(({ id, metric, sinceApprovedPercent, sinceAnchorPercent, sure }) => [
      id,
      metric,
      sayPercent(sinceApprovedPercent),
      sayPercent(sinceAnchorPercent),
      sure ? 'yes' : 'noise',
    ]);
    lines.push(
      ...renderTable(
        [
          { title: 'benchmark', flexible: true },
          { title: 'metric' },
          { title: 'by approved', right: true },
          { title: 'by anchor', right: true },
          { title: 'sure' },
        ],
        rows,
        io,
      ),
    );
  }
  for (const reason of reasons)
    lines.push(...wrap(visible(reason), 76).map((line, index) => `  ${index === 0 ? '' : '  '}${line}`));
  return `${lines.join('\n')}\n`;
}

function sayOutcome(outcome: Outcome, io: Io): string {
  return {
    approved: paint(io, 'green', 'approved'),
    forced: paint(io, 'yellow', 'approved by force; the journal says why'),
    nothing: 'nothing to update',
    deferred: 'not now; --force --reason TEXT approves it all the same',
    refused: paint(io, 'red', 'refused; --force --reason TEXT approves it all the same'),
    proposed: paint(
      io,
      'yellow',
      'proposed; nothing was written: --auto-approve approves what the rules allow',
    ),
  }[outcome];
}

function usage(message: string, hint: string): HarnessError {
  return new HarnessError({
    code: 'USAGE',
    message,
    hint: `${hint} See \`mcp-test-harness baseline --help\`.`,
  });
}
