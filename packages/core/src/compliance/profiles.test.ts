import { describe, expect, it } from 'vitest';
import { supportedRevisions } from '../protocol/types.ts';
import { findProfile, hashOf, newestProfile, profiles } from './profiles.ts';
import { checks } from './registry.ts';
import { isWithin } from './requirement.ts';

const command = 'node scripts/compliance-profiles.ts';
const nameOf = ({ revision, version }: { readonly revision: string; readonly version: number }): string =>
  `${revision}/${version}`;

describe('the profiles', () => {
  it('name existing requirements only, each once and in its revision', () => {
    for (const profile of profiles) {
      const wrong = profile.ids.filter((id) => {
        const check = checks.find((one) => one.id === id);
        return check === undefined || !isWithin(profile.revision, check.revisions);
      });
      const advice =
        profile.released === undefined
          ? `run \`${command}\``
          : 'it is released: a requirement that it names may not be renamed, removed or moved to other revisions';
      expect(wrong, `${nameOf(profile)} names what is not there: ${advice}`).toEqual([]);
      expect(new Set(profile.ids).size, nameOf(profile)).toBe(profile.ids.length);
    }
  });

  it.each(supportedRevisions)('hold every requirement of %s in the newest version', (revision) => {
    const wanted = checks.filter((check) => isWithin(revision, check.revisions)).map(({ id }) => id);
    const missing = wanted.filter((id) => newestProfile(revision)?.ids.includes(id) !== true);
    expect(
      missing,
      `no profile of ${revision} holds these checks, so that no run would judge them: run \`${command}\` and commit what it writes`,
    ).toEqual([]);
  });

  it('that are released were not changed since', () => {
    for (const { revision, version, released, ids } of profiles) {
      if (released === undefined) continue;
      expect(
        hashOf(ids),
        `${revision}/${version} is released and was edited: take the change back and run \`${command}\`, which begins the next version`,
      ).toBe(released);
    }
  });

  it('are counted from 1 per revision, only the newest of which may be unreleased', () => {
    for (const revision of supportedRevisions) {
      const versions = profiles.filter((profile) => profile.revision === revision);
      expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => index + 1));
      expect(versions.slice(0, -1).filter(({ released }) => released === undefined)).toEqual([]);
    }
  });

  it('are found by revision and version', () => {
    expect(findProfile({ revision: '2025-11-25', version: 1 })).toMatchObject({ revision: '2025-11-25' });
    expect(findProfile({ revision: '2025-11-25', version: 99 })).toBeUndefined();
    expect(newestProfile('1999-01-01')).toBeUndefined();
  });

  it('have a hash that a change of one id changes', () => {
    expect(hashOf(['a', 'b'])).not.toBe(hashOf(['a', 'c']));
    expect(hashOf(['a', 'b'])).toBe(hashOf(['a', 'b']));
  });
});
