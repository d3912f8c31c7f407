import { HarnessError } from '@mcp-test-harness/core/errors';
import { suggestName } from '@mcp-test-harness/core/nearest';
import { defineCommand } from '../command.ts';
import { resolvePath } from '../load.ts';

const actions = ['verify', 'create-key'] as const;

export default defineCommand({
  name: 'audit-log',
  summary: 'Verify the audit log of the service: is every entry there, and as it was written?',
  usage: 'verify FILE... | create-key FILE  [options]',
  details: `verify      reads FILE and its rotated parts beside it (FILE.1, FILE-20260101.gz, ...), or
            just the files that are named when there are several, the log itself first. Ends
            with 1 and the first file and line where the log is not as it was written, and
            prints the head of a log that is intact. \`audit verify FILE\` is the same.
create-key  makes the key that a log is signed with, for its owner alone.

Whoever has the key can forge a log. A head that was noted elsewhere finds that as well:
keep what verify prints, and give it to the next one by --expect-head.`,
  positionals: { name: `an action (${actions.join(', ')})`, min: 1, max: 10_000, choices: actions },
  options: {
    'key-file': {
      type: 'string',
      value: 'FILE',
      description: 'verify: the key of the log. Default: FILE.key.',
    },
    'expect-head': {
      type: 'string',
      value: 'HEAD',
      description: 'verify: an earlier head, NUMBER:HMAC, that must be in the log.',
    },
    archive: {
      type: 'boolean',
      description: 'verify: the files are old parts, not the end of the log, and have no head.',
    },
    json: { type: 'boolean', description: 'verify: the verdict as JSON on stdout.' },
  },
  examples: [
    { command: 'mcp-test-harness audit-log verify /var/log/mcp-test-harness/audit.log', what: 'Nightly' },
    {
      command:
        'mcp-test-harness audit-log verify --archive --key-file audit.key audit.log.1.gz audit.log.2.gz',
      what: 'Parts from a backup',
    },
  ],
  async run({ options, positionals: [action = '', ...files] }, io) {
    const [file, ...more] = files;
    if (!(actions as readonly string[]).includes(action))
      throw usage(`unknown action "${action}"`, suggestName(action, actions));
    if (file === undefined)
      throw usage(`audit-log ${action} needs a file`, `mcp-test-harness audit-log ${action} FILE`);
    if (action === 'verify') return await (await import('../audit-log/verify.ts')).verify(files, options, io);
    const given = Object.entries(options).find(
      ([name, value]) => verifyOnly.has(name) && value !== undefined,
    );
    if (given !== undefined)
      throw usage(`--${given[0]} means nothing for audit-log create-key`, 'It belongs to verify.');
    if (more.length > 0) throw usage('audit-log create-key takes one file', 'Each log has one key.');
    const { createAuditKey } = await import('@mcp-test-harness/service/audit');
    await createAuditKey(resolvePath(io, file));
    io.stderr(`${file} is written. Keep a copy where the log is not: without it nothing can be verified.\n`);
    return 0;
  },
});

const verifyOnly: ReadonlySet<string> = new Set(['key-file', 'expect-head', 'archive', 'json']);

function usage(message: string, hint: string): HarnessError {
  return new HarnessError({
    code: 'USAGE',
    message,
    hint: `${hint} See \`mcp-test-harness audit-log --help\`.`,
  });
}
