import type { ExpositionFormat } from './exposition.ts';

interface MediaRange {
  readonly type: string;
  readonly version: string | undefined;
  /** 0 to 1. */
  readonly quality: number;
}

/**
 * The format that a scraper likes better, by its `Accept` header. Text is for everybody who does not ask for OpenMetrics
 * by name, since browsers and curl accept anything.
 */
export function chooseFormat(accept: string | undefined): ExpositionFormat {
  const ranges = (accept ?? '').split(',').map(readRange);
  const best = (fits: (range: MediaRange) => boolean): number =>
    Math.max(0, ...ranges.filter(fits).map(({ quality }) => quality));
  const openMetrics = best(
    ({ type, version }) =>
      type === 'application/openmetrics-text' && (version === undefined || version === '1.0.0'),
  );
  const text = best(
    ({ type, version }) => type === 'text/plain' && (version === undefined || version === '0.0.4'),
  );
  return openMetrics > 0 && openMetrics >= text ? 'openmetrics' : 'text';
}

function readRange(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const valueOf = (name: string): string | undefined =>
    parameters
      .find((parameter) => parameter.startsWith(`${name}=`))
      ?.slice(name.length + 1)
      .replaceAll('"', '');
  const quality = Number(valueOf('q') ?? '1');
  return { type, version: valueOf('version'), quality: quality >= 0 && quality <= 1 ? quality : 0 };
}
