/** Seen on GitHub and GitLab alike; always beside a word or in a table of words. */
export const outcomeIcons = { passed: '✅', failed: '❌', errored: '💥', skipped: '⏭️' } as const;
