import { HarnessError } from '@mcp-test-harness/core/errors';
import { configOptions, defineCommand } from '../command.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { loadFromArguments, showWarnings, warningsOf, type ConfigArguments } from '../load.ts';
import type { Io } from '../io.ts';
import { readHeaders } from '../read-headers.ts';

export default defineCommand({
  name: 'kpi',
  summary: 'Ask Prometheus how the service did, and hold that against its objectives.',
  usage: '[options]',
  details: `Availability, success rate, response time, error rate, and CPU and memory of the service, over the
window until now. Ends with 1 when an objective is missed or nothing was measured at all, with 3 when
Prometheus does not answer. What Prometheus has no samples of is "not measured", never met; it knows nothing
of the time when it was down itself, and keeps 15 days unless it was told to keep more.`,
  options: {
    ...configOptions,
    window: {
      type: 'string',
      value: 'DURATION',
      description: 'How far to look back, e.g. 12h, 7d. Default: 30d.',
    },
    endpoint: {
      type: 'string',
      value: 'URL',
      description:
        'Prometheus, instead of monitoring.prometheus.endpoint; with --job no configuration is read.',
    },
    job: {
      type: 'string',
      value: 'NAME',
      description:
        'The job that scrapes the service. Default: monitoring.prometheus.job_name, or mcp-test-harness.',
    },
    header: {
      type: 'list',
      short: 'H',
      value: 'NAME:VALUE',
      description: 'Header for Prometheus, e.g. Authorization. Repeatable.',
    },
    json: { type: 'boolean', description: 'As JSON on stdout.' },
  },
  examples: [
    { command: 'mcp-test-harness kpi --window 30d', what: 'The last 30 days' },
    {
      command: 'mcp-test-harness kpi --endpoint http://localhost:9090 --job mcp-test-harness --json',
      what: 'Without a configuration, for a program',
    },
  ],
  async run({ options }, io) {
    const { measureKpis, openEndpoint, readPromDuration } = await import('@mcp-test-harness/service/metrics');
    const window = options.window ?? '30d';
    if (readPromDuration(window) === undefined) {
      throw new HarnessError({
        code: 'USAGE',
        message: `--window ${window} is no duration`,
        hint: 'For example 12h, 7d or 30d.',
      });
    }
    const headers = readHeaders(options.header);
    const { url, job } = await readTarget(options, io);
    const prometheus = openEndpoint({ what: 'Prometheus', url, headers, timeoutMs: 60_000 });
    await io.hide(prometheus.secrets);
    const interrupt = listenForInterrupt(io);
    try {
      const report = await measureKpis(prometheus, { job, window, signal: interrupt.signal });
      if (options.json === true) io.stdout(`${JSON.stringify(report, undefined, 2)}\n`);
      else {
        const { renderKpis } = await import('../metrics/render-kpis.ts');
        io.stdout(renderKpis(report, { job, prometheus: prometheus.shown, now: Date.now() }, io));
      }
      const states = report.kpis.map(({ state }) => state);
      return states.includes('missed') || !states.includes('met') ? 1 : 0;
    } catch (error) {
      if (interrupt.signal.aborted) return 130;
      throw error;
    } finally {
      interrupt.dispose();
    }
  },
});

interface TargetOptions extends ConfigArguments {
  readonly endpoint: string | undefined;
  readonly job: string | undefined;
}

async function readTarget(
  options: TargetOptions,
  io: Io,
): Promise<{ readonly url: string; readonly job: string }> {
  const { endpoint, job } = options;
  if (endpoint !== undefined && job !== undefined) return { url: endpoint, job };
  const loaded = await loadFromArguments(options, io, {
    hint: 'Pass --config FILE, or --endpoint URL and --job NAME.',
  });
  showWarnings(warningsOf(loaded, io), io);
  const settings = loaded.config.monitoring.prometheus;
  const url = endpoint ?? settings.endpoint;
  if (url === undefined) {
    throw new HarnessError({
      code: 'USAGE',
      message: 'kpi needs a Prometheus to ask',
      hint: 'Name it by --endpoint URL, or in monitoring.prometheus.endpoint.',
    });
  }
  return { url, job: job ?? settings.job_name };
}
