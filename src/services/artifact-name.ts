/** What an artifact is for; the prefix of its name. */
export type ArtifactKind = 'report' | 'merged' | 'baseline';

/** Which job made it. */
export interface ArtifactOwner {
  /** The input `baseline-key`. */
  readonly key: string;
  readonly os: string;
  readonly arch: string;
  readonly attempt: number;
}

/**
 * `mcp-test-harness-report-<key>-<os>-<arch>-<attempt>`. An artifact's name is used once in a run: jobs of a matrix
 * differ in key or machine, attempts in their number. What GitHub does not allow in a name becomes `-`.
 */
export function artifactName(kind: ArtifactKind, { key, os, arch, attempt }: ArtifactOwner): string {
  return `${artifactPrefix(kind, { key, os, arch })}${attempt}`;
}

/** Of the artifacts of a kind, or of one job of all attempts. */
export function artifactPrefix(
  kind: ArtifactKind,
  owner?: Pick<ArtifactOwner, 'key' | 'os' | 'arch'>,
): string {
  const parts = owner === undefined ? [] : [owner.key, owner.os, owner.arch];
  return [`mcp-test-harness-${kind}`, ...parts.map(namePart), ''].join('-');
}

/** Whether a name is the prefix and an attempt, perhaps with the number of a further try. */
export function isAttemptOf(name: string, prefix: string): boolean {
  return name.startsWith(prefix) && /^\d+(?:\.\d+)?$/.test(name.slice(prefix.length));
}

function namePart(part: string): string {
  return (
    part
      .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 80) || 'default'
  );
}
