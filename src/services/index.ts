/** Everything of the Action that talks to GitHub. Faults come back as data and never change a verdict. */
export { artifactName, artifactPrefix } from './artifact-name.ts';
export { type DownloadedArtifact, downloadOfRun } from './artifacts-of-run.ts';
export { Artifacts, type UploadedArtifact } from './artifacts.ts';
export { BaselineCache } from './baseline-cache.ts';
export { ServiceBudget } from './budget.ts';
export { publishCheckRun } from './check-runs.ts';
export { type CommentIntent, commentMarker, type CommentVersion, syncComment } from './comments.ts';
export { endProcess } from './end-process.ts';
export { describeFault, type ServiceFault, type ServiceResult } from './fault.ts';
export { type FileSet, readFolder, writeFolder } from './file-set.ts';
export { connectApi, type GitHubApi } from './github-api.ts';
export { findPullRequest, type PullRequest } from './pull-requests.ts';
export { findBaselineArtifact, workflowFile } from './runs.ts';
