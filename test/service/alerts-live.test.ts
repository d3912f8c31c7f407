import { createRules, createScrapeConfig, createServiceMetrics } from '@mcp-test-harness/service/metrics';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anExecutedRun } from '../../packages/service/src/metrics/testing/metrics.ts';
import {
  missingPrograms,
  startAlertmanager,
  startPrometheus,
  until,
  type RunningProgram,
} from '../../packages/service/src/metrics/testing/programs.ts';
import { defaultRules } from '../../packages/service/src/metrics/testing/rules.ts';
import dashboardGenerator from '../../scripts/generators/grafana-dashboard.ts';

/** What Alertmanager told a webhook of one alert. */
interface Told {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const guideAlerts = ['HighErrorRate', 'LowSuccessRate', 'PerformanceRegression'];
/** As short as everything here is made: 1 is what a scrape interval cannot be below. */
const secondMs = 1000;
const windowMs = 3 * secondMs;

function close(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}

async function listen(server: Server, port = 0): Promise<number> {
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', done);
  });
  return (server.address() as AddressInfo).port;
}

const missing = missingPrograms('prometheus', 'alertmanager');
describe.skipIf(missing.isMissing)(
  `the alerts of the guide, by a real Prometheus through a real Alertmanager to a webhook${missing.reason}`,
  { timeout: 90_000 },
  () => {
    const metrics = createServiceMetrics({
      settings: () => ({ windowMs, compatNames: true }),
      version: '1.2.3',
      clock: { now: Date.now },
    });
    const told: Told[] = [];
    const running: { stop(): Promise<void> }[] = [];
    let prometheus: RunningProgram;
    let listener: Server;
    let metricsPort = 0;
    let run = anExecutedRun();

    function newListener(): Server {
      return createServer((request, response) => {
        const render = request.url === '/metrics' ? 'render' : 'renderHealth';
        const { contentType, body } = metrics[render](request.headers.accept);
        response.writeHead(200, { 'content-type': contentType }).end(body);
      });
    }

    const states = (name: string) =>
      told.filter(({ labels }) => labels['alertname'] === name).map(({ status }) => status);
    const hasEnded = (name: string) => states(name).at(-1) === 'resolved';

    async function query(expression: string): Promise<readonly unknown[]> {
      const url = `${prometheus.url}/api/v1/query?query=${encodeURIComponent(expression)}`;
      const answer = (await (await fetch(url)).json()) as {
        readonly data?: { readonly result: readonly unknown[] };
      };
      return answer.data?.result ?? [];
    }

    beforeAll(async () => {
      const webhook = createServer((request, response) => {
        void (async () => {
          const parts: Buffer[] = [];
          for await (const part of request) parts.push(part as Buffer);
          told.push(...(JSON.parse(Buffer.concat(parts).toString()) as { alerts: Told[] }).alerts);
          response.end();
        })();
      });
      const webhookPort = await listen(webhook);
      running.push({ stop: () => close(webhook) });
      const alertmanager = await startAlertmanager({
        route: {
          receiver: 'webhook',
          group_by: ['alertname'],
          group_wait: '0s',
          group_interval: '1s',
          repeat_interval: '1h',
        },
        receivers: [
          {
            name: 'webhook',
            webhook_configs: [{ url: `http://127.0.0.1:${webhookPort}/`, send_resolved: true }],
          },
        ],
      });
      running.push(alertmanager);
      listener = newListener();
      metricsPort = await listen(listener);
      prometheus = await startPrometheus({
        config: createScrapeConfig({
          jobName: 'mcp-test-harness',
          metricsTarget: `127.0.0.1:${metricsPort}`,
          healthTarget: `127.0.0.1:${metricsPort}`,
          alertmanager: `127.0.0.1:${alertmanager.port}`,
          rulesFile: 'rules.yml',
          intervalMs: secondMs,
        }),
        files: { 'rules.yml': createRules({ ...defaultRules, windowMs, forMs: secondMs }) },
      });
      running.push(prometheus);
      metrics.serverHealth('main', true);
      metrics.scheduleLag(10);
      metrics.queueDepth({ queued: 0, running: 1 });
      metrics.notifications({ pending: 0, sent: 0, dead: 0 });
      const runs = setInterval(() => metrics.runEnded(run), 300);
      running.push({ stop: async () => clearInterval(runs) });
    });

    afterAll(async () => {
      for (const one of running.toReversed()) await one.stop();
      if (listener?.listening) await close(listener);
    });

    it('has both jobs as targets that are up, and all rules', async () => {
      const isUp = await until(async () => (await query('up == 1')).length === 2);
      expect(isUp).toBe(true);
      const rules = (await (await fetch(`${prometheus.url}/api/v1/rules`)).json()) as {
        readonly data: { readonly groups: readonly { readonly rules: readonly { name: string }[] }[] };
      };
      const names = rules.data.groups.flatMap((group) => group.rules.map(({ name }) => name));
      expect(names).toEqual(expect.arrayContaining([...guideAlerts, 'MCPTestHarnessDown']));
    });

    it('fires and resolves HighErrorRate, LowSuccessRate and PerformanceRegression', async () => {
      run = anExecutedRun({
        passed: 84,
        failed: 8,
        errored: 8,
        timesMs: Array<number>(20).fill(90),
        baselineP95Ms: 30,
        violations: { memory: 1 },
      });
      const hasFired = await until(async () => guideAlerts.every((name) => states(name).includes('firing')));
      expect([hasFired, told]).toEqual([true, told]);
      const [error] = told.filter(({ labels }) => labels['alertname'] === 'HighErrorRate');
      expect(error?.annotations['description']).toMatch(/^Error rate is (8|7\.\d+)% for 5 minutes$/);
      expect(error?.labels).toMatchObject({ server: 'main', suite: 'core', severity: 'warning' });
      run = anExecutedRun({ passed: 100, timesMs: Array<number>(20).fill(30), baselineP95Ms: 30 });
      expect(await until(async () => guideAlerts.every(hasEnded))).toBe(true);
    });

    it('has data for every panel of the dashboard', async () => {
      const files = await dashboardGenerator.files();
      const { panels } = JSON.parse(files['deploy/grafana/mcp-test-harness.json'] ?? '') as {
        readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
      };
      const expressions = panels
        .flatMap(({ targets }) => targets.map(({ expr }) => expr))
        // Recording rules of the objectives are evaluated every five minutes.
        .filter((expr) => !/^mcp_test_harness:\w+/.test(expr));
      const empty: string[] = [];
      for (const expr of expressions) {
        const answer = await query(expr.replaceAll('$job', 'mcp-test-harness'));
        if (answer.length === 0) empty.push(expr);
      }
      expect(empty).toEqual([]);
    });

    it('fires and resolves MCPTestHarnessDown', async () => {
      await close(listener);
      expect(await until(async () => states('MCPTestHarnessDown').includes('firing'))).toBe(true);
      listener = newListener();
      await listen(listener, metricsPort);
      expect(await until(async () => hasEnded('MCPTestHarnessDown'))).toBe(true);
    });
  },
);
