import type { Finding } from '@mcp-test-harness/core';

const sampleLimit = 300;

/** A violation of the protocol in a few lines: rule, what was seen, where it is forbidden, the first message that did it. */
export function describeFinding({ severity, rule, message, count, spec, sample }: Finding): string {
  const times = count === 1 ? '' : ` (${count} times)`;
  return [
    `  ${severity} ${rule}${times}: ${message}`,
    ...(spec === undefined ? [] : [`    ${spec}`]),
    ...(sample === undefined ? [] : [`    ${cut(sample.replaceAll(/\s+/g, ' '))}`]),
  ].join('\n');
}

function cut(text: string): string {
  return text.length > sampleLimit ? `${text.slice(0, sampleLimit)}…` : text;
}
