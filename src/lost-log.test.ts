import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { endWithLog } from './lost-log.ts';

it.each(['stdout', 'stderr'])(
  'a %s without a reader ends the step with 1, whatever else is going on',
  (which) => {
    const outputs = { stdout: new EventEmitter(), stderr: new EventEmitter() };
    const exits: number[] = [];
    endWithLog([outputs.stdout, outputs.stderr], (code) => exits.push(code));
    expect(exits).toEqual([]);
    outputs[which as keyof typeof outputs].emit('error', new Error('write EPIPE'));
    expect(exits).toEqual([1]);
  },
);
