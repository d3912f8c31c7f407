/** Texts of a fixed form in a {@link JobReport}; what builds it leaves out what has another one, what reads it refuses that. */
export const jobReportPatterns = {
  /** UTC. */
  iso8601: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/,
  /** Of a commit, shortened or not. */
  sha: /^[\da-f]{7,64}$/,
  /** Of a run: digits. */
  runId: /^\d{1,20}$/,
  /** Without anything that ends a URL in Markdown or HTML. */
  url: /^https?:\/\/[^\s<>"'`\\]{1,480}$/,
} as const;
