import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { JournalSync } from './sqlite-journal.ts';

/** A disk that is done when the test says so. */
function aDisk() {
  const syncs: PromiseWithResolvers<void>[] = [];
  const said: string[] = [];
  const journal = new JournalSync('store.db', async (file) => {
    said.push(`open ${file}`);
    return {
      datasync: () => {
        const sync = Promise.withResolvers<void>();
        syncs.push(sync);
        return sync.promise;
      },
      close: async () => void said.push('close'),
    };
  });
  const waiting = (name: string): void => {
    journal.durable().then(
      () => said.push(name),
      (error: Error) => said.push(`${name}: ${error.message}`),
    );
  };
  return { journal, syncs, said, waiting };
}

describe('waiting for the journal', () => {
  it('is over with a sync that began after the call, which all who wait by then share', async () => {
    const { syncs, said, waiting } = aDisk();
    waiting('first');
    await nextTurn();
    waiting('second');
    waiting('third');
    await nextTurn();
    expect([syncs.length, said]).toEqual([1, ['open store.db-wal']]);
    syncs[0]?.resolve();
    await nextTurn();
    expect([syncs.length, said]).toEqual([2, ['open store.db-wal', 'first']]);
    syncs[1]?.resolve();
    await nextTurn();
    expect(said).toEqual(['open store.db-wal', 'first', 'second', 'third']);
    waiting('fourth');
    await nextTurn();
    expect(syncs).toHaveLength(3);
  });

  it('fails for those whose sync failed, and for nobody else', async () => {
    const { syncs, said, waiting } = aDisk();
    waiting('first');
    await nextTurn();
    waiting('second');
    syncs[0]?.reject(new Error('EIO'));
    await nextTurn();
    syncs[1]?.resolve();
    await nextTurn();
    expect(said).toEqual(['open store.db-wal', 'first: EIO', 'second']);
  });

  it('that goes on is awaited by closing', async () => {
    const { journal, syncs, said, waiting } = aDisk();
    waiting('first');
    await nextTurn();
    waiting('second');
    void journal.close();
    syncs[0]?.resolve();
    await nextTurn();
    expect(said).not.toContain('close');
    syncs[1]?.resolve();
    await nextTurn();
    expect(said.slice(1)).toEqual(['first', 'second', 'close']);
  });

  it('costs nothing where nothing was written', async () => {
    const { journal, said } = aDisk();
    await journal.close();
    expect(said).toEqual([]);
  });
});
