/** The part of SARIF 2.1.0 that we write; https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. */
export interface SarifRule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly helpUri?: string;
  readonly help?: { readonly text: string };
  readonly defaultConfiguration: { readonly level: SarifLevel };
  readonly properties?: { readonly tags: readonly string[] };
}

export type SarifLevel = 'error' | 'warning' | 'note';

export interface SarifLocation {
  readonly physicalLocation?: {
    readonly artifactLocation: { readonly uri: string };
    readonly region: { readonly startLine: number; readonly startColumn: number };
  };
  readonly logicalLocations: readonly {
    readonly name: string;
    readonly fullyQualifiedName: string;
    readonly kind: string;
  }[];
}

/** A result before its rule has an index. */
export interface SarifResult {
  readonly ruleId: string;
  readonly level: SarifLevel;
  readonly message: { readonly text: string };
  readonly locations: readonly SarifLocation[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions?: readonly {
    readonly kind: 'external';
    readonly status: 'accepted';
    readonly justification: string;
  }[];
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** What a run has to say, with the rule that it is said by. */
export interface SarifEntry {
  readonly rule: SarifRule;
  readonly result: SarifResult;
}
