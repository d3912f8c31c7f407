import type { Plan } from '@mcp-test-harness/core';
import type { BenchmarkProgress, BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { createBenchmarkReporter } from '@mcp-test-harness/report/benchmark';
import { resolveBase } from '../compare-base.ts';
import type { Target } from '../target.ts';
import type { Workplace } from '../workplace.ts';

/** Between two lines of progress. */
const progressMs = 10_000;

/** Measures every test of a plan, against a base where `compare` names one. */
export async function runBenchmarks(
  plan: Plan,
  target: Target,
  place: Workplace,
  options: { readonly forBaseline: boolean },
): Promise<BenchmarkResult> {
  const { log, env, directory, harness, stop, inputs } = place;
  const [
    { runBenchmarks: measure, prepareBase, defaultBenchmarkSettings: settings, defaultInterleavedSettings },
    { createSnapshotStore },
  ] = await Promise.all([
    import('@mcp-test-harness/core/benchmark'),
    import('@mcp-test-harness/core/assertions'),
  ]);
  return await log.group('Benchmarks', async () => {
    const ref = inputs.compare === undefined ? undefined : await resolveBase(inputs.compare, place);
    const base =
      ref === undefined
        ? undefined
        : await prepareBase(
            plan,
            { kind: 'ref', ref, setupCommand: inputs.setupCommand },
            {
              // On a machine of its own, what else runs is the job's own and will not end by waiting.
              settings: { ...defaultInterleavedSettings, waitForQuiet: !place.isHosted },
              cwd: directory,
              env,
              signal: stop.signal,
              names: { ref: 'compare', setupCommand: 'setup-command' },
              onSetup: (command, { commit }) =>
                log.line(`${command}  (in a checkout of ${commit.slice(0, 12)})`),
              onSetupOutput: (text) => log.write(text),
            },
          );
    try {
      const result = await measure(plan, {
        env,
        cwd: directory,
        signal: stop.signal,
        harness,
        snapshots: createSnapshotStore({ dir: plan.baseDir, update: false, ci: true }),
        settings: options.forBaseline
          ? {
              ...settings,
              keepSamples: true,
              minimumSamples: target.settings.rules.validity.minimumSamples,
            }
          : settings,
        failOn: target.sideBySideLevel,
        seed: Math.floor(Math.random() * 2 ** 31),
        onProgress: tellProgress(place),
        compare: base?.compare,
      });
      const terminal = await createBenchmarkReporter('terminal', {
        write: () => undefined,
        color: true,
        interactive: false,
        columns: 120,
        verbosity: 0,
        cwd: directory,
      });
      for (const part of terminal.render(result)) log.write(part);
      return result;
    } finally {
      await base?.release();
    }
  });
}

/** A line now and then: a log cannot be redrawn. */
function tellProgress({ log }: Workplace): (progress: BenchmarkProgress) => void {
  let toldMs = 0;
  return ({ phase, done, elapsedMs, leftMs }) => {
    if (elapsedMs - toldMs < progressMs) return;
    toldMs = elapsedMs;
    const left = leftMs === undefined ? '' : `, about ${Math.ceil(leftMs / 1000)} s left`;
    log.line(`${Math.round(done * 100)} %  ${phase}${left}`);
  };
}
