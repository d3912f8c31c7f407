import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileSetError } from './file-set.ts';
import { makeZip, type ZipEntry } from './testing/make-zip.ts';
import { unzip } from './unzip.ts';

const limits = { files: 5, fileBytes: 1000, totalBytes: 2000 };
const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

describe('unpacking an archive', () => {
  it('gives its files by name', () => {
    const files = unzip(
      makeZip([
        { name: 'job.json', content: '{}' },
        { name: '/reports/', content: '', isStored: true },
        { name: '/reports/index.html', content: '<h1>', isStored: true },
      ]),
      limits,
    );
    expect([...files].map(([name, bytes]) => [name, text(bytes)])).toEqual([
      ['job.json', '{}'],
      ['reports/index.html', '<h1>'],
    ]);
  });

  it('gives only what is wanted, and unpacks nothing else', () => {
    const archive = makeZip([
      { name: 'job.json', content: '{}' },
      { name: 'bomb', content: Buffer.alloc(5_000_000) },
    ]);
    expect([...unzip(archive, limits, (name) => name === 'job.json').keys()]).toEqual(['job.json']);
  });

  const file: ZipEntry = { name: 'a', content: 'abc' };
  it.each<[string, readonly ZipEntry[], string]>([
    ['leaves its folder', [{ ...file, name: '../a' }], 'leaves its folder'],
    ['leaves it further in', [{ ...file, name: 'a/../../b' }], 'leaves its folder'],
    ['is absolute', [{ ...file, name: '//etc/passwd' }], 'is absolute'],
    ['is of a drive', [{ ...file, name: 'C:\\a' }], 'has characters that no file name needs'],
    ['has a line end', [{ ...file, name: 'a\nb' }], 'has characters that no file name needs'],
    ['turns its text around', [{ ...file, name: 'a\u202Elmth' }], 'has characters that no file name needs'],
    ['is a link', [{ ...file, mode: 0o120777, content: '/etc/passwd' }], 'is a symbolic link'],
    ['is there twice', [file, file], 'is there twice'],
    ['is encrypted', [{ ...file, flags: 1 }], 'an entry is encrypted'],
    ['is packed otherwise', [{ ...file, method: 12 }], 'a method (12)'],
    ['has another checksum', [{ ...file, crc: 1 }], 'not what it says'],
    ['is longer than it says', [{ ...file, content: 'x'.repeat(900), size: 10 }], 'is broken'],
    ['is shorter than it says', [{ ...file, size: 900 }], 'not what it says'],
    ['says that it is too large', [{ ...file, size: 1001 }], 'too large'],
    ['is too large', [{ ...file, content: 'x'.repeat(1001) }], 'too large'],
    [
      'is one too large for all',
      ['a', 'b', 'c'].map((name) => ({ name, content: 'x'.repeat(900) })),
      'too large',
    ],
    [
      'is one too many',
      ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({ name, content: '' })),
      'more than 5 files',
    ],
  ])('refuses the whole archive when a file %s', (_name, entries, message) => {
    expect(() => unzip(makeZip(entries), limits)).toThrow(FileSetError);
    expect(() => unzip(makeZip(entries), limits)).toThrow(message);
  });

  it('never unpacks more than is allowed, however small the archive', () => {
    const bomb = makeZip([{ name: 'zeros', content: Buffer.alloc(50_000_000) }]);
    expect(bomb.length).toBeLessThan(100_000);
    expect(() => unzip(bomb, limits)).toThrow('too large');
    const liar = makeZip([{ name: 'zeros', content: Buffer.alloc(50_000_000), size: 1000 }]);
    expect(() => unzip(liar, limits)).toThrow('is broken');
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['something else', Buffer.from('<html>')],
    ['half of one', makeZip([file]).subarray(0, 60)],
    ['one with something behind', Buffer.concat([makeZip([file]), Buffer.from('x')])],
  ])('refuses what is no archive: %s', (_name, bytes) => {
    expect(() => unzip(bytes, limits)).toThrow('it is not a ZIP archive');
  });

  it('gives back what was packed', () => {
    const names = fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8}){0,2}$/);
    const entries = fc.uniqueArray(
      fc.record({ name: names, content: fc.uint8Array({ maxLength: 300 }), isStored: fc.boolean() }),
      { maxLength: 5, selector: ({ name }) => name },
    );
    fc.assert(
      fc.property(entries, (packed) => {
        const files = unzip(makeZip(packed), limits);
        expect([...files].map(([name, bytes]) => [name, [...bytes]])).toEqual(
          packed.map(({ name, content }) => [name, [...content]]),
        );
      }),
    );
  });

  it('of damaged bytes gives files within the limits or a clear refusal, and nothing else', () => {
    const whole = makeZip([file, { name: 'b/c', content: 'x'.repeat(500) }]);
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(damage, (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        try {
          const files = unzip(bytes, limits);
          expect([...files.values()].reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(2000);
        } catch (error) {
          expect(error).toBeInstanceOf(FileSetError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
