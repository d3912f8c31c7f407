import type { IntegrityFinding } from './define.ts';
import { query, type Operation } from './operation.ts';

/** Each selects what breaks the rule; beyond what the database itself enforces. */
const rules: readonly { readonly rule: string; readonly select: string }[] = [
  {
    rule: 'a running run has exactly one open attempt, its latest',
    select: `SELECT runs.id FROM runs WHERE runs.state = 'running' AND NOT EXISTS (
      SELECT 1 FROM run_attempts WHERE run_attempts.run_id = runs.id
        AND run_attempts.attempt = runs.attempt AND run_attempts.owner = runs.owner AND run_attempts.ended_at IS NULL)`,
  },
  {
    rule: 'only the latest attempt of a running run is open',
    select: `SELECT runs.id FROM runs JOIN run_attempts ON run_attempts.run_id = runs.id
      WHERE run_attempts.ended_at IS NULL AND (runs.state <> 'running' OR run_attempts.attempt <> runs.attempt)`,
  },
  {
    rule: 'every attempt is recorded',
    select: `SELECT runs.id FROM runs WHERE runs.attempt <> (
      SELECT count(*) FROM run_attempts WHERE run_attempts.run_id = runs.id)`,
  },
  {
    rule: 'a run is finished exactly once',
    select: `SELECT runs.id FROM runs WHERE (CASE WHEN runs.state = 'finished' THEN 1 ELSE 0 END) <> (
      SELECT count(*) FROM run_attempts WHERE run_attempts.run_id = runs.id AND run_attempts.ended_as = 'finished')`,
  },
  {
    rule: 'a finished run has a verdict and a result, and no other run has',
    select: `SELECT runs.id FROM runs LEFT JOIN run_results ON run_results.run_id = runs.id
      WHERE (CASE WHEN runs.state = 'finished' THEN 1 ELSE 0 END) <>
        (CASE WHEN run_results.run_id IS NOT NULL AND runs.verdict IS NOT NULL THEN 1 ELSE 0 END)`,
  },
  {
    rule: 'a notification that is over has an end, and no other has',
    select: `SELECT id FROM outbox WHERE (CASE WHEN state = 'pending' THEN 1 ELSE 0 END) <>
      (CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END)`,
  },
];

/** Holds the rules of this store against what is in it. */
export function* checkRules(): Operation<readonly IntegrityFinding[]> {
  const findings: IntegrityFinding[] = [];
  for (const { rule, select } of rules)
    for (const row of yield* query(`${select} LIMIT 100`))
      findings.push({ rule, message: `${rule}: broken by ${String(row['id'])}` });
  return findings;
}
