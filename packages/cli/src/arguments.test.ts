import { describe, expect, it } from 'vitest';
import { parseArguments } from './arguments.ts';
import { defineCommand } from './command.ts';

const command = defineCommand({
  name: 'demo',
  summary: '',
  usage: '',
  options: {
    config: { type: 'string', short: 'c', value: 'FILE', description: '' },
    tag: { type: 'list', description: '' },
    parallel: { type: 'number', short: 'p', description: '' },
    level: { type: 'string', choices: ['warn', 'error'], description: '' },
    'dry-run': { type: 'boolean', description: '' },
  },
  positionals: { name: 'FILE', min: 0, max: 1 },
  acceptsRest: true,
  examples: [],
  run: () => Promise.resolve(0),
});

describe('parseArguments', () => {
  it('reads every kind of option, positionals and what follows --', () => {
    expect(
      parseArguments(command, [
        '-c',
        'a.yaml',
        '--tag=x',
        '--tag',
        'y',
        '-p',
        '3',
        '--dry-run',
        '-vv',
        'file',
        '--',
        'node',
        '--tag',
        'z',
      ]),
    ).toEqual({
      options: {
        config: 'a.yaml',
        tag: ['x', 'y'],
        parallel: 3,
        level: undefined,
        'dry-run': true,
        help: undefined,
        color: undefined,
        verbose: 2,
      },
      positionals: ['file'],
      rest: ['node', '--tag', 'z'],
    });
  });

  it('takes the last of repeated values, and --no- forms of switches', () => {
    const { options } = parseArguments(command, ['--config', 'a', '--config', 'b', '--no-color']);
    expect(options).toMatchObject({ config: 'b', color: false });
  });

  it.each([
    [['--confg', 'x'], 'unknown option --confg', 'Did you mean --config?'],
    [['-x'], 'unknown option -x', 'See `mcp-test-harness demo --help`.'],
    [['--config'], '--config needs a value: --config FILE', ''],
    [['--parallel', 'many'], '--parallel needs a number, not "many"', ''],
    [['--level', 'loud'], '--level must be one of warn, error, not "loud"', ''],
    [['--dry-run=yes'], '--dry-run takes no value, but got "yes"', ''],
    [['a', 'b'], 'unexpected argument "b"', ''],
    [['--no-config'], 'unknown option --no-config', ''],
  ])('%j is refused: %s', (argv, message, hint) => {
    expect(() => parseArguments(command, argv)).toThrow(
      expect.objectContaining({ code: 'USAGE', message, hint: expect.stringContaining(hint) as unknown }),
    );
  });
});
