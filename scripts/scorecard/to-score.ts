import { excerpt } from './excerpt.ts';
import type { ServerRun } from './run-server.ts';
import type { BrokenRequirement, Score, ScoredServer } from './types.ts';

/** Longest account of what was seen, in UTF-16 units. */
const longestMessage = 300;

/**
 * What is kept of a run.
 * @throws Error when there is no result, or when a failure cannot be shown as the page promises
 */
export function toScore(
  server: ScoredServer,
  run: ServerRun,
  { date, harnessVersion }: Pick<Score, 'date' | 'harnessVersion'>,
): Score {
  const { result, seconds, exitCode, leftBehind, tools } = run;
  const { package: name, version, language, transport } = server;
  if (result === undefined) throw new Error(`no result; exit code ${exitCode}: ${run.stderr.slice(-1000)}`);
  const neutral = (text: string): string =>
    run.places.reduce((told, [place, instead]) => told.replaceAll(place, instead), text);
  const { passed, failed, warnings, notApplicable, notTestable } = result.totals;
  return {
    package: name,
    version,
    language,
    transport,
    date,
    harnessVersion,
    revision: result.server.revision,
    serverInfo: [result.server.info['name'], result.server.info['version']].map(String).join(' '),
    score: result.score ?? null,
    totals: { passed, failed, warnings, notApplicable, notTestable },
    tools,
    seconds: Math.round(seconds * 10) / 10,
    exitCode,
    leftBehind: leftBehind.map(neutral),
    broken: result.results.flatMap((one) => {
      const { id, level, status, title, url, quote, evidence } = one;
      if (status !== 'failed' && status !== 'warning') return [];
      const message = neutral(one.message ?? '');
      const show = (frame: string | undefined): string | undefined =>
        frame === undefined ? undefined : excerpt(neutral(frame).trimEnd(), message);
      const shown: BrokenRequirement = {
        id,
        level,
        status,
        title,
        url,
        message: message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message,
        quote: quote ?? '',
        sent: show(evidence?.sent),
        received: show(evidence?.received),
      };
      return [shown];
    }),
  };
}

/** What is to be seen to before the page may say so; empty when all is well. */
export function problemsOf(score: Score): readonly string[] {
  const { exitCode, seconds, leftBehind, broken } = score;
  return [
    ...(exitCode === 0 || exitCode === 1 ? [] : [`the harness ended with ${exitCode}`]),
    ...(seconds < 60 ? [] : [`it took ${seconds} s`]),
    ...leftBehind.map((command) => `left behind: ${command}`),
    ...broken.filter(({ quote }) => quote === '').map(({ id }) => `${id} is broken and quotes no sentence`),
    ...broken
      .filter(({ sent, received }) => sent === undefined && received === undefined)
      .map(({ id }) => `${id} is broken and shows no frame`),
  ];
}
