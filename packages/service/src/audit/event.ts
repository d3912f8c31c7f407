import type { JsonValue } from '@mcp-test-harness/core';

/** Who did it, as far as is known. */
export interface AuditActor {
  readonly username?: string | undefined;
  readonly role?: string | undefined;
  /** `api-key`, `certificate`, `cli`, `schedule`, … */
  readonly via: string;
  /** The id of an API key; never the key. */
  readonly keyId?: string | undefined;
  /** The name in a client certificate. */
  readonly certificate?: string | undefined;
  readonly address?: string | undefined;
}

/** What somebody did, wanted to do, or was denied. */
export interface AuditEvent {
  /** A permission, or another name of the form `resource:action`. */
  readonly action: string;
  readonly outcome: 'attempted' | 'succeeded' | 'failed' | 'denied';
  readonly actor: AuditActor;
  /** What it was done to: a suite, a run, a file. */
  readonly target?: string | undefined;
  /** The entry that this one completes. */
  readonly of?: number | undefined;
  readonly detail?: JsonValue | undefined;
}

const longestText = 1000;
const largestDetail = 8000;

/** The JSON of an entry. Whatever it holds, it is one line of ASCII of bounded length: it can be shown on any terminal. */
export function renderEvent(
  event: AuditEvent,
  seq: number,
  at: Date,
  scrub: (text: string) => string,
): string {
  const text = (value: string | undefined): string | undefined => {
    if (value === undefined) return undefined;
    const clean = scrub(value);
    return clean.length > longestText ? `${clean.slice(0, longestText)}…` : clean;
  };
  const { action, outcome, actor, target, of, detail } = event;
  const json = JSON.stringify({
    seq,
    time: at.toISOString(),
    action: text(action),
    outcome,
    actor: {
      username: text(actor.username),
      role: text(actor.role),
      via: text(actor.via),
      keyId: text(actor.keyId),
      certificate: text(actor.certificate),
      address: text(actor.address),
    },
    target: text(target),
    of,
    detail: detail === undefined ? undefined : boundDetail(detail, scrub),
  });
  return json.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function boundDetail(detail: JsonValue, scrub: (text: string) => string): JsonValue {
  const json = JSON.stringify(detail, (_key, value: unknown) =>
    typeof value === 'string' ? scrub(value) : value,
  );
  if (json.length > largestDetail) return { omittedCharacters: json.length };
  return JSON.parse(json) as JsonValue;
}
