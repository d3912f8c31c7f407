import { describe, expect, it } from 'vitest';
import { nearestName, suggestName } from './nearest.ts';

describe('nearestName', () => {
  it.each([
    ['timout_seconds', ['timeout_seconds', 'retry'], 'timeout_seconds'],
    ['toolName', ['tool_name', 'method'], 'tool_name'],
    ['RETRY', ['retry'], 'retry'],
    ['tset', ['list', 'test'], 'test'],
    ['smok', ['smoke', 'slow'], 'smoke'],
    ['desc', ['description', 'tags'], 'description'],
    ['timeout_override_seconds_of_test', ['timeout_override_seconds'], 'timeout_override_seconds'],
    ['json', ['html', 'junit'], undefined],
    ['ab', ['xy'], undefined],
    ['completely-different', ['echo', 'add'], undefined],
    ['', ['a'], undefined],
    ['a', [], undefined],
  ])('%j among %j is %j', (wrong, known, expected) => {
    expect(nearestName(wrong, known)).toBe(expected);
  });

  it('takes the nearest, and of equals the first', () => {
    expect(nearestName('scenrio-1', ['scenario-2', 'scenario-1'])).toBe('scenario-1');
    expect(nearestName('test-x', ['test-1', 'test-2'])).toBe('test-1');
  });

  it('does not look through names without end', () => {
    const names = Array.from({ length: 100_000 }, (_, n) => `${n}`.padStart(200, 'x'));
    expect(nearestName('y'.repeat(200), names)).toBeUndefined();
    expect(nearestName('y'.repeat(1_000_000), ['y'])).toBeUndefined();
  });
});

describe('suggestName', () => {
  it('asks, or lists what there is', () => {
    expect(suggestName('ehco', ['echo'])).toBe('Did you mean echo?');
    expect(suggestName('fish', ['echo', 'add'])).toBe('Known: echo, add.');
    expect(suggestName('fish', ['echo', 'add'], { what: 'tools' })).toBe('Known tools: echo, add.');
    expect(suggestName('fish', [])).toBe('There are none.');
    expect(suggestName('fish', [], { what: 'tools' })).toBe('There are no tools.');
  });

  it('looks through more names than it lists', () => {
    expect(suggestName('s/ehco', ['add'], { more: ['s/echo'] })).toBe('Did you mean s/echo?');
    const many = Array.from({ length: 22 }, (_, n) => `name-${n}`);
    expect(suggestName('fish', many)).toMatch(/name-19, and 2 more\.$/);
  });
});
