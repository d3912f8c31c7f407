import { createHash, randomUUID } from 'node:crypto';
import { type HttpAnswer, type HttpRequest, jsonOf } from './http-answer.ts';
import type { CacheEvent } from './types.ts';
import type { StoredArtifact, StoredCache, StoredRun, WorldState } from './world-state.ts';

/**
 * The service behind `@actions/cache` (version 2) and `@actions/artifact` (version 4), with the storage of both. What it
 * takes and gives is what these packages send and read.
 */
export class ResultsService {
  readonly cacheEvents: CacheEvent[] = [];
  readonly #state: WorldState;
  readonly #run: StoredRun;
  readonly #token: string;
  readonly #blobUrl: () => string;

  constructor(options: { state: WorldState; run: StoredRun; token: string; blobUrl: () => string }) {
    this.#state = options.state;
    this.#run = options.run;
    this.#token = options.token;
    this.#blobUrl = options.blobUrl;
  }

  rpc(service: string, method: string, request: HttpRequest): HttpAnswer {
    if (request.headers['authorization'] !== `Bearer ${this.#token}`)
      return twirp(401, 'unauthenticated', 'missing or invalid runtime token');
    const body = jsonOf(request);
    return service === 'Cache' ? this.#cache(method, body) : this.#artifact(method, body);
  }

  /** Blobs as Azure has them: whole, in blocks, by ranges. An address is a secret; no signature is checked. */
  blob({ method, path, query, headers, body }: HttpRequest): HttpAnswer {
    const id = path.slice(1);
    const { blobs } = this.#state;
    if (method === 'PUT') {
      const block = query.get('comp') === 'block' ? query.get('blockid') : null;
      if (block !== null) blobs.set(`${id}#${block}`, body);
      else if (query.get('comp') === 'blocklist') blobs.set(id, this.#joinBlocks(id, body.toString()));
      else blobs.set(id, body);
      return { status: 201, headers: { etag: '"0"' } };
    }
    const stored = blobs.get(id);
    if (stored === undefined) return { status: 404, headers: { 'x-ms-error-code': 'BlobNotFound' } };
    const common = {
      etag: '"0"',
      'accept-ranges': 'bytes',
      'content-type': query.get('rsct') ?? 'application/octet-stream',
      ...(query.has('rscd') ? { 'content-disposition': query.get('rscd') ?? '' } : {}),
    };
    const wanted = headers['x-ms-range'] ?? headers['range'];
    const range = /^bytes=(\d+)-(\d*)$/.exec(typeof wanted === 'string' ? wanted : '');
    if (range === null || method === 'HEAD') return { status: 200, headers: common, body: stored };
    const first = Number(range[1]);
    const last = Math.min(range[2] === '' ? Infinity : Number(range[2]), stored.length - 1);
    if (first >= stored.length) return { status: 416 };
    return {
      status: 206,
      headers: { ...common, 'content-range': `bytes ${first}-${last}/${stored.length}` },
      body: stored.subarray(first, last + 1),
    };
  }

  downloadUrl(artifact: StoredArtifact): string {
    const isArchive = artifact.mimeType === 'application/zip';
    const name = isArchive ? `${artifact.name}.zip` : artifact.name;
    const query = new URLSearchParams({
      rsct: artifact.mimeType,
      rscd: `attachment; filename="${name}"`,
      sig: 'stand-in',
    });
    return `${this.#blobUrl()}/actions-results/${artifact.blobId}?${query}`;
  }

  #joinBlocks(id: string, list: string): Buffer {
    const names = [...list.matchAll(/<(?:Latest|Uncommitted|Committed)>([^<]+)</g)].map(([, name]) => name);
    return Buffer.concat(names.map((name) => this.#state.blobs.get(`${id}#${name}`) ?? Buffer.alloc(0)));
  }

  #cache(method: string, body: Readonly<Record<string, unknown>>): HttpAnswer {
    const { key, version } = body;
    if (typeof key !== 'string' || key === '' || key.length > 512 || key.includes(','))
      return twirp(400, 'invalid_argument', 'key must have 1 to 512 characters and no commas');
    if (typeof version !== 'string') return twirp(400, 'invalid_argument', 'version is missing');
    const [ownScope = ''] = this.#run.event.cacheScopes;
    for (const gone of this.#state.evictCaches()) this.cacheEvents.push({ op: 'evicted', key: gone.key });
    const inOwnScope = (cache: StoredCache): boolean =>
      cache.scope === ownScope && cache.key === key && cache.version === version;
    switch (method) {
      case 'CreateCacheEntry': {
        if (!this.#run.event.mayWriteCaches)
          return ok({ ok: false, message: 'cache write denied: token has no writable scopes' });
        if (this.#state.caches.some(inOwnScope))
          return twirp(
            409,
            'already_exists',
            'cache entry with the same key, version, and scope already exists',
          );
        const now = this.#state.nowMs();
        const cache: StoredCache = {
          id: this.#state.newId(),
          key,
          version,
          scope: ownScope,
          blobId: randomUUID(),
          createdBy: this.#run.uid,
          finalized: false,
          createdAtMs: now,
          usedAtMs: now,
        };
        this.#state.caches.push(cache);
        return ok({ ok: true, signed_upload_url: this.#cacheUrl(cache) });
      }
      case 'FinalizeCacheEntryUpload': {
        const cache = this.#state.caches.find((one) => inOwnScope(one) && !one.finalized);
        const size = this.#state.blobs.get(`actions-cache/${cache?.blobId}`)?.length;
        if (cache === undefined) return twirp(404, 'not_found', 'cache entry reservation not found');
        if (size === undefined || Number(body['size_bytes']) !== size)
          return twirp(400, 'invalid_argument', `size mismatch: uploaded ${size}`);
        cache.finalized = true;
        this.cacheEvents.push({ op: 'saved', key });
        return ok({ ok: true, entry_id: String(cache.id) });
      }
      case 'GetCacheEntryDownloadURL': {
        const others = Array.isArray(body['restore_keys']) ? body['restore_keys'].map(String) : [];
        const found = this.#findCache([key, ...others], version);
        this.cacheEvents.push(
          found === undefined ? { op: 'miss', key } : { op: 'hit', key, matchedKey: found.key },
        );
        if (found === undefined) return ok({ ok: false });
        found.usedAtMs = this.#state.nowMs();
        return ok({ ok: true, signed_download_url: this.#cacheUrl(found), matched_key: found.key });
      }
      default:
        return twirp(404, 'bad_route', `no method ${method}`);
    }
  }

  /** Scope by scope: the exact key, then key by key as a prefix, of which the newest. */
  #findCache([key = '', ...others]: readonly string[], version: string): StoredCache | undefined {
    for (const scope of this.#run.event.cacheScopes) {
      const there = this.#state.caches
        .filter((cache) => cache.finalized && cache.scope === scope && cache.version === version)
        .sort((one, other) => other.createdAtMs - one.createdAtMs || other.id - one.id);
      const exact = there.find((cache) => cache.key === key);
      if (exact !== undefined) return exact;
      for (const prefix of [key, ...others]) {
        const found = there.find((cache) => cache.key.startsWith(prefix));
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  #cacheUrl({ blobId }: StoredCache): string {
    return `${this.#blobUrl()}/actions-cache/${blobId}?sig=stand-in`;
  }

  #artifact(method: string, body: Readonly<Record<string, unknown>>): HttpAnswer {
    const { id, attempt, uid } = this.#run;
    const name = typeof body['name'] === 'string' ? body['name'] : '';
    const ofRun = this.#state.artifacts.filter((one) => one.runId === id && one.attempt === attempt);
    switch (method) {
      case 'CreateArtifact': {
        if (name === '' || /["\\/:<>|*?\r\n]/.test(name))
          return twirp(400, 'invalid_argument', 'the artifact name is not valid');
        if (ofRun.some((one) => one.name === name))
          return twirp(
            409,
            'already_exists',
            'an artifact with this name already exists on the workflow run',
          );
        const now = this.#state.nowMs();
        const expiresAt = body['expires_at'];
        const mimeType = body['mime_type'];
        const artifact: StoredArtifact = {
          id: this.#state.newId(),
          name,
          runId: id,
          attempt,
          jobUid: uid,
          headSha: this.#run.event.headSha,
          headBranch: this.#run.event.headBranch,
          blobId: randomUUID(),
          mimeType: typeof mimeType === 'string' ? mimeType : 'application/zip',
          createdAtMs: now,
          expiresAt:
            typeof expiresAt === 'string' ? expiresAt : new Date(now + 90 * 86_400_000).toISOString(),
          finalized: false,
        };
        this.#state.artifacts.push(artifact);
        const url = `${this.#blobUrl()}/actions-results/${artifact.blobId}?sig=stand-in`;
        return ok({ ok: true, signed_upload_url: url });
      }
      case 'FinalizeArtifact': {
        const artifact = ofRun.find((one) => one.name === name && !one.finalized);
        const content = this.#state.blobs.get(`actions-results/${artifact?.blobId}`);
        if (artifact === undefined || content === undefined)
          return twirp(404, 'not_found', 'artifact not found');
        if (Number(body['size']) !== content.length)
          return twirp(400, 'invalid_argument', `size mismatch: uploaded ${content.length}`);
        const hash = `sha256:${createHash('sha256').update(content).digest('hex')}`;
        if (typeof body['hash'] === 'string' && body['hash'] !== hash)
          return twirp(400, 'invalid_argument', 'hash mismatch');
        artifact.finalized = true;
        return ok({ ok: true, artifact_id: String(artifact.id) });
      }
      case 'ListArtifacts': {
        const wantedName = body['name_filter'];
        const wantedId = body['id_filter'];
        const listed = ofRun.filter(
          (one) =>
            one.finalized &&
            (wantedName === undefined || one.name === wantedName) &&
            (wantedId === undefined || String(one.id) === wantedId),
        );
        return ok({ artifacts: listed.map((one) => this.#listed(one)) });
      }
      case 'GetSignedArtifactURL': {
        const artifact = ofRun.find((one) => one.name === name && one.finalized);
        if (artifact === undefined) return twirp(404, 'not_found', 'artifact not found');
        return ok({ signed_url: this.downloadUrl(artifact) });
      }
      default:
        return twirp(404, 'bad_route', `no method ${method}`);
    }
  }

  #listed(artifact: StoredArtifact): object {
    return {
      workflow_run_backend_id: `run-${artifact.runId}-${artifact.attempt}`,
      workflow_job_run_backend_id: artifact.jobUid,
      database_id: String(artifact.id),
      name: artifact.name,
      size: String(this.#state.blobs.get(`actions-results/${artifact.blobId}`)?.length ?? 0),
      created_at: new Date(artifact.createdAtMs).toISOString(),
    };
  }
}

const ok = (body: object): HttpAnswer => ({ status: 200, body });
const twirp = (status: number, code: string, msg: string): HttpAnswer => ({ status, body: { code, msg } });
