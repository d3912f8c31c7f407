/**
 * Writes packages/core/src/compliance/profiles from the registry of checks: the newest profile of each revision holds the
 * requirements of that revision. A released one is left as it is; what has come since begins the next version.
 *
 *     node scripts/compliance-profiles.ts             after a check was added, renamed or removed
 *     node scripts/compliance-profiles.ts --release   with a release: freezes the newest ones
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Profile } from '../packages/core/src/compliance/profiles.ts';
import { checks } from '../packages/core/src/compliance/registry.ts';
import { isWithin } from '../packages/core/src/compliance/requirement.ts';
import { supportedRevisions } from '../packages/core/src/protocol/types.ts';

const folder = resolve(import.meta.dirname, '../packages/core/src/compliance/profiles');
const release = process.argv.includes('--release');
await mkdir(folder, { recursive: true });
// Missing at the very beginning, and with a revision that is new.
const known = await import('../packages/core/src/compliance/profiles.ts').catch(() => undefined);

for (const revision of supportedRevisions) {
  const versions = (known?.profiles ?? []).filter((profile) => profile.revision === revision);
  const renewed = renew(revision, versions).map((profile) =>
    release && known !== undefined
      ? { ...profile, released: profile.released ?? known.hashOf(profile.ids) }
      : profile,
  );
  await writeFile(resolve(folder, `${revision}.ts`), render(renewed));
  const newest = renewed.at(-1);
  console.log(
    `${revision}/${newest?.version}: ${newest?.ids.length} requirements${newest?.released ? ', released' : ''}`,
  );
}
await writeFile(resolve(folder, 'all.ts'), renderAll());

function renew(revision: string, versions: readonly Profile[]): readonly Profile[] {
  const ids = checks
    .filter((check) => isWithin(revision, check.revisions))
    .map(({ id }) => id)
    .toSorted();
  const newest = versions.at(-1);
  if (newest === undefined) return [{ revision, version: 1, ids }];
  if (newest.released === undefined) return [...versions.slice(0, -1), { ...newest, ids }];
  if (isDeepStrictEqual(newest.ids, ids)) return versions;
  return [...versions, { revision, version: newest.version + 1, ids }];
}

function render(profiles: readonly Profile[]): string {
  const blocks = profiles.map(({ revision, version, released, ids }) =>
    [
      '  {',
      `    revision: '${revision}',`,
      `    version: ${version},`,
      ...(released === undefined ? [] : [`    released: '${released}',`]),
      '    ids: [',
      ...ids.map((id) => `      '${id}',`),
      '    ],',
      '  },',
    ].join('\n'),
  );
  return `import type { Profile } from '../profiles.ts';

/** Written by scripts/compliance-profiles.ts. What is released is never edited. */
export default [
${blocks.join('\n')}
] satisfies readonly Profile[];
`;
}

function renderAll(): string {
  const name = (revision: string): string => `profiles${revision.replaceAll('-', '')}`;
  return `${supportedRevisions.map((revision) => `import ${name(revision)} from './${revision}.ts';`).join('\n')}
import type { Profile } from '../profiles.ts';

/** Written by scripts/compliance-profiles.ts. */
export const revisionProfiles: readonly Profile[] = [
${supportedRevisions.map((revision) => `  ...${name(revision)},`).join('\n')}
];
`;
}
