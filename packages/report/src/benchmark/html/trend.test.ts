import { findChangePoints } from '@mcp-test-harness/core/statistics';
import { describe, expect, it } from 'vitest';
import { hostile } from '../../testing/hostile.ts';
import { exampleTrend } from '../../testing/example-trend.ts';
import { formatMs } from '../values.ts';
import { renderTrend } from './trend.ts';

const textOf = (html: string): string => html.replace(/<[^>]*>/g, ' ');

describe('renderTrend', () => {
  it('draws a point a run, a level a stretch, a mark a change, and names the commits between which it lies', () => {
    const html = renderTrend(exampleTrend());
    expect(html.match(/class="point"/g)).toHaveLength(40);
    expect(html.match(/class="level"/g)).toHaveLength(2);
    expect(html.match(/<line class="change regressed"/g)).toHaveLength(1);
    expect(html).toContain('class="spread"');
    expect(textOf(html)).toMatch(/\+1[12] %, 0\.21 ms to 0\.2[34] ms, between c018 and c019/);
  });

  it('says that nothing changed, of a level history', () => {
    const points = Array.from({ length: 30 }, (_, index) => ({
      label: `c${index}`,
      value: 1 + (index % 3) / 100,
    }));
    const changePoints = findChangePoints(points.map(({ value }) => value));
    const html = renderTrend({ title: 'level', points, changePoints, format: formatMs });
    expect(textOf(html)).toContain('No change of level.');
    expect(html).not.toContain('class="level"');
  });

  it.each([
    ['no run', [], ''],
    ['one run', [3], '3.00 ms'],
    ['equal runs', [3, 3, 3], '3.00 ms'],
    ['zeros', [0, 0], '0.00 ms'],
    ['a run that is no number', [NaN, 5], '5.00 ms'],
  ])('of %s draws what there is', (_, values, expected) => {
    const points = values.map((value, index) => ({ label: `c${index}`, value }));
    const html = renderTrend({ title: 't', points, changePoints: [], format: formatMs });
    expect(textOf(html)).toContain(expected);
    expect(html).not.toMatch(/NaN|Infinity/);
  });

  it('leaves hostile titles, labels and notes inert, and ignores change points that are not within', () => {
    const points = [1, 2].map((value) => ({ label: hostile.script, value, note: hostile.style }));
    const changePoints = [
      { index: 9, before: 1, after: 2 },
      { index: 0, before: 1, after: 2 },
    ];
    const html = renderTrend({ title: hostile.script, points, changePoints, format: formatMs });
    expect(html).not.toMatch(/<script|<img|<\/style|onload=alert\(1\)>/);
    expect(html).not.toContain('class="change');
  });
});
