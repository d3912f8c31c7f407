import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { runCli } from './support/run-cli.ts';

const newFolder = temporaryFolders();
vi.setConfig({ testTimeout: 120_000 });
const root = resolve(import.meta.dirname, '..');
const run = (args: readonly string[], config: object = {}) =>
  runCli(['config', ...args], {
    cwd: newFolder({ 'mcp-test-harness.yaml': { server: { command: 'node' }, ...config } }),
  });

describe.concurrent('what Prometheus needs of a configuration', () => {
  it.each([
    ['prometheus', 'prometheus.yml'],
    ['prometheus-rules', 'mcp-test-harness-rules.yml'],
  ])('config %s prints deploy/prometheus/%s for the defaults', async (action, file) => {
    const { stdout, stderr, exitCode } = await run([action]);
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(stdout).toBe(readFileSync(resolve(root, 'deploy/prometheus', file), 'utf8'));
  });

  it('has the thresholds of the configuration, and how often its suites run', async () => {
    const { stdout } = await run(['prometheus-rules'], {
      monitoring: {
        prometheus: { job_name: 'nightly' },
        alerts: { error_rate_threshold: 10, success_rate_threshold: 90 },
      },
      performance: { thresholds: { error_threshold_percent: 60 } },
      schedules: [
        { name: 'often', every: '1h', suites: ['core'] },
        { name: 'off', every: '1d', enabled: false },
      ],
      test_suites: [{ name: 'core', test_cases: [{ id: 'a', tool_name: 'a' }] }],
    });
    expect(stdout).toContain('expr: up{job="nightly"} == 0\n');
    expect(stdout).toContain('expr: last_over_time(mcp_test_error_rate[65m]) > 0.1\n');
    expect(stdout).toContain('expr: last_over_time(mcp_test_success_rate[65m]) < 0.9\n');
    expect(stdout).toContain('last_over_time(mcp_test_baseline_p95[65m]) * 1.6\n');
    expect(stdout).toContain('alert: MCPTestNotRunning\n');
  });

  it('names the ports of the service and where things are', async () => {
    const args = ['prometheus', '--host', 'ops', '--alertmanager', 'am:1', '--rules-file', 'rules/a.yml'];
    const { stdout } = await run(args, { monitoring: { metrics_port: 9464, health_check_port: 8081 } });
    for (const text of ['- ops:9464\n', '- ops:8081\n', '- am:1\n', '- rules/a.yml\n'])
      expect(stdout).toContain(text);
  });

  it('warns of a Prometheus that would scrape itself', async () => {
    const { stderr, exitCode } = await run(['prometheus', '--host', 'localhost']);
    expect(stderr).toMatch(/localhost:9090 is where Prometheus itself listens.*9464/);
    expect(exitCode).toBe(0);
  });

  it.each([
    ['a port that nobody knows', ['prometheus'], { monitoring: { metrics_port: 0 } }, /metrics_port is 0/],
    ['an unknown action', ['promtheus'], {}, /Did you mean prometheus\?/],
    ['an option of another action', ['export', '--host', 'a'], {}, /--host means nothing for config export/],
  ])('refuses %s', async (_what, args, config, message) => {
    const { stderr, exitCode } = await run(args, config);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
  });
});
