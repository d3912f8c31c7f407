/** What Grafana takes, by the types that it publishes itself. */
import type * as dashboards from '@grafana/grafana-foundation-sdk/dashboard';
import type * as heatmap from '@grafana/grafana-foundation-sdk/heatmap';
import type * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import type * as stat from '@grafana/grafana-foundation-sdk/stat';
import type * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

/** A type as its values stand in JSON: texts for the members of enumerations, and no methods. */
type Json<T> = 0 extends 1 & T
  ? unknown
  : T extends string
    ? `${T}`
    : T extends (infer Item)[]
      ? readonly Json<Item>[]
      : T extends object
        ? { readonly [K in keyof T as K extends `_${string}` ? never : K]: Json<T[K]> }
        : T;

/** Options by kind of panel. */
export interface PanelOptions {
  readonly stat: Json<stat.Options>;
  readonly heatmap: Json<heatmap.Options>;
  readonly timeseries: Json<timeseries.Options>;
}

export type GridPosition = Json<dashboards.GridPos>;
export type FieldDefaults = Json<dashboards.FieldConfig>;
export type Threshold = Json<dashboards.Threshold>;

export type Panel = Json<Omit<dashboards.Panel, 'type' | 'targets' | 'options'>> & {
  readonly type: keyof PanelOptions;
  readonly targets: readonly Json<prometheus.dataquery>[];
  readonly options: PanelOptions[keyof PanelOptions];
};

export type Dashboard = Json<Omit<dashboards.Dashboard, 'panels'>> & { readonly panels: readonly Panel[] };
