import type { BaselineComparison, ContractAgainstBaseline } from '@mcp-test-harness/core/baseline';
import { escapeHtml, escapeProse } from '../../html/escape.ts';
import { cutText } from '../../text/cut.ts';
import { count, formatCount } from '../../text/format.ts';
import { formatChange } from '../values.ts';

/** The worst first, with the class of a verdict as bad. */
const kinds = [
  { kind: 'breaking', className: 'regressed' },
  { kind: 'risky', className: 'inconclusive' },
  { kind: 'compatible', className: 'unchanged' },
] as const;

/** What changed beside the numbers: contract, context cost, outcomes of tests, findings; '' when nothing did. */
export function renderBaselineChanges({ contracts, outcomes, findings }: BaselineComparison): string {
  return [
    renderContracts(contracts),
    renderContextCost(contracts),
    renderGroup('Tests', [
      ...outcomes.newlyFailing.map((test) => entry('regressed', 'newly failing', test)),
      ...outcomes.flaky.map(({ test, failures, runs }) =>
        entry('inconclusive', 'flaky', test, `failed ${formatCount(failures)} of ${count(runs, 'run')}`),
      ),
      ...outcomes.fixed.map((test) => entry('improved', 'fixed', test)),
    ]),
    renderGroup('Findings', [
      ...findings.new.map(({ rule, server, message }) =>
        entry('inconclusive', 'new', rule, server === undefined ? message : `${server}: ${message}`),
      ),
      ...findings.gone.map(({ rule, server, message }) =>
        entry('improved', 'gone', rule, server === undefined ? message : `${server}: ${message}`),
      ),
    ]),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** A word on what became of something, its name, and more about it; `details` are HTML. */
function entry(className: string, word: string, name: string, about = '', details = ''): string {
  return `<li><span class="verdict-cell ${className}">${word}</span> <code>${escapeHtml(cutText(name, 300))}</code>${about === '' ? '' : ` ${escapeProse(about)}`}${details}</li>`;
}

function renderGroup(title: string, entries: readonly string[]): string {
  return entries.length === 0 ? '' : `<h4>${title}</h4>\n<ul class="plain">${entries.join('')}</ul>`;
}

function renderContracts(contracts: readonly ContractAgainstBaseline[]): string {
  const entries = kinds.map(({ kind, className }) =>
    contracts.flatMap(({ server, changes }) =>
      changes
        .filter((change) => change.kind === kind)
        .map((change) =>
          entry(
            className,
            kind,
            change.path,
            `${contracts.length > 1 ? `of ${server}: ` : ''}${change.reason}${describeValues(change)}`,
          ),
        ),
    ),
  );
  const [breaking = [], risky = [], compatible = []] = entries;
  const seen = renderGroup('Contract', [...breaking, ...risky]);
  if (compatible.length === 0) return seen;
  const heading = seen === '' ? '<h4>Contract</h4>' : seen;
  return `${heading}\n<details class="more"><summary>${count(compatible.length, 'compatible change')}</summary><ul class="plain">${compatible.join('')}</ul></details>`;
}

function describeValues({ before, after }: ContractAgainstBaseline['changes'][number]): string {
  if (before === undefined && after === undefined) return '';
  const write = (value: typeof before): string =>
    value === undefined ? 'nothing' : cutText(JSON.stringify(value), 200);
  return ` (${write(before)} → ${write(after)})`;
}

function renderContextCost(contracts: readonly ContractAgainstBaseline[]): string {
  return renderGroup(
    'Context cost',
    contracts.flatMap(({ server, contextCost }) => {
      if (contextCost === undefined || contextCost.tools.length + Math.abs(contextCost.growth) === 0)
        return [];
      const { tokenizer, before, after, growth, growthPercent, tools } = contextCost;
      const change = growthPercent === undefined ? '' : `, ${formatChange(growthPercent)}`;
      const about = `${formatCount(before)} → ${formatCount(after)} tokens${change} (${tokenizer})`;
      const rows = tools.map(
        (tool) =>
          `<tr><th scope="row"><code>${escapeHtml(cutText(tool.name, 200))}</code></th><td class="number">${formatCount(tool.before)}</td><td class="number">${formatCount(tool.after)}</td></tr>`,
      );
      const folded =
        rows.length === 0
          ? ''
          : `<details class="more"><summary>${count(rows.length, 'tool')}</summary><table><thead><tr><th scope="col">Tool</th><th scope="col" class="number">Before</th><th scope="col" class="number">Now</th></tr></thead><tbody>${rows.join('')}</tbody></table></details>`;
      const [className, word] =
        growth > 0 ? ['inconclusive', 'grew'] : growth < 0 ? ['improved', 'shrank'] : ['unchanged', 'moved'];
      return [entry(className, word, server, about, folded)];
    }),
  );
}
