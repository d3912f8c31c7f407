import type { IntegrityFinding, Pruned, RetentionPolicy, Store } from './define.ts';
import { checkRules } from './integrity.ts';
import { acquireLock, releaseLock, takeOnce } from './locks.ts';
import type { Driver } from './operation.ts';
import * as outbox from './outbox.ts';
import { pruneBatch } from './retention.ts';
import * as runs from './runs.ts';
import * as schedules from './schedules.ts';
import * as health from './server-health.ts';
import * as sessions from './sessions.ts';

/** The store over a database whose schema is up to date. */
export function createSqlStore(driver: Driver): Store {
  const { read, write } = driver;
  return {
    kind: driver.kind,
    runs: {
      enqueue: (run) => write((now) => runs.enqueueRun(now, run)),
      get: (id) => read(() => runs.getRun(id)),
      result: (id) => read(() => runs.getResult(id)),
      attempts: (id) => read(() => runs.getAttempts(id)),
      list: (filter = {}, page = {}) => read(() => runs.listRuns(filter, page)),
      claim: (by) => write((now) => runs.claimRun(now, by)),
      renew: (claim, leaseMs) => write((now) => runs.renewLease(now, claim, leaseMs)),
      finish: (claim, result, notifications = []) =>
        write((now) => outbox.notifyIf(now, runs.finishRun(now, claim, result), notifications)),
      fail: (claim, error, notifications = []) =>
        write((now) => outbox.notifyIf(now, runs.failRun(now, claim, error), notifications)),
      handBack: async (claim) => (await write((now) => runs.handBackRun(now, claim))) !== 'lost',
      cancel: (id) => write((now) => runs.cancelRun(now, id)),
      recover: () => write(runs.recoverRuns),
      depth: () => read(runs.countRuns),
    },
    schedules: {
      register: (schedule) => write(() => schedules.registerSchedule(schedule)),
      get: (id) => read(() => schedules.getSchedule(id)),
      list: () => read(schedules.listSchedules),
      enqueueDue: (batch) => write((now) => runs.enqueueDue(now, batch)),
    },
    serverHealth: {
      get: (server) => read(() => health.getServerHealth(server)),
      list: () => read(health.listServerHealth),
      save: (state, notifications = []) =>
        write((now) => outbox.notifyIf(now, health.saveServerHealth(state), notifications)),
    },
    outbox: {
      add: (notification) => write((now) => outbox.addNotification(now, notification)),
      take: (by) => write((now) => outbox.takeNotifications(now, by)),
      sent: (notification) => write((now) => outbox.endNotification(now, notification, 'sent')),
      retry: (notification, why) => write(() => outbox.putOffNotification(notification, why)),
      giveUp: (notification, error) =>
        write((now) => outbox.endNotification(now, notification, 'dead', error)),
      counts: () => read(outbox.countNotifications),
    },
    locks: {
      takeOnce: (name, keepMs) => write((now) => takeOnce(now, name, keepMs)),
      acquire: (name, holder, leaseMs) => write((now) => acquireLock(now, name, holder, leaseMs)),
      release: (name, holder) => write(() => releaseLock(name, holder)),
    },
    sessions: {
      open: (session) => write(() => sessions.openSession(session)),
      find: (name) => read((now) => sessions.findSession(now, name)),
      close: (name) => write(() => sessions.closeSession(name)),
    },
    ping: driver.ping,
    now: driver.now,
    prune: (policy) => prune(driver, policy),
    checkIntegrity: () => checkIntegrity(driver),
    ...(driver.backup === undefined ? {} : { backup: driver.backup }),
    close: driver.close,
  };
}

async function prune(driver: Driver, policy: RetentionPolicy): Promise<Pruned> {
  const total = { runs: 0, notifications: 0, locks: 0 };
  for (;;) {
    const batch = await driver.write((now) => pruneBatch(now, policy));
    total.runs += batch.runs;
    total.notifications += batch.notifications;
    total.locks += batch.locks;
    if (batch.runs === 0 && batch.notifications === 0) return total;
  }
}

async function checkIntegrity(driver: Driver): Promise<readonly IntegrityFinding[]> {
  const database = await driver.checkIntegrity();
  const faults = database.map((message) => ({ rule: 'the database is sound', message }));
  // A broken database cannot be asked about our rules.
  return faults.length > 0 ? faults : driver.read(checkRules);
}
