/** What the listeners need of the rest of the service. */
import type { BaselineStore } from '@mcp-test-harness/core/baseline';
import type { AuditLog } from '../audit/index.ts';
import type { PolicyHolder } from '../auth/index.ts';
import type { Logger } from '../logging/define.ts';
import type { ServiceMetrics } from '../metrics/define.ts';
import type { RunQueue } from '../queue/index.ts';
import type { ServiceSettings } from '../settings/define.ts';
import type { Store } from '../store/index.ts';

export interface ServiceContext {
  readonly version: string;
  /** Changes by reload: ask each time. */
  readonly settings: () => ServiceSettings;
  readonly store: Store;
  readonly queue: RunQueue;
  readonly metrics: ServiceMetrics;
  readonly log: Logger;
  /** Undefined: RBAC is off. */
  readonly policy: PolicyHolder | undefined;
  /** Undefined: the audit log is off. */
  readonly audit: AuditLog | undefined;
  readonly baselines: () => Promise<BaselineStore>;
  /** The effective configuration as YAML, secrets hidden. */
  readonly exportConfig: () => Promise<string>;
  /** Reads configuration and policy again; what is broken leaves the old in place and is told. */
  readonly reload: () => Promise<ReloadOutcome>;
  readonly phase: () => 'starting' | 'ready' | 'draining';
  /** When the process began, in ms since 1970. */
  readonly startedAt: number;
  /** RSS and heap of the service, RSS of each tree of a server under test, in bytes. */
  readonly memory: () => Promise<MemoryFigures>;
  /** A report's file, decrypted; undefined where there is none. The name is one path segment. */
  readonly readReport: (reportPath: string, name: string) => Promise<Uint8Array | undefined>;
  /** Names of the files that `readReport` finds there; empty where there is nothing. */
  readonly listReports: (reportPath: 'daily' | 'weekly') => Promise<readonly string[]>;
}

export interface ReloadOutcome {
  readonly ok: boolean;
  readonly problems: readonly string[];
}

export interface MemoryFigures {
  readonly rssBytes: number;
  readonly heapUsedBytes: number;
  readonly servers: readonly {
    readonly server: string;
    readonly runId: string;
    readonly pid: number;
    readonly rssBytes: number;
  }[];
}
