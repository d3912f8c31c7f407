/** Everything of the Action that talks to GitHub. Faults come back as data and never change a verdict. */
export { artifactName, type ArtifactKind, type ArtifactOwner, artifactPrefix } from './artifact-name.ts';
export {
  Artifacts,
  downloadArtifact,
  type DownloadedArtifact,
  isEnterpriseServer,
  listArtifactsOfRun,
  type ListedArtifact,
  type UploadedArtifact,
} from './artifacts.ts';
export { BaselineCache, type CachedBaseline, mayWriteBaseline } from './baseline-cache.ts';
export { ServiceBudget } from './budget.ts';
export type { BaselineEntry, BaselineScope } from './cache-key.ts';
export {
  type CheckAnnotation,
  type CheckConclusion,
  type CheckOutcome,
  type CheckReport,
  publishCheckRun,
} from './check-runs.ts';
export {
  type CommentIntent,
  commentLimit,
  commentMarker,
  type CommentOutcome,
  type CommentVersion,
  readComment,
  syncComment,
} from './comments.ts';
export { endProcess } from './end-process.ts';
export { describeFault, type FaultReason, type ServiceFault, type ServiceResult } from './fault.ts';
export { defaultLimits, type FileLimits, type FileSet, readFolder } from './file-set.ts';
export { connectApi, GitHubApi, type Repository } from './github-api.ts';
export { findPullRequest, type PullRequest, type PullRequestLookup } from './pull-requests.ts';
export { type ArtifactBaseline, findBaselineArtifact, workflowFile } from './runs.ts';
