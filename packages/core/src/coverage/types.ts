/** What a server offers by name, in the order of reports. */
export const featureKinds = ['tools', 'resources', 'resource-templates', 'prompts'] as const;
export type FeatureKind = (typeof featureKinds)[number];

/** One list of a server as it was read; names without repetitions. */
export type FeatureList =
  | { readonly kind: FeatureKind; readonly names: readonly string[] }
  | { readonly kind: FeatureKind; readonly notRead: string };

/** How much of one list tests have used. Both parts are empty when it was not measured. */
export interface ListCoverage {
  readonly kind: FeatureKind;
  /** Names (of resources: URIs, of templates: URI templates) that a test got an answer for. */
  readonly exercised: readonly string[];
  /** The others on the list. */
  readonly uncovered: readonly string[];
  /** Why the list could not be read. */
  readonly notMeasured?: string | undefined;
}

export interface ServerCoverage {
  /** Name in the configuration. */
  readonly server: string;
  /** The lists of the capabilities that it declares; none when it could not be asked. */
  readonly lists: readonly ListCoverage[];
  /** Why its lists are not known at all. */
  readonly notMeasured?: string | undefined;
}

/** What the tests of a run have used of what its servers offer. */
export interface RunCoverage {
  /** Names on all lists that were read. */
  readonly listed: number;
  /** Of these, how many a test got an answer for. */
  readonly exercised: number;
  /** exercised / listed, 0 to 100; undefined when nothing is listed. */
  readonly percent?: number | undefined;
  /** Percentage that the run had to reach. */
  readonly minPercent?: number | undefined;
  /** Tests that filters kept out of the run: with more than 0, it was measured over a part of the suites. */
  readonly leftOutTests: number;
  readonly servers: readonly ServerCoverage[];
}
