import { HarnessError } from '@mcp-test-harness/core/errors';
import { suggestName } from '@mcp-test-harness/core/nearest';
import { count } from '../../count.ts';
import { paint } from '../../io.ts';
import { loadServiceFromArguments } from '../../load-service.ts';
import { visible } from '../../visible.ts';
import { withAudit } from '../../with-audit.ts';
import type { BackupActionRun } from '../actions.ts';
import { backupContext, openSealer, readCount, sayBytes } from '../context.ts';

const create: BackupActionRun = async (options, _name, io) => {
  const days = readCount(options, 'retention-days', 30, 0);
  const keep = readCount(options, 'keep', 5, 1);
  const reportsDays = readCount(options, 'reports-days', 30, 0);
  requireParts(options['allow-missing']);
  const { createBackup, placesOf } = await import('@mcp-test-harness/service/backup');
  const settings = await loadServiceFromArguments(options, io);
  const sealer = await openSealer(settings, io);
  try {
    const context = await backupContext(options, io);
    const { name, folder, manifest, removed } = await withAudit(
      settings,
      { action: 'backup:create', target: context.directory },
      io,
      () =>
        createBackup({
          ...context,
          places: placesOf(settings),
          reportsDays,
          allowMissing: options['allow-missing'],
          secrets: settings.secrets,
          withSecrets: options['with-secrets'] === true,
          seal: sealer?.seal,
          retention: days === 0 ? undefined : { days, keep },
        }),
    );
    if (options.json === true) {
      io.stdout(`${JSON.stringify({ name, folder, removed, manifest }, undefined, 2)}\n`);
      return 0;
    }
    const lines = [`${paint(io, 'green', 'saved')}  ${visible(folder)}`];
    for (const part of manifest.parts) {
      const left = part.excluded.length === 0 ? '' : `, ${count(part.excluded.length, 'exclusion')}`;
      lines.push(
        `  ${part.name.padEnd(14)}${sayBytes(part.bytes).padStart(10)}  ${count(part.files, 'file')} of ${visible(part.root)}${part.sealed ? ', encrypted' : ''}${left}`,
      );
    }
    for (const part of manifest.missing) lines.push(`  ${part.padEnd(14)}not there`);
    if (removed.length > 0) lines.push(`removed  ${removed.join(', ')}`);
    io.stdout(`${lines.join('\n')}\n`);
    return 0;
  } finally {
    await sealer?.close();
  }
};
export default create;

const parts = ['baselines', 'reports', 'database', 'audit-log', 'rbac', 'tls-config'];

function requireParts(names: readonly string[]): void {
  const wrong = names.find((name) => !parts.includes(name));
  if (wrong === undefined) return;
  throw new HarnessError({
    code: 'USAGE',
    message: `--allow-missing ${wrong} is no part that may be absent`,
    hint: suggestName(wrong, parts, { what: 'parts' }),
  });
}
