import { describe, expect, it } from 'vitest';
import { writeExposition, type Family } from './exposition.ts';
import { chooseFormat } from './negotiate.ts';

const families: readonly Family[] = [
  {
    name: 'tests_total',
    help: 'Tests that "ended",\nby \\ how.',
    type: 'counter',
    samples: [{ labels: { suite: 'a "b"\\\nc' }, value: 3 }],
  },
  { name: 'nothing', help: 'Absent.', type: 'gauge', samples: [] },
  {
    name: 'odd',
    help: 'Odd numbers.',
    type: 'gauge',
    samples: [NaN, Infinity, -Infinity, 1e-7, 1e21].map((value) => ({
      labels: { of: String(value) },
      value,
    })),
  },
];

describe('writeExposition', () => {
  it('writes Prometheus text', () => {
    expect(writeExposition(families, 'text')).toBe(
      [
        '# HELP tests_total Tests that "ended",\\nby \\\\ how.',
        '# TYPE tests_total counter',
        'tests_total{suite="a \\"b\\"\\\\\\nc"} 3',
        '# HELP odd Odd numbers.',
        '# TYPE odd gauge',
        'odd{of="NaN"} NaN',
        'odd{of="Infinity"} +Inf',
        'odd{of="-Infinity"} -Inf',
        'odd{of="1e-7"} 1e-7',
        'odd{of="1e+21"} 1e+21',
        '',
      ].join('\n'),
    );
  });

  it('writes OpenMetrics: the family of a counter has no _total, and the text an end', () => {
    const text = writeExposition(families, 'openmetrics');
    expect(text).toContain(
      '# HELP tests Tests that \\"ended\\",\\nby \\\\ how.\n# TYPE tests counter\ntests_total{',
    );
    expect(text).toMatch(/\n# EOF\n$/);
  });

  it('says the same every time: one format leaves no trace in the other', () => {
    const before = writeExposition(families, 'text');
    writeExposition(families, 'openmetrics');
    expect(writeExposition(families, 'text')).toBe(before);
  });
});

describe('chooseFormat', () => {
  const prometheus =
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
  it.each([
    [undefined, 'text'],
    ['', 'text'],
    ['*/*', 'text'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'text'],
    ['text/plain', 'text'],
    [prometheus, 'openmetrics'],
    ['application/openmetrics-text', 'openmetrics'],
    ['application/openmetrics-text; version="1.0.0"; charset=utf-8', 'openmetrics'],
    ['Application/OpenMetrics-Text;Version=1.0.0', 'openmetrics'],
    ['application/openmetrics-text;version=0.0.1', 'text'],
    ['application/openmetrics-text;version=2.0.0', 'text'],
    ['application/openmetrics-text;q=0', 'text'],
    ['application/openmetrics-text;q=0.4,text/plain;q=0.5', 'text'],
    ['application/openmetrics-text;q=0.5,text/plain;q=0.4', 'openmetrics'],
    ['application/openmetrics-text;q=high', 'text'],
    [';;,,=;q', 'text'],
  ])('of %j is %s', (accept, format) => {
    expect(chooseFormat(accept)).toBe(format);
  });
});
