import { supportedRevisions, type Revision } from '../types.ts';
import revision20241105 from './2024-11-05.ts';
import revision20250326 from './2025-03-26.ts';
import revision20250618 from './2025-06-18.ts';
import revision20251125 from './2025-11-25.ts';
import revision20260728 from './2026-07-28.ts';
import type { RevisionStrategy } from './strategy.ts';

export type { RevisionStrategy } from './strategy.ts';

const strategies: Readonly<Record<Revision, RevisionStrategy>> = {
  '2024-11-05': revision20241105,
  '2025-03-26': revision20250326,
  '2025-06-18': revision20250618,
  '2025-11-25': revision20251125,
  '2026-07-28': revision20260728,
};

/** The newest revision that we speak. */
export const newestRevision: Revision = supportedRevisions[supportedRevisions.length - 1] as Revision;

/** The newest revision that begins with `initialize`: what a server is asked for that has no newer era. */
export const newestHandshakeRevision: Revision = '2025-11-25';

export function revisionStrategy(revision: Revision): RevisionStrategy {
  return strategies[revision];
}

/** The strategy for a version as a server names it; undefined when we do not speak it. */
export function strategyFor(version: unknown): RevisionStrategy | undefined {
  return typeof version === 'string' && Object.hasOwn(strategies, version)
    ? strategies[version as Revision]
    : undefined;
}
