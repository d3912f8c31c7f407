import type { ServerHealth } from './define.ts';
import { execute, numberOf, query, queryFirst, textOf, type Operation, type Row } from './operation.ts';
import { boundedText } from './run-rows.ts';

export function* getServerHealth(server: string): Operation<ServerHealth | undefined> {
  const row = yield* queryFirst('SELECT * FROM server_health WHERE server = ?', server);
  return row === undefined ? undefined : toServerHealth(row);
}

export function* listServerHealth(): Operation<readonly ServerHealth[]> {
  const rows = yield* query('SELECT * FROM server_health ORDER BY server');
  return rows.map(toServerHealth);
}

/** See `ServerHealthStore.save`. */
export function* saveServerHealth(health: ServerHealth): Operation<boolean> {
  const values = [
    health.state,
    health.consecutiveFailures,
    health.since,
    health.lastProbeAt ?? null,
    health.nextProbeAt,
    health.lastError === undefined ? null : boundedText(health.lastError),
    health.version + 1,
    health.server,
  ];
  const stored =
    health.version === 0
      ? yield* execute(
          `INSERT INTO server_health (state, consecutive_failures, since, last_probe_at, next_probe_at, last_error,
             version, server) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (server) DO NOTHING`,
          ...values,
        )
      : yield* execute(
          `UPDATE server_health SET state = ?, consecutive_failures = ?, since = ?, last_probe_at = ?,
             next_probe_at = ?, last_error = ?, version = ? WHERE server = ? AND version = ?`,
          ...values,
          health.version,
        );
  return stored === 1;
}

function toServerHealth(row: Row): ServerHealth {
  return {
    server: String(row['server']),
    state: String(row['state']) as ServerHealth['state'],
    consecutiveFailures: Number(row['consecutive_failures']),
    since: Number(row['since']),
    lastProbeAt: numberOf(row['last_probe_at']),
    nextProbeAt: Number(row['next_probe_at']),
    lastError: textOf(row['last_error']),
    version: Number(row['version']),
  };
}
