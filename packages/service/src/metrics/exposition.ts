/**
 * Metrics as text: Prometheus 0.0.4 and OpenMetrics 1.0. Values are collected when they are asked for; nothing here
 * remembers any.
 */
export type Labels = Readonly<Record<string, string>>;

/** One number. */
export interface Sample {
  readonly suffix?: '_bucket' | '_sum' | '_count';
  readonly labels: Labels;
  readonly value: number;
}

/** All that is said under one name. */
export interface Family {
  /** Of a counter: with `_total`. */
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** A family without any is left out. */
  readonly samples: readonly Sample[];
}

export type ExpositionFormat = 'text' | 'openmetrics';

export const contentTypes: Readonly<Record<ExpositionFormat, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** The whole of what a scrape gets. */
export function writeExposition(families: readonly Family[], format: ExpositionFormat): string {
  const lines = families
    .filter(({ samples }) => samples.length > 0)
    .flatMap((one) => writeFamily(one, format));
  if (format === 'openmetrics') lines.push('# EOF');
  return lines.map((line) => `${line}\n`).join('');
}

function writeFamily({ name, help, type, samples }: Family, format: ExpositionFormat): string[] {
  // In OpenMetrics `_total` belongs to the sample of a counter, not to the name of its family.
  const family = format === 'openmetrics' && type === 'counter' ? name.replace(/_total$/, '') : name;
  return [
    `# HELP ${family} ${escapeHelp(help, format)}`,
    `# TYPE ${family} ${type}`,
    ...samples.map(
      ({ suffix = '', labels, value }) => `${name}${suffix}${writeLabels(labels)} ${writeNumber(value)}`,
    ),
  ];
}

/** Whoever counts keeps its labels, so that most of a scrape has been written before. */
const writtenLabels = new WeakMap<Labels, string>();

function writeLabels(labels: Labels): string {
  const known = writtenLabels.get(labels);
  if (known !== undefined) return known;
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  const written = parts.length === 0 ? '' : `{${parts.join(',')}}`;
  writtenLabels.set(labels, written);
  return written;
}

/** As both formats have it: `5` and `5.0` would be two series, and which one depends on the scraper. */
export function writeBound(bound: number): string {
  if (bound === Infinity) return '+Inf';
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}

function writeNumber(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '"': '\\"' };

function escapeLabel(text: string): string {
  return text.toWellFormed().replaceAll(/[\\\n"]/g, (character) => escapes[character] ?? character);
}

/** Quotation marks are escaped in OpenMetrics alone. */
function escapeHelp(text: string, format: ExpositionFormat): string {
  const pattern = format === 'openmetrics' ? /[\\\n"]/g : /[\\\n]/g;
  return text.replaceAll(pattern, (character) => escapes[character] ?? character);
}
