/**
 * deploy/grafana: the dashboard as Grafana reads it from a file, and as its HTTP API takes it. Every expression is PromQL as
 * it stands, so that it can be held against a real Prometheus; `$job` is a pattern that matches nothing by accident.
 */
import { kpis } from '../../packages/service/src/metrics/kpis.ts';
import type { Generator } from '../generate.ts';
import type {
  Dashboard,
  FieldDefaults,
  GridPosition,
  Panel,
  PanelOptions,
  Threshold,
} from './grafana-types.ts';

const uid = 'mcp-test-harness';
const datasource = { type: 'prometheus', uid: '${datasource}' } as const;
const job = 'job=~"$job"';

interface Target {
  readonly expr: string;
  readonly legend: string;
  /** The value now, instead of those over time. */
  readonly instant?: boolean;
  readonly format?: 'heatmap';
}

function panel<Type extends keyof PanelOptions>(
  id: number,
  type: Type,
  title: string,
  about: {
    readonly description: string;
    readonly place: GridPosition;
    readonly targets: readonly Target[];
    readonly defaults?: FieldDefaults;
    readonly options: PanelOptions[Type];
  },
): Panel {
  return {
    id,
    type,
    title,
    description: about.description,
    datasource,
    gridPos: about.place,
    targets: about.targets.map(({ expr, legend, instant = false, format }, index) => ({
      refId: String.fromCodePoint(65 + index),
      datasource,
      editorMode: 'code',
      expr,
      legendFormat: legend,
      instant,
      range: !instant,
      ...(format === undefined ? {} : { format }),
    })),
    fieldConfig: { defaults: about.defaults ?? {}, overrides: [] },
    options: about.options,
  };
}

const statOptions: PanelOptions['stat'] = {
  reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
  orientation: 'auto',
  textMode: 'auto',
  wideLayout: true,
  colorMode: 'value',
  graphMode: 'area',
  justifyMode: 'auto',
  showPercentChange: false,
  percentChangeColorMode: 'standard',
};

const seriesOptions: PanelOptions['timeseries'] = {
  legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
  tooltip: { mode: 'multi', sort: 'desc' },
};

const thresholds = (...steps: readonly Threshold[]) => ({ mode: 'absolute', steps }) as const;
const colorByThreshold = { mode: 'thresholds' } as const;

const suiteLegend = '{{suite}} on {{server}}';

const panels: readonly Panel[] = [
  panel(1, 'stat', 'Test Success Rate', {
    description: 'Passed tests by executed ones, of the last minutes.',
    place: { x: 0, y: 0, w: 6, h: 6 },
    targets: [{ expr: `mcp_test_success_rate{${job}}`, legend: suiteLegend }],
    defaults: {
      unit: 'percentunit',
      min: 0,
      max: 1,
      color: colorByThreshold,
      thresholds: thresholds(
        { color: 'red', value: null },
        { color: 'yellow', value: 0.9 },
        { color: 'green', value: 0.95 },
      ),
    },
    options: statOptions,
  }),
  panel(2, 'stat', 'Test Error Rate', {
    description: 'Tests without a verdict (timeout, crash, transport, protocol) by executed ones.',
    place: { x: 6, y: 0, w: 6, h: 6 },
    targets: [{ expr: `mcp_test_error_rate{${job}}`, legend: suiteLegend }],
    defaults: {
      unit: 'percentunit',
      min: 0,
      max: 1,
      color: colorByThreshold,
      thresholds: thresholds(
        { color: 'green', value: null },
        { color: 'yellow', value: 0.01 },
        { color: 'red', value: 0.05 },
      ),
    },
    options: statOptions,
  }),
  panel(3, 'stat', 'Servers under test', {
    description: 'Whether each answers its health check.',
    place: { x: 12, y: 0, w: 6, h: 6 },
    targets: [{ expr: `min by (server) (mcp_test_server_up{${job}})`, legend: '{{server}}' }],
    defaults: {
      mappings: [
        {
          type: 'value',
          options: { '0': { text: 'down', color: 'red' }, '1': { text: 'up', color: 'green' } },
        },
      ],
      color: colorByThreshold,
      thresholds: thresholds({ color: 'red', value: null }, { color: 'green', value: 1 }),
    },
    options: statOptions,
  }),
  panel(4, 'stat', 'Since the last run', {
    description: 'How long ago each suite last ran.',
    place: { x: 18, y: 0, w: 6, h: 6 },
    targets: [
      {
        expr: `time() - max by (server, suite) (mcp_test_last_run_timestamp_seconds{${job}})`,
        legend: suiteLegend,
      },
    ],
    defaults: { unit: 's' },
    options: statOptions,
  }),
  panel(5, 'heatmap', 'Response Time Distribution', {
    description: 'How many calls a second took how long.',
    place: { x: 0, y: 6, w: 12, h: 9 },
    targets: [
      {
        expr: `sum by (le) (rate(mcp_test_response_time_seconds_bucket{${job}}[5m]))`,
        legend: '{{le}}',
        format: 'heatmap',
      },
    ],
    options: {
      calculate: false,
      cellGap: 1,
      color: {
        mode: 'scheme',
        scheme: 'Oranges',
        steps: 64,
        reverse: false,
        scale: 'exponential',
        exponent: 0.5,
        fill: 'dark-orange',
      },
      showValue: 'never',
      exemplars: { color: 'rgba(255,0,255,0.7)' },
      filterValues: { le: 1e-9 },
      legend: { show: true },
      rowsFrame: { layout: 'auto' },
      tooltip: { mode: 'single', yHistogram: false, showColorScale: false },
      yAxis: { axisPlacement: 'left', reverse: false, unit: 's' },
    },
  }),
  panel(6, 'timeseries', 'Response time against the baseline', {
    description: '95th percentile of the last minutes, and of the approved baseline.',
    place: { x: 12, y: 6, w: 12, h: 9 },
    targets: [
      { expr: `mcp_test_response_time_p95{${job}}`, legend: suiteLegend },
      { expr: `mcp_test_baseline_p95{${job}}`, legend: `baseline of ${suiteLegend}` },
    ],
    defaults: { unit: 's', min: 0 },
    options: seriesOptions,
  }),
  panel(7, 'timeseries', 'Test Execution Volume', {
    description: 'Tests a second.',
    place: { x: 0, y: 15, w: 12, h: 8 },
    targets: [
      { expr: `sum(rate(mcp_test_total{${job}}[5m]))`, legend: 'all' },
      { expr: `sum by (status) (rate(mcp_test_total{${job}}[5m]))`, legend: '{{status}}' },
    ],
    defaults: { unit: 'ops', min: 0 },
    options: seriesOptions,
  }),
  panel(8, 'timeseries', 'Repetitions and broken limits', {
    description: 'In the last hour.',
    place: { x: 12, y: 15, w: 12, h: 8 },
    targets: [
      { expr: `sum(increase(mcp_test_retries_total{${job}}[1h]))`, legend: 'retries' },
      { expr: `sum(increase(mcp_test_flaky_total{${job}}[1h]))`, legend: 'flaky tests' },
      {
        expr: `sum by (limit) (increase(mcp_test_resource_violations_total{${job}}[1h]))`,
        legend: 'limit of {{limit}}',
      },
    ],
    defaults: { min: 0 },
    options: seriesOptions,
  }),
  panel(9, 'timeseries', 'Queue', {
    description: 'Of all replicas together: each of them tells the same.',
    place: { x: 0, y: 23, w: 8, h: 8 },
    targets: [
      { expr: `max(mcp_test_queue_depth{${job}})`, legend: 'waiting' },
      { expr: `max(mcp_test_harness_runs_running{${job}})`, legend: 'running' },
      { expr: `max by (state) (mcp_test_harness_notifications{${job}})`, legend: 'notifications {{state}}' },
    ],
    defaults: { min: 0 },
    options: seriesOptions,
  }),
  panel(10, 'timeseries', 'Schedule lag', {
    description: 'How much later than they were due runs began.',
    place: { x: 8, y: 23, w: 8, h: 8 },
    targets: [
      {
        expr: `histogram_quantile(0.99, sum by (le) (rate(mcp_test_harness_schedule_lag_seconds_bucket{${job}}[15m])))`,
        legend: '99th percentile',
      },
    ],
    defaults: { unit: 's', min: 0 },
    options: seriesOptions,
  }),
  panel(11, 'timeseries', 'CPU and memory of the service', {
    description: 'Of what it may use.',
    place: { x: 16, y: 23, w: 8, h: 8 },
    targets: [
      {
        expr: `rate(process_cpu_seconds_total{${job}}[5m]) / mcp_test_harness_cpu_limit_cores{${job}}`,
        legend: 'CPU {{instance}}',
      },
      {
        expr: `process_resident_memory_bytes{${job}} / mcp_test_harness_memory_limit_bytes{${job}}`,
        legend: 'memory {{instance}}',
      },
    ],
    defaults: { unit: 'percentunit', min: 0, max: 1 },
    options: seriesOptions,
  }),
  ...kpis.map(({ name, unit, objective, record }, index) =>
    panel(20 + index, 'stat', `${name} (30 days)`, {
      description: `Objective: ${objective.is === 'at-least' ? 'at least' : 'below'} ${objective.value}. By a recording rule.`,
      place: { x: 4 * index, y: 31, w: 4, h: 5 },
      targets: [{ expr: record, legend: name, instant: true }],
      defaults: {
        unit: unit === 'ratio' ? 'percentunit' : 's',
        decimals: 2,
        color: colorByThreshold,
        thresholds: thresholds(
          { color: objective.is === 'at-least' ? 'red' : 'green', value: null },
          { color: objective.is === 'at-least' ? 'green' : 'red', value: objective.value },
        ),
      },
      options: { ...statOptions, graphMode: 'none' },
    }),
  ),
];

const dashboard: Dashboard = {
  uid,
  title: 'MCP Test Harness Production Dashboard',
  tags: ['mcp'],
  schemaVersion: 39,
  version: 1,
  editable: true,
  graphTooltip: 1,
  refresh: '30s',
  time: { from: 'now-6h', to: 'now' },
  timezone: '',
  templating: {
    list: [
      {
        name: 'datasource',
        label: 'Data source',
        type: 'datasource',
        query: 'prometheus',
        current: { text: 'default', value: 'default' },
      },
      {
        name: 'job',
        label: 'Job',
        type: 'query',
        datasource,
        query: { query: 'label_values(mcp_test_harness_build_info, job)', refId: 'job' },
        refresh: 2,
        sort: 1,
        includeAll: true,
        allValue: '.+',
        multi: true,
        current: { text: 'All', value: '$__all' },
      },
    ],
  },
  annotations: { list: [] },
  panels,
};

const generator: Generator = {
  name: 'grafana-dashboard',
  committed: true,
  files: async () => ({
    'deploy/grafana/mcp-test-harness.json': toText(dashboard),
    // What POST /api/dashboards/db wants: an id of null makes or replaces the one with this uid.
    'deploy/grafana/mcp-test-harness-api.json': toText({
      dashboard: { id: null, ...dashboard },
      overwrite: true,
      message: 'From mcp-test-harness',
    }),
  }),
};
export default generator;

function toText(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
