import type { ChangeKind, ContractChange } from './types.ts';

/** A step of a version; https://semver.org, sections 6 to 8. */
export type VersionStep = 'major' | 'minor' | 'patch';

/** What step the changes of a contract need, and what step was taken. */
export interface VersionAdvice {
  readonly needed: VersionStep;
  /** Undefined when one of the two versions is not given or not a semantic version. */
  readonly taken:
    | {
        readonly before: string;
        readonly after: string;
        /** The least version that these changes need; undefined when they need none. */
        readonly needs: string | undefined;
        readonly isEnough: boolean;
      }
    | undefined;
}

/**
 * A risky change breaks nobody and is no mere repair either: what models do may change, as with a new feature.
 * Nothing at all is a patch.
 */
const stepOf: Readonly<Record<ChangeKind, VersionStep>> = {
  breaking: 'major',
  risky: 'minor',
  compatible: 'minor',
};
const steps: readonly VersionStep[] = ['major', 'minor', 'patch'];

/**
 * The step that changes need by semantic versioning, against the step from one version to the other.
 * Before 1.0.0 a minor step may break, as npm's ranges have it (^0.2.1 does not take 0.3.0), and a patch may add.
 */
export function adviseVersion(
  changes: readonly ContractChange[],
  before: string | undefined,
  after: string | undefined,
): VersionAdvice {
  const needed = steps.find((step) => changes.some(({ kind }) => stepOf[kind] === step)) ?? 'patch';
  const [old, current] = [parseVersion(before), parseVersion(after)];
  if (before === undefined || after === undefined || old === undefined || current === undefined)
    return { needed, taken: undefined };
  const needs = changes.length === 0 ? undefined : nextVersion(old, needed);
  const isEnough = compareVersions(current, needs ?? old) >= 0;
  return { needed, taken: { before, after, needs: needs?.join('.'), isEnough } };
}

type Version = readonly [major: number, minor: number, patch: number];

/** The numbers of a semantic version; what marks a pre-release or a build counts as the version itself. */
function parseVersion(text: string | undefined): Version | undefined {
  const match = /^v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:[-+].*)?$/.exec(text ?? '');
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])];
}

function nextVersion([major, minor, patch]: Version, needed: VersionStep): Version {
  const isInitial = major === 0;
  const next: Readonly<Record<VersionStep, Version>> = {
    major: isInitial ? [0, minor + 1, 0] : [major + 1, 0, 0],
    minor: isInitial ? [0, minor, patch + 1] : [major, minor + 1, 0],
    patch: [major, minor, patch + 1],
  };
  return next[needed];
}

function compareVersions(left: Version, right: Version): number {
  const at = left.findIndex((part, index) => part !== right[index]);
  return at === -1 ? 0 : left[at]! - right[at]!;
}
