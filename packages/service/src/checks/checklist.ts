/** The seven lines of the deployment guide's monitoring checklist, each with what was seen. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { placesOf } from '../backup/index.ts';
import type { ServiceSettings } from '../settings/define.ts';
import { failed, passed, type Check, type CheckResult, type Finding } from './define.ts';
import { below, get } from './http.ts';
import { readStamp } from './stamps.ts';

export interface ChecklistOptions {
  readonly settings: ServiceSettings;
  readonly backupDirectory: string;
  readonly timeoutMs: number;
  readonly now: () => number;
  /** What the comprehensive checks have found. */
  readonly results: readonly CheckResult[];
}

const dayMs = 86_400_000;
/** A backup that nobody has restored for longer is a hope. */
const drillDays = 90;
/** A week, and a day to notice. */
const maintenanceDays = 8;
const alertNames = ['MCPTestHarnessDown', 'HighErrorRate', 'PerformanceRegression', 'LowSuccessRate'];
const incidentPlans = ['incident-response.md', 'docs/incident-response.md', 'runbooks/incident-response.md'];
/** An empty page is no plan. */
const leastPlanBytes = 200;

export function checklist(options: ChecklistOptions): readonly Check[] {
  const { settings, backupDirectory, now, results } = options;
  const line = (name: string, run: Check['run']): Check => ({ name, timeoutMs: options.timeoutMs, run });
  return [
    line('Service health checks running', async () => seen(results, 'service')),
    line('Performance baselines established', async () => seen(results, 'baselines')),
    line('Alert rules configured', (signal) => askForRules(settings, signal)),
    line('Dashboard monitoring in place', (signal) => askForDashboard(settings, signal)),
    line('Backup procedures tested', async () => {
      const backup = seen(results, 'backup');
      const drill = await readStamp(backupDirectory, 'drill');
      if (drill === undefined)
        return failed(
          `${backup.evidence}; none was ever restored`,
          'Restore one elsewhere: mcp-test-harness backup restore --root DIR $(mcp-test-harness backup list --latest).',
        );
      const finding = judgeAge(drill.at, drillDays, now(), `restored ${drill.what}`);
      return backup.state === 'passed' ? finding : { ...backup, state: 'failed' };
    }),
    line('Maintenance schedule defined', async () => {
      const last = await readStamp(settings.service.dataDir, 'maintenance');
      return last === undefined
        ? failed(
            '`maintenance` has never run',
            'Enable its timer: systemctl enable --now mcp-test-harness-maintenance.timer.',
          )
        : judgeAge(last.at, maintenanceDays, now(), `maintenance: ${last.what}`);
    }),
    line('Incident response plan documented', () => findIncidentPlan(placesOf(settings).configRoot)),
  ];
}

function seen(results: readonly CheckResult[], name: string): Finding {
  const result = results.find((one) => one.name === name);
  if (result === undefined) return failed('it was not looked at');
  const { state, evidence, hint } = result;
  return state === 'passed' ? passed(evidence) : failed(evidence, hint);
}

function judgeAge(at: string, mostDays: number, now: number, what: string): Finding {
  const days = Math.floor((now - Date.parse(at)) / dayMs);
  const said = `${what}, ${days} days ago`;
  return days <= mostDays ? passed(said) : failed(said, `At least every ${mostDays} days.`);
}

async function askForRules({ monitoring }: ServiceSettings, signal: AbortSignal): Promise<Finding> {
  const { endpoint } = monitoring.prometheus;
  if (endpoint === undefined)
    return failed('monitoring.prometheus.endpoint is not configured', 'It is asked for its rules.');
  const { status, body } = await get(below(endpoint, '/api/v1/rules?type=alert'), signal);
  if (status !== 200) return failed(`Prometheus answers ${status} when it is asked for its rules`);
  const missing = alertNames.filter((name) => !body.includes(`"name":"${name}"`));
  return missing.length === 0
    ? passed(`Prometheus has ${alertNames.join(', ')}`)
    : failed(
        `Prometheus has no rule ${missing.join(', ')}`,
        'Load deploy/prometheus/mcp-test-harness-rules.yml.',
      );
}

/** Grafana is not asked, since nothing says where it is: the service's own dashboard is. */
async function askForDashboard({ security }: ServiceSettings, signal: AbortSignal): Promise<Finding> {
  const { api } = security;
  if (api?.dashboard !== true)
    return failed('the dashboard of the API is not configured', 'Set security.api.dashboard: true.');
  const { connect } = await import('node:net');
  const host = api.host === '0.0.0.0' ? '127.0.0.1' : api.host;
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host, port: api.port, signal });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
  return passed(
    `the dashboard's listener on ${host}:${api.port} takes connections; Grafana cannot be asked from here`,
  );
}

async function findIncidentPlan(root: string): Promise<Finding> {
  for (const name of incidentPlans) {
    const found = await stat(join(root, name)).catch(() => undefined);
    if (found !== undefined && found.size >= leastPlanBytes) return passed(join(root, name));
  }
  return failed(
    `no incident-response.md in ${root}`,
    'Write down who is called and what they do first; docs/incident-response.md is a beginning.',
  );
}
