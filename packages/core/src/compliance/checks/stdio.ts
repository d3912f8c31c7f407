import { defineCheck, fail, notTestable, pass } from '../define.ts';

const always = { from: '2024-11-05' } as const;
const needs = { transport: 'stdio' } as const;
const transport = 'basic/transports#stdio';
const anything = ['initialize', 'server/discover'];

export default [
  defineCheck({
    id: 'stdio.purity',
    level: 'MUST',
    revisions: always,
    needs,
    spec: transport,
    title: 'stdout carries messages and nothing else',
    remedy:
      'Write logs to stderr: in Node console.error, in Python file=sys.stderr; look at your dependencies too.',
    findings: { rules: ['stdio.noise'], exercised: anything },
  }),
  defineCheck({
    id: 'stdio.no-blank-lines',
    level: 'SHOULD',
    revisions: always,
    needs,
    spec: transport,
    title: 'there are no empty lines between messages',
    remedy: 'End each message with one newline.',
    findings: { rules: ['stdio.blank-line'], exercised: anything },
  }),
  defineCheck({
    id: 'stdio.one-line-messages',
    level: 'MUST',
    revisions: always,
    needs,
    spec: transport,
    title: 'a message holds no newline',
    remedy: 'Serialise without indentation.',
    findings: { rules: ['stdio.split-message'], exercised: anything },
  }),
  defineCheck({
    id: 'stdio.shutdown.stdin',
    level: 'SHOULD',
    revisions: always,
    needs,
    spec: 'basic/lifecycle#shutdown',
    title: 'the server ends when its stdin is closed',
    remedy: 'End the process on the end of stdin; stop timers and sockets that keep it alive.',
    run: async (context) => {
      const shutdown = await context.shutdown();
      if (shutdown === undefined) return notTestable('there is no process of ours');
      if (shutdown.step === 'stdin-closed') return pass();
      if (shutdown.step === 'killed') return notTestable('it had to be killed: see stdio.shutdown.signal');
      return fail(`it went on after its stdin was closed, for ${Math.round(shutdown.durationMs)} ms`);
    },
  }),
  defineCheck({
    id: 'stdio.shutdown.signal',
    level: 'SHOULD',
    revisions: always,
    needs,
    spec: 'basic/lifecycle#shutdown',
    title: 'the server ends by SIGTERM at the latest',
    remedy: 'Do not ignore SIGTERM; a handler has to end the process.',
    run: async (context) => {
      const shutdown = await context.shutdown();
      if (shutdown === undefined) return notTestable('there is no process of ours');
      return shutdown.step === 'killed' ? fail('it had to be killed') : pass();
    },
  }),
  defineCheck({
    id: 'stdio.shutdown.leaves-nothing',
    level: 'SHOULD',
    revisions: always,
    needs,
    spec: 'basic/lifecycle#shutdown',
    title: 'no process that the server started outlives it',
    remedy: 'End child processes before the server ends.',
    run: async (context) => {
      const shutdown = await context.shutdown();
      if (shutdown === undefined) return notTestable('there is no process of ours');
      const names = shutdown.leftovers.map(({ command }) => command).join(', ');
      return names === '' ? pass() : fail(`left behind: ${names}`);
    },
  }),
];
