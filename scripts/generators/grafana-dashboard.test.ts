import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kpis } from '../../packages/service/src/metrics/kpis.ts';
import { aService, anExecutedRun, namesOf } from '../../packages/service/src/metrics/testing/metrics.ts';
import { missingPrograms, promtool } from '../../packages/service/src/metrics/testing/programs.ts';
import generator from './grafana-dashboard.ts';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string }[];
  readonly fieldConfig: {
    readonly defaults: { readonly thresholds?: { readonly steps: readonly { readonly value: unknown }[] } };
  };
}

const root = resolve(import.meta.dirname, '../..');
const files = await generator.files();
const dashboard = JSON.parse(files['deploy/grafana/mcp-test-harness.json'] ?? '') as {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
};
const { panels } = dashboard;
const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
const panel = (title: string): Panel | undefined => panels.find((one) => one.title === title);

describe('the dashboard', () => {
  it('is what the deployment guide calls it, as a file and in the envelope of the HTTP API', () => {
    expect(dashboard).toMatchObject({
      uid: 'mcp-test-harness',
      title: 'MCP Test Harness Production Dashboard',
      schemaVersion: 39,
    });
    const envelope: unknown = JSON.parse(files['deploy/grafana/mcp-test-harness-api.json'] ?? '');
    expect(envelope).toMatchObject({ dashboard: { ...dashboard, id: null }, overwrite: true });
  });

  it('is the one in deploy/grafana', () => {
    for (const [path, content] of Object.entries(files))
      expect(readFileSync(resolve(root, path), 'utf8'), path).toBe(content);
  });

  it('has the panels of the guide, of kinds that Grafana still has', () => {
    expect(panel('Test Success Rate')).toMatchObject({
      type: 'stat',
      fieldConfig: {
        defaults: {
          unit: 'percentunit',
          min: 0,
          max: 1,
          thresholds: {
            steps: [
              { color: 'red', value: null },
              { color: 'yellow', value: 0.9 },
              { color: 'green', value: 0.95 },
            ],
          },
        },
      },
    });
    const distribution = panel('Response Time Distribution');
    expect(distribution?.type).toBe('heatmap');
    expect(distribution?.targets[0]?.expr).toMatch(
      /^sum by \(le\) \(rate\(mcp_test_response_time_seconds_bucket\{.*\}\[5m\]\)\)$/,
    );
    const volume = panel('Test Execution Volume');
    expect(volume?.type).toBe('timeseries');
    expect(volume?.targets[0]?.expr).toMatch(/^sum\(rate\(mcp_test_total\{.*\}\[5m\]\)\)$/);
  });

  it('begins every list of thresholds at the lowest value, and shows every panel once, beside the others', () => {
    for (const { fieldConfig } of panels) {
      const [first, ...more] = fieldConfig.defaults.thresholds?.steps ?? [];
      expect([first?.value ?? null, more.every(({ value }) => typeof value === 'number')]).toEqual([
        null,
        true,
      ]);
    }
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
  });

  it('speaks of no metric that neither the service nor a recording rule has', () => {
    const { metrics, scrape } = aService();
    metrics.runEnded(anExecutedRun({ passed: 1, timesMs: [1], baselineP95Ms: 1, violations: { memory: 1 } }));
    metrics.serverHealth('main', true);
    metrics.queueDepth({ queued: 0, running: 0 });
    metrics.notifications({ pending: 0, sent: 0, dead: 0 });
    const known = new Set([...namesOf(scrape()), ...kpis.map(({ record }) => record)]);
    const used = expressions.flatMap((expr) => expr.match(/\b(?:mcp_test|process)_[\w:]+/g) ?? []);
    expect([...new Set(used)].filter((name) => !known.has(name))).toEqual([]);
  });
});

const missing = missingPrograms('promtool');
describe.skipIf(missing.isMissing)(`promtool${missing.reason}`, () => {
  it('accepts every expression', async () => {
    const rules = expressions.map((expr, index) => ({ record: `dashboard:${index}`, expr }));
    const { exitCode, output } = await promtool(['check', 'rules', 'rules.yml'], {
      files: { 'rules.yml': { groups: [{ name: 'dashboard', rules }] } },
    });
    expect(output).toContain(`SUCCESS: ${expressions.length} rules found`);
    expect(exitCode).toBe(0);
  });
});
