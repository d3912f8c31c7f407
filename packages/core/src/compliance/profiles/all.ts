import profiles20241105 from './2024-11-05.ts';
import profiles20250326 from './2025-03-26.ts';
import profiles20250618 from './2025-06-18.ts';
import profiles20251125 from './2025-11-25.ts';
import profiles20260728 from './2026-07-28.ts';
import type { Profile } from '../profiles.ts';

/** Written by scripts/compliance-profiles.ts. */
export const revisionProfiles: readonly Profile[] = [
  ...profiles20241105,
  ...profiles20250326,
  ...profiles20250618,
  ...profiles20251125,
  ...profiles20260728,
];
