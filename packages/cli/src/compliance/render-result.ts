import {
  areaOf,
  type ComplianceResult,
  type ComplianceVerdict,
  type RequirementResult,
  type Status,
} from '@mcp-test-harness/core/compliance';
import { formatLocation } from '../format-location.ts';
import { paint, type Io } from '../io.ts';
import { visible } from '../visible.ts';

type Style = Parameters<typeof paint>[1];

/** How a requirement stands, as it is shown: broken as expected is a thing of its own. */
type Shown = Status | 'expected failure';

const looks: Readonly<Record<Shown, { readonly icon: string; readonly style: Style }>> = {
  failed: { icon: '✗', style: 'red' },
  warning: { icon: '!', style: 'yellow' },
  'expected failure': { icon: '~', style: 'cyan' },
  passed: { icon: '✓', style: 'green' },
  'not applicable': { icon: '-', style: 'dim' },
  'not testable': { icon: '?', style: 'dim' },
};
/** In this order, in counts and in the details. */
const order = Object.keys(looks) as readonly Shown[];

const shownOf = ({ status, expected }: RequirementResult): Shown =>
  expected === undefined ? status : 'expected failure';

/** A line an area, what is broken with its frames, then the score and the totals. */
export function renderCompliance(result: ComplianceResult, verdict: ComplianceVerdict, io: Io): string {
  const broken = order.slice(0, 3).flatMap((shown) => result.results.filter((one) => shownOf(one) === shown));
  return [
    renderAreas(result.results, io),
    ...broken.map((one) => renderBroken(one, io)),
    ...(io.verbosity > 0 ? [renderOthers(result.results, io)] : []),
    ...(result.crashes.length === 0 ? [] : [renderCrashes(result, io)]),
    ...(result.expectedFailureProblems.length === 0 ? [] : [renderProblems(result, io)]),
    renderTotals(result, verdict, io),
  ]
    .filter((block) => block !== '')
    .map((block) => `${block}\n`)
    .join('\n');
}

function renderAreas(results: readonly RequirementResult[], io: Io): string {
  const areas = [...new Set(results.map(areaOf))];
  const width = Math.max(...areas.map((area) => area.length));
  return areas
    .map((area) => {
      const own = results.filter((one) => areaOf(one) === area);
      const worst = order.find((shown) => own.some((one) => shownOf(one) === shown)) ?? 'not testable';
      const { icon, style } = looks[worst];
      return `${paint(io, style, icon)} ${area.padEnd(width)}  ${countsOf(own, io)}`;
    })
    .join('\n');
}

function countsOf(results: readonly RequirementResult[], io: Io): string {
  return (['passed', ...order.filter((shown) => shown !== 'passed')] as const)
    .map((shown) => [shown, results.filter((one) => shownOf(one) === shown).length] as const)
    .filter(([, amount]) => amount > 0)
    .map(([shown, amount]) => paint(io, looks[shown].style, `${amount} ${nounOf(shown, amount)}`))
    .join(', ');
}

function nounOf(shown: Shown, amount: number): string {
  return (shown === 'warning' || shown === 'expected failure') && amount !== 1 ? `${shown}s` : shown;
}

function renderBroken(result: RequirementResult, io: Io): string {
  const { id, level, title, message = '', evidence, url, remedy, quote, expected } = result;
  const { icon, style } = looks[shownOf(result)];
  const rows: readonly (readonly [label: string, text: string | undefined])[] = [
    ['seen', message],
    ['sent', frame(evidence?.sent, io)],
    ['got', frame(evidence?.received, io)],
    ['known', expected?.reason],
    ['spec', quote && `“${quote}”`],
    ['mend', remedy],
    ['see', url],
  ];
  return [
    `${paint(io, style, `${icon} ${shownOf(result)}`)}  ${paint(io, 'bold', id)}  ${level}`,
    `    ${title}`,
    ...rows.flatMap(([label, text]) =>
      text === undefined ? [] : [`    ${paint(io, 'dim', label.padEnd(5))}  ${visible(text)}`],
    ),
  ].join('\n');
}

/** Longest frame by -v, in UTF-16 units. */
const longestFrames = [300, 2000] as const;

function frame(text: string | undefined, io: Io): string | undefined {
  if (text === undefined) return undefined;
  const trimmed = text.trimEnd();
  const longest = longestFrames[io.verbosity] ?? Number.POSITIVE_INFINITY;
  if (trimmed.length <= longest) return trimmed;
  return `${trimmed.slice(0, longest).toWellFormed()}… (${trimmed.length - longest} more characters)`;
}

/** What passed, and why the rest has no verdict. */
function renderOthers(results: readonly RequirementResult[], io: Io): string {
  return order
    .slice(3)
    .flatMap((shown) => results.filter((one) => shownOf(one) === shown))
    .map((result) => {
      const { icon, style } = looks[result.status];
      const why =
        result.message === undefined ? result.title : `${result.status}: ${visible(result.message)}`;
      return `${paint(io, style, icon)} ${result.id}  ${paint(io, 'dim', why)}`;
    })
    .join('\n');
}

function renderCrashes({ crashes }: ComplianceResult, io: Io): string {
  return crashes
    .map(
      ({ during, error }) =>
        `${paint(io, 'red', 'the server ended')} during ${during}: ${visible(error.message)}`,
    )
    .join('\n');
}

function renderProblems({ expectedFailureProblems }: ComplianceResult, io: Io): string {
  return expectedFailureProblems
    .map(
      ({ kind, message, location }) =>
        `${paint(io, 'bold', formatLocation(location, io.cwd))}  ${paint(io, 'red', kind)}  ${message}`,
    )
    .join('\n');
}

function renderTotals(result: ComplianceResult, verdict: ComplianceVerdict, io: Io): string {
  const { score, results, totals, profile } = result;
  const said = verdict.passed
    ? paint(io, 'green', 'passed')
    : `${paint(io, 'red', 'not passed')}: ${verdict.reasons.join('; ')}`;
  const silent = totals.notTestable + totals.notApplicable;
  return [
    said,
    `score  ${score === undefined ? 'none, since nothing was judged' : `${percent(score)} of what was judged, a MUST counting three times a SHOULD`}`,
    `total  ${results.length}: ${countsOf(results, io)}${silent > 0 && io.verbosity === 0 ? paint(io, 'dim', '  (-v tells why)') : ''}`,
    ...(profile === undefined || profile.outside === 0
      ? []
      : [
          `${profile.outside} newer or other requirements are outside of the profile ${profile.revision}/${profile.version} and were not judged`,
        ]),
  ].join('\n');
}

/** Rounded down, so that nothing but all is 100 %. */
function percent(ratio: number): string {
  return `${Math.floor(ratio * 1000) / 10} %`;
}
