import { describe, expect, it } from 'vitest';
import { quotes } from './quotes.ts';
import { checks } from './registry.ts';
import { toRequirement } from './requirement.ts';

describe('the quoted sentences', () => {
  it('belong to requirements that there are', () => {
    const ids = checks.map(({ id }) => id);
    expect(Object.keys(quotes).filter((id) => !ids.includes(id))).toEqual([]);
  });

  it.each(Object.entries(quotes))('%s is one line without markup', (_id, quote) => {
    expect(quote).toMatch(/^\S.*\S$/);
    expect(quote).not.toMatch(/\*\*|\]\(|`/);
  });

  it('are part of the requirement that a report shows', () => {
    const [ping] = checks.filter(({ id }) => id === 'ping.empty-answer').map(toRequirement);
    expect(ping?.quote).toBe('The receiver MUST respond promptly with an empty response');
  });
});
