import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Store } from '../define.ts';
import { openStore } from '../open.ts';
import { startTestPostgres } from './postgres.ts';

/** A clock that stands until somebody moves it. */
export class TestClock {
  /** Milliseconds since 1970. */
  time = Date.parse('2026-11-26T12:00:00Z');

  readonly now = (): number => this.time;

  advance(ms: number): void {
    this.time += ms;
  }
}

/** A place where stores share their data, as the replicas of one service do. */
interface StorePlace {
  open(clock: TestClock): Promise<Store>;
}

export interface StoreKind {
  readonly name: string;
  /** Why it cannot be tested here. */
  readonly absent: string | undefined;
  /** A new, empty place. */
  place(): StorePlace;
}

const folder = mkdtempSync(join(tmpdir(), 'mcp-test-harness-store-'));
const postgres = await startTestPostgres();

/** Both kinds, for one file of tests: the database is started once and removed at its end. */
export const storeKinds: readonly StoreKind[] = [
  {
    name: 'SQLite',
    absent: undefined,
    place: () => {
      const file = join(folder, `${randomBytes(6).toString('hex')}.db`);
      return { open: (clock) => openStore({ file, clock: clock.now }) };
    },
  },
  {
    name: 'PostgreSQL',
    absent: 'absent' in postgres ? postgres.absent : undefined,
    place: () => {
      const schema = `test_${randomBytes(6).toString('hex')}`;
      const url = 'url' in postgres ? postgres.url : '';
      return { open: (clock) => openStore({ url, schema, clock: clock.now, maxConnections: 4 }) };
    },
  },
];

afterAll(async () => {
  if ('dispose' in postgres) await postgres.dispose();
  rmSync(folder, { recursive: true, force: true });
});
