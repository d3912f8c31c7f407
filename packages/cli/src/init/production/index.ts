import { HarnessError } from '@mcp-test-harness/core/errors';
import { join } from 'node:path';
import { count } from '../../count.ts';
import { paint, type Io } from '../../io.ts';
import { visible } from '../../visible.ts';
import { productionFiles } from './files.ts';
import { writeTree } from './write-tree.ts';

export interface ProductionOptions {
  /** Absolute. */
  readonly root: string;
  /** Of the server under test; empty: an example stands in its place. */
  readonly command: readonly string[];
  readonly url: string | undefined;
  readonly transport: string | undefined;
}

/** Writes the files of the service below a directory; those that are there stay as they are. */
export function initProduction(options: ProductionOptions, io: Io): number {
  const { root, command, url } = options;
  if (command.length > 0 && url !== undefined) {
    throw new HarnessError({
      code: 'USAGE',
      message: 'several servers are named',
      hint: 'Give one of: a command after --, --url.',
    });
  }
  const { files, directories } = productionFiles({ ...options, cwd: io.cwd });
  const { written, kept } = writeTree(root, files, directories);
  const config = join(root, 'config/production.yaml');
  const hasServer = command.length > 0 || url !== undefined;
  const steps = [
    ...(hasServer
      ? []
      : [['Say which server is tested', `the section server of ${config}; an example stands there now`]]),
    ['Make the key of the audit log', `mcp-test-harness audit-log create-key ${join(root, 'audit.key')}`],
    [
      'Make a first key',
      `mcp-test-harness rbac create-key --user admin; put its hash into ${join(root, 'rbac.yaml')}`,
    ],
    ['Check all of it', `mcp-test-harness validate --config ${config} --connectivity`],
    ['Start', `mcp-test-harness serve --config ${config}`],
  ] as const;
  io.stdout(
    [
      `${paint(io, 'green', 'wrote')}  ${count(written.length, 'file')} below ${visible(root)}`,
      ...written.map((file) => `  ${file}`),
      ...(kept.length === 0
        ? []
        : [
            `${paint(io, 'yellow', 'kept')}  ${count(kept.length, 'file')} that were there`,
            ...kept.map((file) => `  ${file}`),
          ]),
      'next',
      ...steps.map(([what, how], index) => `  ${index + 1}. ${what}: ${visible(how)}`),
      '',
    ].join('\n'),
  );
  return 0;
}
