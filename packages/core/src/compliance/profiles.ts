import { createHash } from 'node:crypto';
import { revisionProfiles } from './profiles/all.ts';

/**
 * The requirements that a run judges, by id. One that is released never changes: a server that kept it yesterday is judged
 * by the same sentences tomorrow, and new checks come with the next version.
 */
export interface Profile {
  readonly revision: string;
  /** Counts from 1 per revision. */
  readonly version: number;
  /** {@link hashOf} the ids, written when it was released; until then the profile follows the registry. */
  readonly released?: string | undefined;
  readonly ids: readonly string[];
}

/** All profiles, by revision and version. */
export const profiles: readonly Profile[] = revisionProfiles;

/** The newest profile of a revision; undefined where there is none. */
export function newestProfile(revision: string): Profile | undefined {
  return profiles.findLast((profile) => profile.revision === revision);
}

export function findProfile(wanted: Pick<Profile, 'revision' | 'version'>): Profile | undefined {
  return profiles.find(({ revision, version }) => revision === wanted.revision && version === wanted.version);
}

/** What a released profile is held to. */
export function hashOf(ids: readonly string[]): string {
  return createHash('sha256').update(ids.join('\n')).digest('hex').slice(0, 16);
}
