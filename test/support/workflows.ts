/** Workflows as the tests of this repository read them: its own, and those of the examples. */
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

const root = resolve(import.meta.dirname, '../..');

/** What these tests look at in a workflow. */
export interface Workflow {
  readonly name?: string;
  readonly on: unknown;
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

export interface Job {
  readonly name?: string;
  readonly permissions?: unknown;
  readonly needs?: string | readonly string[];
  readonly strategy?: { readonly matrix?: Readonly<Record<string, readonly unknown[]>> };
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

export interface WorkflowFile {
  /** Relative to the repository, or of an example to it. */
  readonly path: string;
  readonly text: string;
  readonly workflow: Workflow;
}

/** Our own Action, as others name it. */
export const ownAction = 'mcp-test-harness/mcp-test-harness@v1';

/** @param pattern relative to the repository */
export function readWorkflows(pattern: string): readonly WorkflowFile[] {
  return globSync(pattern, { cwd: root })
    .toSorted()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return { path: path.replaceAll('\\', '/'), text, workflow: parse(text) as Workflow };
    });
}

/** The events that start it. */
export function eventsOf({ on }: Workflow): readonly string[] {
  if (typeof on === 'string') return [on];
  return Array.isArray(on) ? (on as readonly string[]) : Object.keys(on as object);
}
