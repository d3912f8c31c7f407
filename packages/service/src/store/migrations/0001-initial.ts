import { defineMigration } from './define.ts';

export default defineMigration({
  id: 1,
  name: 'initial',
  statements: [
    `CREATE TABLE runs (
      id TEXT NOT NULL PRIMARY KEY,
      run_key TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      suite TEXT,
      server TEXT,
      request TEXT NOT NULL,
      schedule_id TEXT,
      due_at BIGINT,
      overlap_key TEXT,
      available_at BIGINT NOT NULL,
      priority INTEGER NOT NULL,
      crash_limit INTEGER NOT NULL,
      requested_by TEXT,
      state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'finished', 'failed', 'cancelled', 'skipped')),
      attempt INTEGER NOT NULL,
      crashes INTEGER NOT NULL,
      owner TEXT,
      lease_until BIGINT,
      cancel_requested INTEGER NOT NULL,
      created_at BIGINT NOT NULL,
      started_at BIGINT,
      ended_at BIGINT,
      verdict TEXT,
      report_path TEXT,
      error_code TEXT,
      error_message TEXT,
      CHECK ((state = 'running') = (owner IS NOT NULL AND lease_until IS NOT NULL)),
      CHECK ((state IN ('queued', 'running')) = (ended_at IS NULL))
    )`,
    `CREATE INDEX runs_waiting ON runs (priority, available_at, id) WHERE state = 'queued'`,
    `CREATE INDEX runs_leased ON runs (lease_until) WHERE state = 'running'`,
    `CREATE UNIQUE INDEX runs_no_overlap ON runs (overlap_key) WHERE state = 'running' AND overlap_key IS NOT NULL`,
    `CREATE INDEX runs_pending_by_schedule ON runs (schedule_id) WHERE state IN ('queued', 'running')`,
    `CREATE INDEX runs_newest ON runs (created_at, id)`,
    `CREATE INDEX runs_of_schedule ON runs (schedule_id, created_at, id)`,
    `CREATE INDEX runs_of_suite ON runs (suite, created_at, id)`,
    `CREATE INDEX runs_of_server ON runs (server, created_at, id)`,
    `CREATE INDEX runs_ended ON runs (ended_at) WHERE ended_at IS NOT NULL`,
    `CREATE TABLE run_results (
      run_id TEXT NOT NULL PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
      summary TEXT NOT NULL
    )`,
    `CREATE TABLE run_attempts (
      run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      attempt INTEGER NOT NULL,
      owner TEXT NOT NULL,
      started_at BIGINT NOT NULL,
      ended_at BIGINT,
      ended_as TEXT,
      PRIMARY KEY (run_id, attempt)
    )`,
    `CREATE TABLE schedules (
      id TEXT NOT NULL PRIMARY KEY,
      definition TEXT NOT NULL,
      handled_until BIGINT NOT NULL
    )`,
    `CREATE TABLE server_health (
      server TEXT NOT NULL PRIMARY KEY,
      state TEXT NOT NULL CHECK (state IN ('unknown', 'up', 'down')),
      consecutive_failures INTEGER NOT NULL,
      since BIGINT NOT NULL,
      last_probe_at BIGINT,
      next_probe_at BIGINT NOT NULL,
      last_error TEXT,
      version INTEGER NOT NULL
    )`,
    `CREATE TABLE outbox (
      id TEXT NOT NULL PRIMARY KEY,
      dedup_key TEXT NOT NULL UNIQUE,
      channel TEXT NOT NULL,
      payload TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'dead')),
      attempts INTEGER NOT NULL,
      not_before BIGINT NOT NULL,
      created_at BIGINT NOT NULL,
      ended_at BIGINT,
      last_error TEXT
    )`,
    `CREATE INDEX outbox_pending ON outbox (not_before, id) WHERE state = 'pending'`,
    `CREATE INDEX outbox_ended ON outbox (ended_at) WHERE ended_at IS NOT NULL`,
    `CREATE TABLE locks (
      name TEXT NOT NULL PRIMARY KEY,
      holder TEXT NOT NULL,
      expires_at BIGINT NOT NULL
    )`,
    `CREATE TABLE turns (name TEXT NOT NULL PRIMARY KEY, taken BIGINT NOT NULL)`,
    `INSERT INTO turns (name, taken) VALUES ('claim', 0), ('outbox', 0)`,
  ],
});
