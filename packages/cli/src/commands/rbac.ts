import { HarnessError } from '@mcp-test-harness/core/errors';
import { suggestName } from '@mcp-test-harness/core/nearest';
import { defineCommand } from '../command.ts';
import { resolvePath } from '../load.ts';

/** As the deployment guide has it. */
const defaultFile = '/etc/mcp-test-harness/rbac.yaml';
const actions = ['create-key', 'hash-key', 'check'] as const;
/** The actions that an option means something for. */
const belongsTo: Readonly<Record<string, readonly string[]>> = {
  user: ['create-key', 'check'],
  expires: ['create-key'],
  permission: ['check'],
  json: ['create-key', 'check'],
};

export default defineCommand({
  name: 'rbac',
  summary: 'Make API keys, and say what a policy (rbac.yaml) allows.',
  usage: 'create-key|hash-key|check [FILE] [options]',
  details: `create-key  prints a new key to stdout, once, and what goes into rbac.yaml to stderr. The
            key has 256 random bits; the file holds its SHA-256 only.
hash-key    reads a key that was made elsewhere from stdin and prints its hash. One that
            is short enough to be guessed is refused.
check       reads FILE (default: ${defaultFile}) as the service does:
            2 with every fault and its place, 0 with what roles and users may do. With
            --user and --permission 0 when it is allowed, 1 when it is denied.`,
  positionals: { name: `an action (${actions.join(', ')})`, min: 1, max: 2, choices: actions },
  options: {
    user: { type: 'string', short: 'u', value: 'NAME', description: 'The user that it is about.' },
    expires: {
      type: 'string',
      value: 'WHEN',
      description: 'create-key: when the key ends: 90d, 2027-01-31, or a moment with its time zone.',
    },
    permission: {
      type: 'string',
      value: 'NAME',
      description: 'check: what the user wants to do, e.g. test:run.',
    },
    json: { type: 'boolean', description: 'create-key, check: as JSON on stdout.' },
  },
  examples: [
    {
      command: 'KEY=$(mcp-test-harness rbac create-key --user ci-system --expires 90d)',
      what: 'A key for a CI system',
    },
    { command: 'mcp-test-harness rbac check rbac.yaml', what: 'Before the service is reloaded' },
    {
      command: 'mcp-test-harness rbac check rbac.yaml --user ci-system --permission baseline:update',
      what: 'May they?',
    },
  ],
  async run({ options, positionals: [action = '', file] }, io) {
    if (!(actions as readonly string[]).includes(action))
      throw usage(`unknown action "${action}"`, suggestName(action, actions));
    for (const [name, owners] of Object.entries(belongsTo)) {
      if (options[name as keyof typeof options] !== undefined && !owners.includes(action))
        throw usage(`--${name} means nothing for rbac ${action}`, `It belongs to ${owners.join(' and ')}.`);
    }
    if (action === 'check') {
      const { checkPolicy } = await import('../rbac/check.ts');
      return await checkPolicy(resolvePath(io, file ?? defaultFile), options, io);
    }
    if (file !== undefined)
      throw usage(
        `rbac ${action} takes no file, but got "${file}"`,
        'What belongs into rbac.yaml is printed.',
      );
    if (action === 'hash-key') return await (await import('../rbac/hash-key.ts')).hashKey(io);
    return await (await import('../rbac/create-key.ts')).createKey(options, io);
  },
});

function usage(message: string, hint: string): HarnessError {
  return new HarnessError({ code: 'USAGE', message, hint: `${hint} See \`mcp-test-harness rbac --help\`.` });
}
