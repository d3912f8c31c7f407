import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { sameJson } from '../same-json.ts';
import type { Contract } from '../contract-schema.ts';
import type { ContractChange } from '../types.ts';
import { gatherChanges, pointer, type ChangeRules, type NoteChange } from './define.ts';

export const serverRules = {
  'contract.server.name-changed': { kind: 'risky', title: 'The server calls itself otherwise' },
  'contract.server.title-changed': { kind: 'risky', title: 'The title of the server is another' },
  'contract.protocol.revision-changed': { kind: 'risky', title: 'Another revision of MCP is agreed on' },
  'contract.instructions.changed': { kind: 'risky', title: 'The instructions for models are others' },
  'contract.capability.removed': { kind: 'breaking', title: 'A capability is gone' },
  'contract.capability.added': { kind: 'compatible', title: 'A capability is new' },
  'contract.capability.changed': { kind: 'risky', title: 'A capability says something else' },
} as const satisfies ChangeRules;

/** What the handshake tells. */
export function compareServers(before: Contract, after: Contract): readonly ContractChange[] {
  return gatherChanges(serverRules, (note) => {
    for (const name of ['name', 'title'] as const) {
      const [old, current] = [before.server[name], after.server[name]];
      if (old === current) continue;
      note(
        name === 'name' ? 'contract.server.name-changed' : 'contract.server.title-changed',
        pointer('server', name),
        [old, current],
        'clients may show it, log it, or keep settings under it',
      );
    }
    if (!sameJson(before.protocolRevisions, after.protocolRevisions))
      note(
        'contract.protocol.revision-changed',
        '/protocolRevisions',
        [before.protocolRevisions, after.protocolRevisions],
        'clients of one revision only may not be served as before',
      );
    if (before.instructions !== after.instructions)
      note(
        'contract.instructions.changed',
        '/instructions',
        [before.instructions, after.instructions],
        'models that read the instructions may act otherwise',
      );
    compareCapabilities(before.capabilities, after.capabilities, ['capabilities'], note);
  });
}

function compareCapabilities(
  before: JsonObject,
  after: JsonObject,
  steps: readonly string[],
  note: NoteChange<typeof serverRules>,
): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, current] = [before[name], after[name]];
    const path = [...steps, name];
    const values = [old, current] as const;
    if (old !== undefined && current !== undefined && sameJson(old, current)) continue;
    if (isOn(old) && !isOn(current))
      note('contract.capability.removed', pointer(...path), values, 'clients that rely on it fail');
    else if (!isOn(old) && isOn(current))
      note(
        'contract.capability.added',
        pointer(...path),
        values,
        'clients that do not know it need not care',
      );
    else if (isJsonObject(old) && isJsonObject(current) && path.length < 5)
      compareCapabilities(old, current, path, note);
    else if (isOn(old) || isOn(current))
      note('contract.capability.changed', pointer(...path), values, 'what it stands for may be other now');
  }
}

/** A flag that is false says as much as one that is not there. */
function isOn(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== false && value !== null;
}
