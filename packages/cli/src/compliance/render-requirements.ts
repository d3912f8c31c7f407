import {
  profiles,
  specUrl,
  toRequirement,
  type Check,
  type Needs,
  type Profile,
  type RevisionRange,
} from '@mcp-test-harness/core/compliance';
import { paint, type Io } from '../io.ts';

interface Row {
  readonly id: string;
  readonly level: string;
  readonly revisions: string;
  readonly title: string;
}

/** `--list`: a line a requirement. */
export function renderRequirements(checks: readonly Check[], io: Io): string {
  const rows: readonly Row[] = checks.map(({ id, level, revisions, needs, title }) => ({
    id,
    level,
    revisions: describeRange(revisions),
    title: `${title}${describeNeeds(needs)}`,
  }));
  const widthOf = (key: 'id' | 'level' | 'revisions'): number =>
    Math.max(key.length, ...rows.map((row) => row[key].length));
  const widths = { id: widthOf('id'), level: widthOf('level'), revisions: widthOf('revisions') };
  const line = (row: Row): string =>
    [
      row.id.padEnd(widths.id),
      row.level.padEnd(widths.level),
      row.revisions.padEnd(widths.revisions),
      row.title,
    ]
      .join('  ')
      .trimEnd();
  const head = line({ id: 'id', level: 'level', revisions: 'revisions', title: 'what a sound server does' });
  return [
    paint(io, 'bold', head),
    ...rows.map(line),
    '',
    `${checks.length} requirements; profiles: ${profiles.map(describeProfile).join(', ')}`,
    '',
  ].join('\n');
}

/** `--list --json`. */
export function requirementsDocument(checks: readonly Check[]): object {
  return {
    schemaVersion: 1,
    profiles: profiles.map(({ revision, version, released, ids }) => ({
      revision,
      version,
      released: released !== undefined,
      requirements: ids,
    })),
    requirements: checks.map((check) => ({ ...toRequirement(check), url: specUrl(check) })),
  };
}

function describeProfile({ revision, version, ids }: Profile): string {
  return `${revision}/${version} (${ids.length})`;
}

function describeRange({ from, until }: RevisionRange): string {
  if (until === undefined) return `from ${from}`;
  return from === until ? from : `${from} to ${until}`;
}

function describeNeeds(needs: Needs | undefined): string {
  const parts = [needs?.transport, ...(needs?.capabilities ?? []), needs?.extension].filter(
    (part) => part !== undefined,
  );
  return parts.length === 0 ? '' : ` [${parts.join(', ')}]`;
}
