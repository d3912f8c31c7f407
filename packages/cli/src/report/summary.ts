import { HarnessError } from '@mcp-test-harness/core/errors';
import type { SummaryFormat } from '@mcp-test-harness/service/runs';
import { join } from 'node:path';
import type { Io } from '../io.ts';
import { configSource, type ConfigArguments } from '../load.ts';
import { distinctFiles, readReportTargets } from '../report-targets.ts';
import { harnessVersion } from '../version.ts';
import { writeAtomically } from '../write-atomically.ts';

export interface SummaryArguments extends ConfigArguments {
  /** Values of `--report`. */
  readonly report: readonly string[];
  readonly date: string | undefined;
}

/**
 * Sums up what the service did on a day or in a week. The store is only read, whether the service runs or not.
 * @throws HarnessError USAGE for a date that is none, IO_READ where there is no store
 */
export async function summarise(
  kind: 'daily' | 'weekly',
  { report, date, ...config }: SummaryArguments,
  io: Io,
): Promise<number> {
  const [{ collectSummary, periodOf, renderSummary, summaryCalendar, summaryFiles }, { loadService }] =
    await Promise.all([
      import('@mcp-test-harness/service/runs'),
      import('@mcp-test-harness/service/settings'),
    ]);
  const formats = [
    { name: 'terminal', defaultFile: undefined },
    ...Object.entries(summaryFiles).map(([name, extension]) => ({
      name,
      defaultFile: `${kind}.${extension}`,
    })),
  ];
  const targets = readReportTargets(report.length === 0 ? ['terminal'] : report, io, formats);
  const files = distinctFiles(targets);
  if (date !== undefined && !isDate(date))
    throw new HarnessError({
      code: 'USAGE',
      message: `--date must be a day like 2026-11-25, not "${date}"`,
    });
  const { settings } = await loadService(configSource(config, io));
  await io.hide(settings.secrets);
  const { timezone } = settings.distribution;
  const period =
    date === undefined
      ? summaryCalendar(kind, timezone, 0).latest(Date.now())?.period
      : periodOf(kind, timezone, date);
  if (period === undefined) throw new Error(`there is no ${kind} period of ${date ?? 'now'} in ${timezone}`);
  const { dataDir, databaseUrl } = settings.service;
  const { openStore } = await import('@mcp-test-harness/service/store');
  const store = await openStore(
    databaseUrl === undefined
      ? { file: join(dataDir, 'store.db'), schemaChanges: 'refuse' }
      : { url: databaseUrl, schemaChanges: 'refuse' },
  );
  try {
    const { baselineDir, baselines } = settings;
    const trend = baselines?.trend ?? true;
    const document = await collectSummary(period, { store, baselineDir, timezone, trend });
    const render = (format: string): string =>
      io.mask(renderSummary(document, format as SummaryFormat, harnessVersion()));
    for (const { kind: format, file } of files) {
      writeAtomically(file, [render(format)]);
      io.stderr(`report  ${file}\n`);
    }
    const onStdout = targets.find(({ file }) => file === undefined);
    if (onStdout !== undefined) io.stdout(render(onStdout.kind));
    return 0;
  } finally {
    await store.close();
  }
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T12:00:00Z`));
}
