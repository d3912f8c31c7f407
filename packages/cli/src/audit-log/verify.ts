import { HarnessError } from '@mcp-test-harness/core/errors';
import type * as Audit from '@mcp-test-harness/service/audit';
import { count } from '../count.ts';
import { paint, type Io } from '../io.ts';
import { resolvePath } from '../load.ts';
import { visible } from '../visible.ts';

export interface VerifyArguments {
  readonly 'key-file': string | undefined;
  readonly archive: boolean | undefined;
  readonly 'expect-head': string | undefined;
  readonly json: boolean | undefined;
}

/** 0 when every entry is there and as it was written, 1 with the first place where that is not so. */
export async function verify(paths: readonly string[], args: VerifyArguments, io: Io): Promise<number> {
  const expected = readPoint(args['expect-head']);
  const audit = await import('@mcp-test-harness/service/audit');
  const named = paths.map((path) => resolvePath(io, path));
  const [log = ''] = named;
  const key = await audit.loadAuditKey(resolvePath(io, args['key-file'] ?? `${log}.key`));
  const verdict =
    named.length === 1 && args.archive !== true
      ? await audit.verifyWholeLog({ file: log, key, expected })
      : await audit.verifyAuditLog({
          files: named,
          key,
          headFile: args.archive === true ? undefined : audit.headOf(log),
          expected,
        });
  io.stdout(args.json === true ? `${JSON.stringify(verdict, undefined, 2)}\n` : render(verdict, io));
  return verdict.state === 'intact' ? 0 : 1;
}

function render(verdict: Audit.AuditVerdict, io: Io): string {
  if (verdict.state === 'broken') {
    return `${paint(io, 'red', 'broken')}  ${visible(verdict.file)}:${verdict.line}: ${visible(verdict.reason)}\n`;
  }
  const { first, last, files, notes } = verdict;
  return [
    `${paint(io, 'green', 'intact')}  entries ${first} to ${last.seq} in ${count(files.length, 'file')}`,
    ...notes.map((note) => `note    ${visible(note)}`),
    `head    ${last.seq}:${last.mac}`,
    '',
  ].join('\n');
}

function readPoint(text: string | undefined): Audit.ChainPoint | undefined {
  if (text === undefined) return undefined;
  const [, seq, mac] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || mac === undefined) {
    throw new HarnessError({
      code: 'USAGE',
      message: `--expect-head ${text} is no head`,
      hint: 'It is what an earlier `audit-log verify` printed behind "head": a number, a colon, 64 hexadecimal digits.',
    });
  }
  return { seq: Number(seq), mac };
}
