import { describe, expect, it } from 'vitest';
import { classifyError } from './classify-error.ts';
import { ServiceError } from './fault.ts';
import { httpError } from './testing/fake-api.ts';

const nowMs = 1_800_000_000_000;
const toolkit = (text: string): Error => new Error(text);
const withCause = (message: string, code: string): Error =>
  new TypeError(message, { cause: Object.assign(new Error(`read ${code}`), { code }) });

describe('what a failed attempt means', () => {
  it.each([
    ['a 500', httpError(500, 'Server Error'), 'unavailable', true],
    ['a 401', httpError(401, 'Bad credentials'), 'denied', false],
    ['a 403', httpError(403, 'Resource not accessible by integration'), 'denied', false],
    [
      'a 403 of a locked conversation',
      httpError(403, 'Unable to create comment because issue is locked.'),
      'locked',
      false,
    ],
    ['a 404', httpError(404, 'Not Found'), 'not-found', false],
    ['an expired artifact', httpError(410, 'Artifact has expired'), 'not-found', false],
    ['a 409', httpError(409, 'Conflict'), 'conflict', false],
    ['a 422', httpError(422, 'Validation Failed'), 'rejected', false],
    [
      'a connection that broke',
      Object.assign(httpError(500, 'read ECONNRESET'), { response: undefined }),
      'unreachable',
      true,
    ],
    ['a failed fetch', withCause('fetch failed', 'ECONNREFUSED'), 'unreachable', true],
    ['a fetch that took too long', withCause('fetch failed', 'UND_ERR_HEADERS_TIMEOUT'), 'timeout', true],
    [
      'an aborted request',
      Object.assign(new Error('This operation was aborted'), { name: 'AbortError' }),
      'timeout',
      true,
    ],
    [
      'a 500 of the toolkit',
      toolkit(
        'Failed to CreateArtifact: Failed to make request after 5 attempts: Failed request: (500) Internal Server Error: internal error',
      ),
      'unavailable',
      true,
    ],
    [
      'a 409 of the toolkit',
      toolkit(
        'Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: already exists',
      ),
      'conflict',
      false,
    ],
    [
      'a reset of the toolkit',
      toolkit('Failed to ListArtifacts: Unable to make request: ECONNRESET'),
      'unreachable',
      true,
    ],
    [
      'its quota',
      toolkit('Failed to CreateArtifact: Artifact storage quota has been hit. Unable to upload'),
      'rejected',
      false,
    ],
    [
      'a refusal of the cache',
      toolkit(
        'Failed to save: Unable to reserve cache. More details: cache write denied: token has no writable scopes',
      ),
      'denied',
      false,
    ],
    ['a download that broke off', toolkit('aborted'), 'unreachable', true],
    ['one that the storage refused', toolkit('Server failed to authenticate the request.'), 'denied', false],
    [
      'its refusal in XML',
      toolkit('<?xml version="1.0"?><Error><Code>BlobNotFound</Code></Error>'),
      'not-found',
      false,
    ],
    [
      'an archive that was spoilt',
      toolkit('"/usr/bin/tar" failed with error: exit code 2'),
      'malformed',
      true,
    ],
    [
      'HTML where JSON should be',
      toolkit(`Unexpected token '<', "<html>" is not valid JSON`),
      'malformed',
      true,
    ],
    ['what we say ourselves', new ServiceError('hostile', 'a bomb'), 'hostile', false],
    ['nothing known', toolkit('what?'), 'unavailable', false],
    ['no error at all', 'a string', 'unavailable', false],
  ] as const)('%s', (_name, error, reason, retryable) => {
    expect(classifyError(error, nowMs)).toMatchObject({ reason, retryable });
  });

  it.each([
    ['seconds', httpError(429, 'slow', { 'retry-after': '30' }), 30_000],
    ['a date', httpError(429, 'slow', { 'retry-after': new Date(nowMs + 5000).toUTCString() }), 5000],
    [
      'of a secondary limit',
      httpError(403, 'You have exceeded a secondary rate limit.', { 'retry-after': '2' }),
      2000,
    ],
    [
      'of a secondary limit that does not say',
      httpError(403, 'You have exceeded a secondary rate limit.'),
      60_000,
    ],
    [
      'the end of the primary limit',
      httpError(403, 'API rate limit exceeded', {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(nowMs / 1000 + 3),
      }),
      4000,
    ],
  ])('how long to wait: %s', (_name, error, retryAfterMs) => {
    expect(classifyError(error, nowMs)).toMatchObject({
      reason: 'rate-limited',
      retryable: true,
      retryAfterMs,
    });
  });

  it('says which permission was missing', () => {
    const error = httpError(403, 'Resource not accessible by integration', {
      'x-accepted-github-permissions': 'issues=write; pull_requests=write',
    });
    expect(classifyError(error, nowMs).permissions).toBe('issues=write; pull_requests=write');
  });

  it('shows what a service said in one harmless line', () => {
    const page = httpError(502, '<html><head><title>502 Bad Gateway</title></head><body>…</body></html>');
    expect(classifyError(page, nowMs).message).toBe('a page instead of JSON (502 Bad Gateway)');
    const xml = toolkit('<?xml version="1.0"?><Error><Code>BlobNotFound</Code></Error>');
    expect(classifyError(xml, nowMs).message).toBe('BlobNotFound');
    const message = classifyError(toolkit(`a\n::error::b\u001B[31m\u202E${'c'.repeat(1000)}`), nowMs).message;
    expect(message).toMatch(/^a ::error::b \[31m c+…$/);
    expect(message.length).toBe(300);
  });
});
