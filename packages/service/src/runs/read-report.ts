import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Encryptor } from '../secrets/index.ts';
import type { ServiceSettings } from '../settings/define.ts';
import { readReportFile } from './report-folder.ts';

/** What a sealed file is called besides. */
export const sealedSuffix = '.sealed';

/** A sealed report opens under its own name only. */
export function placeOfReport(reportPath: string, name: string): string {
  return `report:${reportPath}/${name}`;
}

/** Directories of ours: of a run, or of summaries. */
const knownPath = /^(?:runs\/\d{4}-\d\d-\d\d\/[0-9A-Za-z-]{1,80}|daily|weekly)$/;
/** One segment that neither is hidden nor leads elsewhere. */
const knownName = /^[0-9A-Za-z][0-9A-Za-z_.-]{0,120}$/;

/**
 * A report's file, decrypted; undefined where there is none.
 * @param reportPath as a run's result has it: relative to `reporting.outputDir`
 * @param name without the suffix of sealed files
 * @throws HarnessError IO_READ when it cannot be read, or its key is not to be had
 */
export async function readReport(
  settings: Pick<ServiceSettings, 'reporting'>,
  encryptor: Encryptor | undefined,
  reportPath: string,
  name: string,
): Promise<Uint8Array | undefined> {
  if (!knownPath.test(reportPath) || !knownName.test(name) || name.endsWith(sealedSuffix)) return undefined;
  const { outputDir } = settings.reporting;
  const plain = await readReportFile(outputDir, `${reportPath}/${name}`);
  if (plain !== undefined || encryptor === undefined) return plain;
  const sealed = await readReportFile(outputDir, `${reportPath}/${name}${sealedSuffix}`);
  if (sealed === undefined) return undefined;
  return Buffer.from(await encryptor.open(sealed.toString('utf8'), placeOfReport(reportPath, name)));
}

/** Names of the files of summaries that {@link readReport} finds; empty where there is none. */
export async function listReports(
  { reporting }: Pick<ServiceSettings, 'reporting'>,
  period: 'daily' | 'weekly',
): Promise<readonly string[]> {
  const entries = await readdir(join(reporting.outputDir, period), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => (name.endsWith(sealedSuffix) ? name.slice(0, -sealedSuffix.length) : name))
    .filter((name) => knownName.test(name));
}
