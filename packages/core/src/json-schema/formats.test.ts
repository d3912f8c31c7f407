import { describe, expect, it } from 'vitest';
import { fitsFormat } from './formats.ts';

const texts: Readonly<Record<string, { fitting: readonly string[]; failing: readonly string[] }>> = {
  date: {
    fitting: ['2024-02-29', '2000-02-29', '0001-12-31'],
    failing: [
      '2023-02-29',
      '1900-02-29',
      '2024-04-31',
      '2024-13-01',
      '2024-00-01',
      '24-01-01',
      '2024-01-01 ',
    ],
  },
  time: {
    fitting: [
      '23:59:59Z',
      '00:00:00.123z',
      '12:00:00+01:30',
      '23:59:60Z',
      '22:59:60-01:00',
      '00:29:60+00:30',
    ],
    failing: ['12:00:00', '24:00:00Z', '12:60:00Z', '12:00:61Z', '12:00:60Z', '12:00:00+24:00', '12:00Z'],
  },
  'date-time': {
    fitting: ['2024-01-01T00:00:00Z', '2024-01-01t00:00:00.5+01:00', '2016-12-31T23:59:60Z'],
    failing: ['2024-01-01', '2024-01-01T00:00:00', '2024-01-32T00:00:00Z', '2024-01-01T25:00:00Z'],
  },
  'iso-time': { fitting: ['12:00:00', '12:00:00Z'], failing: ['12:00'] },
  'iso-date-time': { fitting: ['2024-01-01T12:00:00'], failing: ['2024-01-01'] },
  duration: {
    fitting: ['P1Y2M3DT4H5M6S', 'P1W', 'PT0S', 'P1M'],
    failing: ['P', 'PT', 'P1YT', 'P1W1D', 'P1M1Y', 'PT1D', '1D', 'P1.5D'],
  },
  email: {
    fitting: ['a.b+c@example.com', "o'neill@a-b.c"],
    failing: ['a', 'a@b', '@b.c', '.a@b.c', 'a.@b.c', 'a..b@c.d', 'a b@c.d', 'a@-b.c', 'a@b..c', 'a@b.c.'],
  },
  hostname: {
    fitting: ['a', 'example.com', 'EXAMPLE.com.', '1.2', 'a'.repeat(63)],
    failing: ['', '.', 'a..b', '-a', 'a-', 'a_b', 'é', 'a'.repeat(64), `${'a.'.repeat(127)}a`],
  },
  ipv4: { fitting: ['192.0.2.1', '0.0.0.0'], failing: ['1.2.3', '01.2.3.4', '256.1.1.1', '1.2.3.4 '] },
  ipv6: {
    fitting: ['::', '1::', '1:2:3:4:5:6:7:8', '::ffff:1.2.3.4'],
    failing: ['1:2:3:4:5:6:7', '1::2::3', '12345::', '::1%eth0', '::1.2.3', ':1'],
  },
  uri: {
    fitting: [
      'https://u:p@h.example:80/p;a=1/%41?q=/?#f/?',
      'urn:a:b',
      'mailto:a@b.c',
      'http://[::1]/',
      'a:',
      'x:/a//b',
    ],
    failing: [
      '//a',
      'a',
      'http://a b',
      'http://a/%zz',
      'http://a:b/',
      'http://a#b#c',
      'http://é',
      'http://[::1',
      'http://[x]/',
      '1a:b',
    ],
  },
  'uri-reference': {
    fitting: ['', '#', '#/a', '?a', 'a/b', '/a', '//h/p', './a:b', 'http://a'],
    failing: ['a b', '#a#b', '%', '1a:b', '\\\\a', '//[x'],
  },
  'uri-template': {
    fitting: ['', 'http://a/{id}', '{+a,b*}{?c:3}{a.b}', '%41'],
    failing: ['{a', 'a}', '{}', '{a,}', '{a,,b}', '{a:0}', '{a:12345}', '%4', '"', '{a b}'],
  },
  url: { fitting: ['https://example.com/', 'ftp://a'], failing: ['mailto:a@b.c', 'https://', '/a'] },
  uuid: {
    fitting: ['123e4567-E89B-12d3-a456-426614174000', 'urn:uuid:123e4567-e89b-12d3-a456-426614174000'],
    failing: ['123e4567-e89b-12d3-a456-42661417400', '123e4567e89b12d3a456426614174000', 'x'],
  },
  'json-pointer': { fitting: ['', '/', '/a~0~1/b'], failing: ['a', '/~', '/~2'] },
  'json-pointer-uri-fragment': { fitting: ['#', '#/a%20b'], failing: ['', '/a', '#a', '#/a b'] },
  'relative-json-pointer': { fitting: ['0', '1#', '2/a'], failing: ['', '01', '-1', '/a', '1#a', '1a'] },
  regex: { fitting: ['', '^a{2}$', '\\p{L}'], failing: ['(', '[b-a]', 'a{2,1}', 'a\\Z'] },
  byte: { fitting: ['', 'YQ==', 'YWI=', 'YWJj'], failing: ['a', 'a===', 'YQ==\n', 'Y*=='] },
  constructor: { fitting: ['anything'], failing: [] },
};

describe.each(Object.entries(texts))('%s', (format, { fitting, failing }) => {
  it.each(fitting.map((text) => [text]))('%j fits', (text) => expect(fitsFormat(format, text)).toBe(true));
  it.each(failing.map((text) => [text]))('%j fails', (text) => expect(fitsFormat(format, text)).toBe(false));
});

it.each([
  ['int32', 2 ** 31 - 1, true],
  ['int32', 2 ** 31, false],
  ['int32', 0.5, false],
  ['int64', 2 ** 60, true],
  ['int64', 0.5, false],
  ['date', 1, true],
])('%s of the number %d: %s', (format, value, expected) => {
  expect(fitsFormat(format, value)).toBe(expected);
});

it.each(Object.keys(texts))('%s takes linear time, and no text fills the stack', (format) => {
  const times = 200_000;
  const start = performance.now();
  for (const [head, unit, tail] of [
    ['', 'a', '!'],
    ['', 'a.', '@'],
    ['a@', 'a-', '.'],
    ['http://', 'a:', '@\n'],
    ['http://a/', '%41/', ' '],
    ['{', 'a,', '!'],
    ['{', '%41', '}'],
    ['P', '1', ''],
    ['12:00:00.', '0', 'x'],
    ['/', '~0/', '~'],
    ['0', '/a', '\n'],
    ['', 'YWJj', '='],
    ['', '1:', ''],
  ]) {
    fitsFormat(format, `${head}${unit?.repeat(times)}${tail}`);
  }
  expect(performance.now() - start).toBeLessThan(5000);
});
