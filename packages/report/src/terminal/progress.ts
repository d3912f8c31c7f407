import type { RunEvent } from '@mcp-test-harness/core';
import { cleanLine } from '../text/clean-text.ts';
import { formatCount, formatDuration } from '../text/format.ts';

const shownTests = 4;

/** What the run is doing now, kept from its events. */
export interface Progress {
  observe(event: RunEvent): void;
  /** `34/120 tests, 2 failed, 5.2 s`. */
  headline(): string;
  /** Servers that are being started, then the tests that have been running longest, with their times. */
  running(): readonly string[];
}

/** @param now monotonic milliseconds */
export function createProgress(now: () => number): Progress {
  const started = now();
  const runningSince = new Map<string, number>();
  const starting: { readonly server: string; readonly since: number }[] = [];
  const hasStarted = (server: string) => {
    const index = starting.findIndex((entry) => entry.server === server);
    if (index !== -1) starting.splice(index, 1);
  };
  let planned = 0;
  let done = 0;
  const tally = { failed: 0, errored: 0, skipped: 0 };
  return {
    observe(event) {
      if (event.type === 'run-start') planned = event.tests;
      if (event.type === 'server-start') starting.push({ server: event.server, since: now() });
      if (event.type === 'server-ready') hasStarted(event.server);
      if (event.type === 'server-end' && event.result.startError !== undefined) hasStarted(event.result.name);
      if (event.type === 'test-start') runningSince.set(event.id, now());
      if (event.type !== 'test-end') return;
      const { id, outcome } = event.result;
      runningSince.delete(id);
      done += 1;
      if (outcome !== 'passed') tally[outcome] += 1;
    },
    headline() {
      const bad = Object.entries(tally).flatMap(([name, amount]) =>
        amount > 0 ? [`${formatCount(amount)} ${name}`] : [],
      );
      return [
        `${formatCount(done)}/${formatCount(planned)} tests`,
        ...bad,
        formatDuration(now() - started),
      ].join(', ');
    },
    running() {
      const lines = [
        ...starting.map(({ server, since }) => ({ name: `starting server ${server}`, since })),
        ...[...runningSince.entries()].map(([name, since]) => ({ name, since })),
      ].map(({ name, since }) => `${cleanLine(name)}  ${formatDuration(now() - since)}`);
      const hidden = lines.length - shownTests;
      return hidden > 0 ? [...lines.slice(0, shownTests), `and ${hidden} more`] : lines;
    },
  };
}
