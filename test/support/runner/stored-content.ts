import { constants, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { unzip } from '../../../src/services/unzip.ts';
import type { Artifact } from './types.ts';
import type { StoredArtifact, WorldState } from './world-state.ts';

/** What an artifact holds, by name of file; one that is no archive is its own file. */
export function contentOfArtifact(
  state: WorldState,
  artifact: StoredArtifact,
): ReadonlyMap<string, Uint8Array> {
  const stored = state.blobs.get(`actions-results/${artifact.blobId}`) ?? Buffer.alloc(0);
  if (artifact.mimeType !== 'application/zip') return new Map([[artifact.name, stored]]);
  try {
    return unzip(stored);
  } catch {
    // A hostile one is there too.
    return new Map();
  }
}

export function reportArtifact(state: WorldState, artifact: StoredArtifact): Artifact {
  const { id, name, attempt, expiresAt, mimeType } = artifact;
  const files = [...contentOfArtifact(state, artifact)].map(([file, { length }]) => ({
    name: file,
    size: length,
  }));
  const sizeBytes = state.blobs.get(`actions-results/${artifact.blobId}`)?.length ?? 0;
  return {
    id,
    name,
    attempt,
    sizeBytes,
    expiresAt,
    files,
    ...(mimeType === 'application/zip' ? {} : { raw: true }),
  };
}

/** The archive within a cache: a tar, in which the contents stand as they are. */
export function contentOfCache(state: WorldState, blobId: string): Buffer {
  const stored = state.blobs.get(`actions-cache/${blobId}`) ?? Buffer.alloc(0);
  try {
    return gunzipSync(stored);
  } catch {
    return zstdDecompressSync(stored, { params: { [constants.ZSTD_d_windowLogMax]: 31 } });
  }
}
