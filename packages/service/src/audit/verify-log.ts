import type { ChainPoint } from './chain.ts';
import { auditFiles, findParts, headOf } from './files.ts';
import { verifyAuditLog, type AuditVerdict } from './verify.ts';

const mostTries = 5;

/**
 * Verifies a log with its rotated parts and its head, also while it is written: when what was found broken has changed in
 * the meantime, since a part was begun or packed, it is looked at again.
 * @throws HarnessError IO_READ for a file that cannot be read
 */
export async function verifyWholeLog(options: {
  readonly file: string;
  readonly key: Buffer;
  readonly expected?: ChainPoint | undefined;
}): Promise<AuditVerdict> {
  const { file, key, expected } = options;
  const state = async (): Promise<string> =>
    [await auditFiles.readText(headOf(file)), ...(await findParts(file))].join('\n');
  const attempt = async (): Promise<AuditVerdict> =>
    await verifyAuditLog({ files: await findParts(file), key, headFile: headOf(file), expected });
  for (let tries = 1; tries < mostTries; tries += 1) {
    const before = await state();
    // A part that is packed or renamed while it is read cannot be read.
    const verdict = await attempt().catch(() => undefined);
    if (verdict?.state === 'intact' || (verdict !== undefined && (await state()) === before)) return verdict;
  }
  return await attempt();
}
