import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeBaseline } from './parse-baseline.ts';
import { makeBaseline, makeRun } from './testing/make-runs.ts';
import { judgeResponseTimes } from './validity.ts';

const steady = (n: number): number[] => Array.from({ length: n }, (_, index) => 50 + (index % 5));
/** A seventh of the calls take nine times as long: no mean ± 3 SD would call them outliers. */
const bimodal = [...steady(60), ...Array.from({ length: 10 }, () => 90)];

describe('response times make a baseline', () => {
  it.each([
    [steady(9), false, 'Insufficient data points'],
    [steady(10), true, 'Valid baseline: 10 samples, CV = 2.9%'],
    [[...steady(9), 200], false, 'High variance: CV = 70.4%'],
    [Array.from({ length: 12 }, () => 0), false, 'High variance: CV = 100.0%'],
    [bimodal, false, 'Too many outliers: 14.3%'],
    // A steady server on a busy machine: far beyond three deviations, and harmless.
    [
      [...steady(16).map((time) => 50 + time / 1000), 54, 55, 56, 57],
      true,
      'Valid baseline: 20 samples, CV = 4.5%',
    ],
    // A fast server that the machine held up four times in a thousand calls.
    [[...steady(996), 5000, 5000, 5000, 5000], true, 'Valid baseline: 1000 samples, CV = 2.7%'],
    // One whose calls take what they like.
    [Array.from({ length: 1000 }, (_, index) => 1.005 ** index), false, 'High variance: CV = 118.8%'],
    [[], false, 'Insufficient data points'],
  ])('%#', (times, valid, message) => {
    expect(judgeResponseTimes(times)).toEqual({ valid, message });
  });
});

/** What the operational guide prints, without the directory that it looks in. */
const guide = `
import json, statistics, sys
from pathlib import Path

def validate_baseline(baseline_file):
    with open(baseline_file) as f:
        data = json.load(f)
    assert data['unit'] == 'ms'
    response_times = data.get('response_times', [])
    if len(response_times) < 10:
        return False, "Insufficient data points"
    mean_time = statistics.mean(response_times)
    std_dev = statistics.stdev(response_times)
    cv = (std_dev / mean_time) * 100 if mean_time > 0 else 100
    if cv > 50:
        return False, f"High variance: CV = {cv:.1f}%"
    outliers = [t for t in response_times if abs(t - mean_time) > 3 * std_dev]
    outlier_ratio = len(outliers) / len(response_times)
    if outlier_ratio > 0.1:
        return False, f"Too many outliers: {outlier_ratio:.1%}"
    return True, f"Valid baseline: {len(response_times)} samples, CV = {cv:.1f}%"

all_valid = True
for baseline_file in sorted(Path(sys.argv[1]).glob("**/baseline.json")):
    is_valid, message = validate_baseline(baseline_file)
    print(f"{'ok' if is_valid else 'no'} {baseline_file.parent.name}: {message}")
    all_valid = all_valid and is_valid
exit(0 if all_valid else 1)
`;

const hasPython = spawnSync('python3', ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'mcp-baselines-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!hasPython)("the operational guide's reader (skipped without python3)", () => {
  it('reads our documents and comes to the same verdicts', () => {
    const times = { steady: steady(20), scattered: [...steady(9), 200], few: steady(9) };
    for (const [suite, responseTimes] of Object.entries(times)) {
      mkdirSync(join(folder, suite));
      writeFileSync(
        join(folder, suite, 'baseline.json'),
        writeBaseline(makeBaseline([makeRun({ responseTimes })])),
      );
      writeFileSync(join(folder, suite, 'baseline.1.json'), 'an earlier version that it must not see');
    }
    const run = spawnSync('python3', ['-c', guide, folder], { encoding: 'utf8' });
    expect(run.stderr).toBe('');
    const ours = Object.entries(times)
      .map(([suite, one]) => [suite, judgeResponseTimes(one)] as const)
      .map(([suite, { valid, message }]) => `${valid ? 'ok' : 'no'} ${suite}: ${message}`);
    expect(run.stdout.trim().split('\n')).toEqual(
      ours.toSorted((a, b) => a.slice(3).localeCompare(b.slice(3))),
    );
    expect(run.status).toBe(1);
    expect(execFileSync('python3', ['-c', guide, join(folder, 'steady')], { encoding: 'utf8' })).toMatch(
      /^ok/,
    );
  });
});
