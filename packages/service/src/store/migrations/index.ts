import type { Migration } from './define.ts';
import initial from './0001-initial.ts';
import sessions from './0002-sessions.ts';

/** Every step, in order. There is no way back: an older version of the service refuses a newer store. */
export const migrations: readonly Migration[] = [initial, sessions];
