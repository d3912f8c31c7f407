import { beforeEach, describe, expect, it } from 'vitest';
import { NotificationInbox } from './notification-inbox.ts';
import { FakeServers, turn } from './testing/fake-servers.ts';
import type { FakeSession } from './testing/fake-servers.ts';
import { ManualClock } from './testing/manual-clock.ts';

describe('an inbox', () => {
  const clock = new ManualClock();
  let session: FakeSession;
  let inbox: NotificationInbox;
  const take = async (method: string): Promise<unknown> => {
    const { signal } = new AbortController();
    return (await inbox.take(method, { timeoutMs: 1000, signal, nowMs: () => clock.nowMs() })).params;
  };

  beforeEach(async () => {
    const servers = new FakeServers(clock);
    session = await servers.connect({ command: 'x' });
    inbox = new NotificationInbox(session);
  });

  it('hands out what came before, each once, in order', async () => {
    session.push('a', { n: 1 });
    session.push('b', { n: 2 });
    session.push('a', { n: 3 });
    expect([await take('a'), await take('a'), await take('b')]).toEqual([{ n: 1 }, { n: 3 }, { n: 2 }]);
  });

  it('hands each to one of several that wait for the same', async () => {
    const taken = Promise.all([take('a'), take('a'), take('a')]);
    for (const n of [1, 2, 3]) {
      session.push('a', { n });
      await turn();
    }
    expect((await taken).toSorted()).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it('finds what comes after very many others, and with them', async () => {
    for (let count = 0; count < 1500; count += 1) session.push('noise');
    session.push('a', { n: 1 });
    expect(await take('a')).toEqual({ n: 1 });
    const taken = take('b');
    await turn();
    session.push('b', { n: 2 });
    for (let count = 0; count < 1500; count += 1) session.push('noise');
    expect(await taken).toEqual({ n: 2 });
  });

  it('tells what came instead', async () => {
    session.push('b');
    await expect(take('a')).rejects.toMatchObject({
      code: 'PROTOCOL_TIMEOUT',
      message: 'a did not come in time; other notifications came: b',
    });
  });

  it('passes on that the server has gone', async () => {
    session.alive = false;
    await expect(take('a')).rejects.toMatchObject({ code: 'TARGET_EXITED' });
  });
});
