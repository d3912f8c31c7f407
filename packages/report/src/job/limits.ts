/** How large a {@link JobReport} may be; what builds it keeps to these, and what reads it insists on them. */
export const jobReportLimits = {
  /** UTF-8, of the whole document as JSON. */
  bytes: 256 * 1024,
  /** Of a list that may be long. */
  entries: 50,
  /** Of a list that is short for whoever is honest: servers, notes, links. */
  few: 20,
  /** UTF-16 units of a name, a sentence, a path. */
  text: 500,
  /** UTF-16 units of an error message, which may show the line that is wrong. */
  error: 2000,
} as const;
