/** Which of the tools, resources and prompts of a server the tests of a run have used. Pure. */
export { missesCoverage } from './judge-coverage.ts';
export type { CoverageVerdictInput } from './judge-coverage.ts';
export { coverLists, totalCoverage, unionCoverage } from './measure-coverage.ts';
export { mergeCoverage } from './merge-coverage.ts';
export type { CoveredPart } from './merge-coverage.ts';
export { featureKinds } from './types.ts';
export type * from './types.ts';
export { UsedFeatures } from './used-features.ts';
