import { renderComment } from '@mcp-test-harness/report/job';
import { exampleReport, exampleRepository } from '../fixtures/comment-example.ts';

const marker = '<!-- mcp-test-harness -->';
const start =
  '<!-- The comment of test/fixtures/comment-example.ts; `npx vitest run test/docs.test.ts -u` renews it. -->\n';
const end = '\n<!-- End of the comment. -->';

/** The comment on the pull request that the README shows, without the marker by which it would be found again. */
export function exampleComment(): string {
  const comment = renderComment([exampleReport], {
    marker,
    repositoryUrl: exampleRepository,
    links: [{ name: 'Reports', url: `${exampleRepository}/actions/runs/9218407712/artifacts/1` }],
  });
  return comment.slice(marker.length).trim();
}

/**
 * The page with this comment, quoted, in its place.
 * @throws Error when the page has no place for it
 */
export function insertComment(page: string, comment: string): string {
  const from = page.indexOf(start);
  const until = page.indexOf(end, from);
  if (from === -1 || until === -1) throw new Error(`the page has no "${start.trim()}" with an end`);
  const quoted = comment
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');
  return `${page.slice(0, from)}${start}\n${quoted}\n${page.slice(until)}`;
}
