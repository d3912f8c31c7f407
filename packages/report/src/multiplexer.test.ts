import type { RunEvent } from '@mcp-test-harness/core';
import { describe, expect, it } from 'vitest';
import { createMultiplexer } from './multiplexer.ts';

const event = (message: string): RunEvent => ({ type: 'warning', message });

describe('createMultiplexer', () => {
  it('switches a listener off that throws, reports it once, and serves the others on', () => {
    const seen: string[] = [];
    const errors: string[] = [];
    const emit = createMultiplexer(
      [
        {
          name: 'broken',
          onEvent() {
            throw new Error('disk on fire');
          },
        },
        {
          name: 'sound',
          onEvent: (received) => void seen.push(received.type === 'warning' ? received.message : ''),
        },
        { name: 'deaf' },
      ],
      (name, error) => errors.push(`${name}: ${String(error)}`),
    );
    emit(event('one'));
    emit(event('two'));
    expect(seen).toEqual(['one', 'two']);
    expect(errors).toEqual(['broken: Error: disk on fire']);
  });
});
