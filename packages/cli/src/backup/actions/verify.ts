import { count } from '../../count.ts';
import { paint } from '../../io.ts';
import { visible } from '../../visible.ts';
import type { BackupActionRun } from '../actions.ts';
import { backupContext, openSealer, presentSettings } from '../context.ts';
import { requireName } from '../require-name.ts';

const verify: BackupActionRun = async (options, given, io) => {
  const { latestBackup, verifyBackup } = await import('@mcp-test-harness/service/backup');
  const context = await backupContext(options, io);
  const name = given ?? (await latestBackup(context.directory))?.name;
  if (name === undefined) {
    io.stderr(`${visible(context.directory)} holds no backup\n`);
    return 1;
  }
  await requireName(context.directory, name);
  const sealer = await openSealer(await presentSettings(options, io), io);
  try {
    const verdict = await verifyBackup(context.directory, name, { env: io.env, unseal: sealer?.unseal });
    const { manifest, problems, notes } = verdict;
    if (options.json === true) io.stdout(`${JSON.stringify(verdict, undefined, 2)}\n`);
    else {
      const lines = problems.map(
        ({ file, reason }) => `${paint(io, 'red', 'broken')}  ${visible(file)}: ${visible(reason)}`,
      );
      if (problems.length === 0)
        lines.push(
          `${paint(io, 'green', 'whole')}   ${name}: ${count(manifest?.parts.length ?? 0, 'part')}, ${manifest?.components.join(', ') ?? ''}`,
        );
      io.stdout(`${[...lines, ...notes.map((note) => `note    ${visible(note)}`)].join('\n')}\n`);
    }
    return problems.length === 0 ? 0 : 1;
  } finally {
    await sealer?.close();
  }
};
export default verify;
