/** What goes wrong instead of an answer, or with it. */
export interface FaultEffect {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | object;
  readonly delayMs?: number;
  readonly hang?: boolean;
  readonly reset?: boolean;
  /** Bytes of a download are turned. */
  readonly corrupt?: boolean;
  /** A download announces all and breaks off half-way. */
  readonly truncate?: boolean;
  /** A download is half of what was stored, and says so. */
  readonly short?: boolean;
}

interface FaultPreset {
  /** `cache.*`, `artifact.CreateArtifact`, `blob.get`, `rest`. */
  readonly target: string;
  readonly method?: string;
  readonly path?: RegExp;
  readonly effect: FaultEffect;
}

const twirp = (status: number, code: string, msg: string, headers = {}): FaultEffect => ({
  status,
  body: { code, msg },
  headers,
});
const azure = (status: number, code: string): FaultEffect => ({
  status,
  headers: { 'content-type': 'application/xml', 'x-ms-error-code': code },
  body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code></Error>`,
});
const api = (status: number, message: string, headers = {}): FaultEffect => ({
  status,
  body: { message },
  headers,
});
const html: FaultEffect = {
  status: 502,
  headers: { 'content-type': 'text/html' },
  body: '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>',
};
const notAllowed = api(403, 'Resource not accessible by integration');
const secondary = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';

/** By the names that the emulator has for them too. */
export const faultPresets = {
  'cache-500': { target: 'cache.*', effect: twirp(500, 'internal', 'internal error') },
  'cache-503': { target: 'cache.*', effect: twirp(503, 'unavailable', 'service unavailable') },
  'cache-502-html': { target: 'cache.*', effect: html },
  'cache-429': {
    target: 'cache.*',
    effect: twirp(429, 'resource_exhausted', 'rate limit exceeded', { 'retry-after': '60' }),
  },
  'cache-reset': { target: 'cache.*', effect: { reset: true } },
  'cache-hang': { target: 'cache.*', effect: { hang: true } },
  'cache-save-500': { target: 'cache.CreateCacheEntry', effect: twirp(500, 'internal', 'internal error') },
  'cache-save-conflict': {
    target: 'cache.CreateCacheEntry',
    effect: twirp(409, 'already_exists', 'cache entry with the same key, version, and scope already exists'),
  },
  'cache-save-denied': {
    target: 'cache.CreateCacheEntry',
    effect: { status: 200, body: { ok: false, message: 'cache write denied: token has no writable scopes' } },
  },
  'cache-quota': {
    target: 'cache.CreateCacheEntry',
    effect: twirp(403, 'permission_denied', 'insufficient usage to create cache entry'),
  },
  'cache-finalize-500': {
    target: 'cache.FinalizeCacheEntryUpload',
    effect: twirp(500, 'internal', 'internal error'),
  },
  'cache-restore-500': {
    target: 'cache.GetCacheEntryDownloadURL',
    effect: twirp(500, 'internal', 'internal error'),
  },
  'cache-read-denied': {
    target: 'cache.GetCacheEntryDownloadURL',
    effect: twirp(403, 'permission_denied', 'cache read denied: token has no readable scopes'),
  },
  'cache-download-404': { target: 'blob.get', path: /actions-cache/, effect: azure(404, 'BlobNotFound') },
  'cache-download-500': { target: 'blob.get', path: /actions-cache/, effect: azure(500, 'InternalError') },
  'cache-download-corrupt': { target: 'blob.get', path: /actions-cache/, effect: { corrupt: true } },
  'cache-download-truncate': { target: 'blob.get', path: /actions-cache/, effect: { truncate: true } },
  'cache-download-short': { target: 'blob.get', path: /actions-cache/, effect: { short: true } },
  'cache-upload-reset': { target: 'blob.put', path: /actions-cache/, effect: { reset: true } },
  'cache-upload-403': {
    target: 'blob.put',
    path: /actions-cache/,
    effect: azure(403, 'AuthenticationFailed'),
  },
  'artifact-500': { target: 'artifact.*', effect: twirp(500, 'internal', 'internal error') },
  'artifact-503': { target: 'artifact.*', effect: twirp(503, 'unavailable', 'service unavailable') },
  'artifact-429': {
    target: 'artifact.*',
    effect: twirp(429, 'resource_exhausted', 'rate limit exceeded', { 'retry-after': '5' }),
  },
  'artifact-conflict': {
    target: 'artifact.CreateArtifact',
    effect: twirp(409, 'already_exists', 'an artifact with this name already exists on the workflow run'),
  },
  'artifact-quota': {
    target: 'artifact.CreateArtifact',
    effect: twirp(403, 'permission_denied', 'insufficient usage to create artifact'),
  },
  'artifact-reset': { target: 'artifact.*', effect: { reset: true } },
  'artifact-upload-reset': { target: 'blob.put', path: /actions-results/, effect: { reset: true } },
  'artifact-upload-hang': { target: 'blob.put', path: /actions-results/, effect: { hang: true } },
  'api-500': { target: 'rest', effect: api(500, 'Server Error') },
  'api-502-html': { target: 'rest', effect: html },
  'api-503': { target: 'rest', effect: api(503, 'Service Unavailable') },
  'api-401': { target: 'rest', effect: api(401, 'Bad credentials') },
  'api-403': { target: 'rest', effect: notAllowed },
  'api-404': { target: 'rest', effect: api(404, 'Not Found') },
  'api-write-403': { target: 'rest', method: 'POST|PATCH|PUT|DELETE', effect: notAllowed },
  'api-rate-limit-primary': {
    target: 'rest',
    effect: api(403, 'API rate limit exceeded for installation ID 1.', {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': 'now+3',
    }),
  },
  'api-rate-limit-secondary': { target: 'rest', effect: api(403, secondary, { 'retry-after': '2' }) },
  'api-429': { target: 'rest', effect: api(429, secondary, { 'retry-after': '2' }) },
  'api-reset': { target: 'rest', effect: { reset: true } },
  'api-hang': { target: 'rest', effect: { hang: true } },
  'api-slow': { target: 'rest', effect: { delayMs: 3000 } },
  'comment-too-long': {
    target: 'rest',
    method: 'POST|PATCH',
    path: /\/comments/,
    effect: api(422, 'Validation Failed: Body is too long (maximum is 65536 characters)'),
  },
  'pr-locked': {
    target: 'rest',
    method: 'POST',
    path: /\/issues\/\d+\/comments/,
    effect: api(403, 'Unable to create comment because issue is locked.'),
  },
} as const satisfies Readonly<Record<string, FaultPreset>>;

interface Rule {
  readonly name: string;
  readonly preset: FaultPreset;
  /** Requests that pass before. */
  readonly skip: number;
  readonly times: number;
  seen: number;
  applied: number;
}

/** The faults of one run, and how often each has come. */
export class Faults {
  readonly #rules: readonly Rule[];

  constructor(specs: readonly string[]) {
    this.#rules = specs.map(parseFault);
  }

  /** The effect of the first rule that is due for a request. */
  next(target: string, method: string, path: string): FaultEffect | undefined {
    for (const rule of this.#rules) {
      if (!applies(rule.preset, target, method, path)) continue;
      rule.seen++;
      if (rule.seen <= rule.skip || rule.applied >= rule.times) continue;
      rule.applied++;
      return rule.preset.effect;
    }
    return undefined;
  }

  get counts(): readonly { readonly name: string; readonly applied: number }[] {
    return this.#rules.map(({ name, applied }) => ({ name, applied }));
  }
}

/** `api-500`, `api-500*2`: the first two requests; `api-500@1*2`: one passes, the next two do not. */
function parseFault(spec: string): Rule {
  const match = /^([a-z0-9-]+)(?:@(\d+))?(?:\*(\d+))?$/.exec(spec);
  const name = match?.[1] ?? '';
  if (!Object.hasOwn(faultPresets, name)) throw new Error(`unknown fault ${spec}`);
  const preset = faultPresets[name as keyof typeof faultPresets];
  return {
    name,
    preset,
    skip: Number(match?.[2] ?? 0),
    times: Number(match?.[3] ?? Number.POSITIVE_INFINITY),
    seen: 0,
    applied: 0,
  };
}

function applies(preset: FaultPreset, target: string, method: string, path: string): boolean {
  const wanted = preset.target.endsWith('*')
    ? target.startsWith(preset.target.slice(0, -1))
    : target === preset.target;
  return (
    wanted &&
    (preset.method === undefined || preset.method.split('|').includes(method)) &&
    (preset.path === undefined || preset.path.test(path))
  );
}
