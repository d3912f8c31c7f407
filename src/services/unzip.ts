import { crc32, inflateRawSync } from 'node:zlib';
import { BoundedFiles, defaultLimits, type FileLimits, type FileSet, FileSetError } from './file-set.ts';

/**
 * Reads an archive that anybody may have made, in memory and within limits: sizes are checked as they are announced and
 * again while unpacking, so that no bomb unfolds; names that leave their folder, links, encrypted or repeated entries
 * refuse the whole archive. What an ordinary archive of GitHub's has is read: stored and deflated files, folders.
 *
 * @param isWanted others are looked at, and never unpacked
 * @throws {FileSetError}
 */
export function unzip(
  archive: Uint8Array,
  limits: FileLimits = defaultLimits,
  isWanted: (name: string) => boolean = () => true,
): FileSet {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const found = new BoundedFiles(limits);
  for (const entry of directoryOf(bytes, limits)) {
    // Archivers of GitHub's write names with a leading slash now and then.
    const name = entry.name.replace(/^\//, '');
    if (name.endsWith('/') && entry.size === 0) continue;
    found.add(name, isWanted(name) ? contentOf(bytes, entry, found.roomBytes) : nothing);
  }
  return new Map([...found.files].filter(([name]) => isWanted(name)));
}

const nothing = new Uint8Array();

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly headerOffset: number;
}

const endSignature = 0x06054b50;
const endLength = 22;
const directorySignature = 0x02014b50;
const directoryLength = 46;
const localSignature = 0x04034b50;
const localLength = 30;
const largestComment = 0xffff;
const madeByUnix = 3;
const fileTypeMask = 0o170000;
const symbolicLink = 0o120000;

function directoryOf(bytes: Buffer, limits: FileLimits): readonly Entry[] {
  const end = endOf(bytes);
  const count = bytes.readUInt16LE(end + 10);
  let offset = bytes.readUInt32LE(end + 16);
  if (count === 0xffff || offset === 0xffffffff) throw new FileSetError('the archive is in the ZIP64 format');
  // Folders are entries too; ten for each file are plenty.
  if (count > limits.files * 10) throw new FileSetError(`there are more than ${limits.files} files`);
  return Array.from({ length: count }, () => {
    const entry = entryAt(bytes, offset);
    offset = entry.next;
    return entry;
  });
}

function endOf(bytes: Buffer): number {
  const first = Math.max(0, bytes.length - endLength - largestComment);
  for (let offset = bytes.length - endLength; offset >= first; offset--)
    if (
      bytes.readUInt32LE(offset) === endSignature &&
      offset + endLength + bytes.readUInt16LE(offset + 20) === bytes.length
    )
      return offset;
  throw new FileSetError('it is not a ZIP archive, or not a whole one');
}

function entryAt(bytes: Buffer, offset: number): Entry & { readonly next: number } {
  if (offset + directoryLength > bytes.length || bytes.readUInt32LE(offset) !== directorySignature)
    throw new FileSetError('the directory of the archive is broken');
  const madeBy = bytes.readUInt8(offset + 5);
  const flags = bytes.readUInt16LE(offset + 8);
  const nameLength = bytes.readUInt16LE(offset + 28);
  const nameStart = offset + directoryLength;
  const next = nameStart + nameLength + bytes.readUInt16LE(offset + 30) + bytes.readUInt16LE(offset + 32);
  if (next > bytes.length) throw new FileSetError('the directory of the archive is broken');
  const name = bytes.toString('utf8', nameStart, nameStart + nameLength);
  const mode = bytes.readUInt32LE(offset + 38) >>> 16;
  if ((flags & 1) === 1) throw new FileSetError('an entry is encrypted');
  if (madeBy === madeByUnix && (mode & fileTypeMask) === symbolicLink)
    throw new FileSetError(`${JSON.stringify(name.slice(0, 100))} is a symbolic link`);
  return {
    name,
    method: bytes.readUInt16LE(offset + 10),
    crc: bytes.readUInt32LE(offset + 16),
    compressedSize: bytes.readUInt32LE(offset + 20),
    size: bytes.readUInt32LE(offset + 24),
    headerOffset: bytes.readUInt32LE(offset + 42),
    next,
  };
}

function contentOf(bytes: Buffer, entry: Entry, roomBytes: number): Uint8Array {
  const { headerOffset, compressedSize, size, method, crc } = entry;
  if (size > roomBytes) throw new FileSetError('the files are too large');
  if (headerOffset + localLength > bytes.length || bytes.readUInt32LE(headerOffset) !== localSignature)
    throw new FileSetError('an entry of the archive is broken');
  const start =
    headerOffset +
    localLength +
    bytes.readUInt16LE(headerOffset + 26) +
    bytes.readUInt16LE(headerOffset + 28);
  if (start + compressedSize > bytes.length) throw new FileSetError('an entry of the archive is cut off');
  const packed = bytes.subarray(start, start + compressedSize);
  const content = unpack(packed, method, size);
  if (content.length !== size || crc32(content) !== crc)
    throw new FileSetError('an entry of the archive is not what it says');
  return content;
}

function unpack(packed: Buffer, method: number, size: number): Buffer {
  if (method === 0) return Buffer.from(packed);
  if (method !== 8)
    throw new FileSetError(`an entry is packed by a method (${method}) that is not read here`);
  try {
    // One byte more than it may be, so that too much is an error and nothing is unpacked beyond it.
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    throw new FileSetError('an entry of the archive is broken', { cause: error });
  }
}
