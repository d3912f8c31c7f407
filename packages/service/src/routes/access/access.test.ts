import { describe, expect, it } from 'vitest';
import { isCrossSite } from './cross-site.ts';
import { isLocalRequest, isLoopback } from './local.ts';

describe('an address', () => {
  it.each([
    ['localhost', true],
    ['LOCALHOST', true],
    ['127.0.0.1', true],
    ['127.255.0.9', true],
    ['::1', true],
    ['[::1]', true],
    ['::ffff:127.0.0.1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.1', false],
    ['127.0.0.1.evil.example', false],
    ['localhost.evil.example', false],
    ['127.1', false],
    ['', false],
  ])('%s is of this machine alone: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });

  it.each([
    ['127.0.0.1', { host: 'localhost' }, true],
    ['127.0.0.1', { host: '127.0.0.1:8443' }, true],
    ['::1', { host: '[::1]:8443' }, true],
    ['127.0.0.1', { host: 'evil.example' }, false],
    ['127.0.0.1', { host: 'localhost@evil.example' }, false],
    ['127.0.0.1', {}, false],
    ['10.0.0.1', { host: 'localhost' }, false],
    [undefined, { host: 'localhost' }, false],
    ['127.0.0.1', { host: 'localhost', 'x-forwarded-for': '203.0.113.9' }, false],
    ['127.0.0.1', { host: 'localhost', 'x-forwarded-for': '127.0.0.1' }, false],
    ['127.0.0.1', { host: 'localhost', forwarded: 'for=203.0.113.9' }, false],
  ])('of a request from %s with %o: %s', (remoteAddress, headers, expected) => {
    expect(isLocalRequest({ remoteAddress, headers })).toBe(expected);
  });
});

describe('a request of a browser', () => {
  it.each([
    [{}, false],
    [{ 'sec-fetch-site': 'none' }, false],
    [{ 'sec-fetch-site': 'same-origin', origin: 'null' }, false],
    [{ 'sec-fetch-site': 'same-site' }, true],
    [{ 'sec-fetch-site': 'cross-site' }, true],
    [{ origin: 'https://api.example:8443', host: 'api.example:8443' }, false],
    [{ origin: 'https://api.example', host: 'api.example:8443' }, true],
    [{ origin: 'https://evil.example', host: 'api.example' }, true],
    [{ origin: 'null', host: 'api.example' }, true],
    [{ origin: '', host: 'api.example' }, true],
  ])('with %o is of another site: %s', (headers, expected) => {
    expect(isCrossSite(headers)).toBe(expected);
  });
});
