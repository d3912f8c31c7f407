import type { Frame } from '@mcp-test-harness/core';
import { paint, type Io } from './io.ts';
import { visible } from './visible.ts';

/** One frame as it went over the wire, on one line. */
export function renderFrame(frame: Frame, io: Io): string {
  const arrow = {
    sent: paint(io, 'cyan', '→'),
    received: paint(io, 'green', '←'),
    noise: paint(io, 'yellow', '?'),
  }[frame.direction];
  const http = frame.http?.status === undefined ? '' : ` [${frame.http.status}]`;
  const cut = frame.truncated === true ? ` … (${frame.bytes} bytes)` : '';
  return `${arrow} ${paint(io, 'dim', `${frame.atMs.toFixed(1).padStart(8)} ms`)}${http} ${visible(frame.text.trimEnd())}${cut}\n`;
}
