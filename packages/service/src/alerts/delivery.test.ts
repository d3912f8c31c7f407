/** From what happens to what people read: rules, a store, the outbox and real receivers together. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../clock/index.ts';
import type { DistributionSettings } from '../settings/define.ts';
import { openStore, type NotificationState, type Store } from '../store/index.ts';
import { temporaryFolders } from '../testing/folders.ts';
import type { Occurrence } from './define.ts';
import { closeNotifiers, openNotifiers } from './open-notifiers.ts';
import { startOutbox, type Outbox } from './outbox.ts';
import { createNotificationRules } from './rules.ts';
import {
  distribution,
  emailSettings,
  everyOccasion,
  runSummary,
  suiteSummary,
  thresholds,
} from './testing/examples.ts';
import { startMailServer } from './testing/mail-server.ts';
import { startReceiver } from './testing/receiver.ts';
import { recordingLog, type RecordingLog } from './testing/recording-log.ts';

const newFolder = temporaryFolders();
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface World {
  readonly folder: string;
  readonly store: Store;
  readonly log: RecordingLog;
  readonly happens: (occurrence: Occurrence) => Promise<void>;
  /** Waits until the store says so. */
  readonly until: (counts: Readonly<Partial<Record<NotificationState, number>>>) => Promise<void>;
}

async function world(settings: DistributionSettings, replicas = 1): Promise<World> {
  const folder = newFolder();
  const store = await openStore({ file: join(folder, 'store.db') });
  closers.push(() => store.close());
  const log = recordingLog();
  const rules = createNotificationRules({ alerts: thresholds, distribution: settings });
  const outboxes: Outbox[] = [];
  for (let replica = 0; replica < replicas; replica += 1) {
    const notifiers = await openNotifiers(settings, { log, clock: systemClock });
    closers.push(() => closeNotifiers(notifiers));
    const limits = { groupMs: 20, pollMs: 20, everyMs: 1, firstRetryMs: 20, longestRetryMs: 50 };
    const outbox = startOutbox({ store, notifiers: () => notifiers, log, limits });
    closers.push(() => outbox.drain());
    outboxes.push(outbox);
  }
  return {
    folder,
    store,
    log,
    happens: async (occurrence) => {
      // Every replica finds out.
      for (const outbox of outboxes) {
        for (const notification of rules(occurrence, Date.now())) await store.outbox.add(notification);
        outbox.wake();
      }
    },
    until: async (wanted) => {
      for (;;) {
        const counts: Readonly<Record<string, number>> = await store.outbox.counts();
        if (Object.entries(wanted).every(([state, count]) => counts[state] === count)) return;
        await sleep(20);
      }
    },
  };
}

const passed = runSummary();
const failed = runSummary({
  verdict: 'failed',
  suites: [suiteSummary({ failed: 1 })],
  failures: [{ test: 'ping', outcome: 'failed', message: 'got no answer', location: undefined }],
});
const ended = (runId: string, summary = passed, previous = passed): Occurrence => ({
  type: 'run-ended',
  runId,
  summary,
  previous,
});

it('a run that passes sends no mail, one that fails sends one, whoever finds out', async () => {
  const server = await startMailServer();
  closers.push(() => server.close());
  const { happens, until } = await world(distribution({ email: { ...emailSettings, port: server.port } }), 3);
  await happens(ended('run-1'));
  await happens(ended('run-2', failed, passed));
  await happens(ended('run-3', failed, failed));
  await until({ sent: 1, pending: 0 });
  expect(server.mails.map(({ source }) => /^Subject: (.*)$/m.exec(source)?.[1])).toEqual([
    '[mcp-test-harness] core-protocol: 1 of 100 tests failed',
  ]);
});

it.each(['daily', 'weekly'] as const)('three replicas send one %s summary', async (period) => {
  const server = await startMailServer();
  closers.push(() => server.close());
  const { happens, until } = await world(distribution({ email: { ...emailSettings, port: server.port } }), 3);
  const summary: Occurrence = { type: 'summary', period, periodKey: '2026-11-25', lines: ['Nothing ran'] };
  await happens(summary);
  await happens(summary);
  await until({ sent: 1, pending: 0 });
  expect(server.mails).toHaveLength(1);
});

it('nothing is lost while a target is down: it is sent when that is back', async () => {
  let status = 503;
  const receiver = await startReceiver((response) => response.writeHead(status).end());
  closers.push(() => receiver.close());
  const { happens, until } = await world(
    distribution({
      email: undefined,
      slack: {
        ...everyOccasion,
        webhookUrl: `http://127.0.0.1:${receiver.port}/`,
        channel: undefined,
        mode: 'app',
        allowNetworks: ['127.0.0.0/8'],
      },
    }),
  );
  await happens(ended('run-1', failed));
  while (receiver.received.length < 3) await sleep(10);
  await happens(ended('run-2', passed, failed));
  status = 200;
  await until({ sent: 2, pending: 0 });
  const told = JSON.parse(receiver.received.at(-1)?.body ?? '') as { readonly text: string };
  expect(told.text).toBe('core-protocol: 1 of 100 tests failed, and 1 more notification');
});

it('no secret stands in a log or in the store, whatever the targets say', async () => {
  const password = 'canary-password';
  const secret = 'canary-secret-of-the-webhook';
  const server = await startMailServer({ login: { username: 'harness', password: 'another' } });
  // What is repeated could hold what was sent.
  const receiver = await startReceiver((response) =>
    response.writeHead(500).end('canary-of-the-answer /services/canary-path'),
  );
  closers.push(
    () => server.close(),
    () => receiver.close(),
  );
  const url = `http://127.0.0.1:${receiver.port}/services/canary-path`;
  const { happens, folder, log } = await world(
    distribution({
      email: { ...emailSettings, port: server.port, username: 'harness', password },
      slack: {
        ...everyOccasion,
        webhookUrl: url,
        channel: undefined,
        mode: 'app',
        allowNetworks: ['127.0.0.0/8'],
      },
      webhooks: [
        { ...everyOccasion, name: 'ops', url, secret, allowNetworks: ['127.0.0.0/8'] },
        { ...everyOccasion, name: 'inside', url, secret, allowNetworks: [] },
        { ...everyOccasion, name: 'nowhere', url: 'http://canary-host.invalid/', secret, allowNetworks: [] },
      ],
    }),
  );
  await happens(ended('run-1', failed));
  const told = (): ReadonlySet<unknown> =>
    new Set(log.lines.map(({ details }) => (details as { readonly channel?: unknown }).channel));
  while (told().size < 5) await sleep(20);
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
  for (const text of [JSON.stringify(log.lines), ...files]) expect(text).not.toContain('canary');
  // The errors were stored.
  expect(files.join('')).toContain('the server refused the login (535)');
});
