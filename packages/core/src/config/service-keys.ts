import { entriesOf, member } from './node.ts';
import type { ConfigNode } from './node.ts';

/** Sections that only the long-running service reads. */
export const serviceSections: readonly string[] = ['service', 'schedules', 'monitoring', 'security'];

/** True for a configuration that says something of the long-running service. */
export function isAboutService(root: ConfigNode): boolean {
  const reporting = member(root, 'reporting');
  const servers = [
    member(root, 'server'),
    ...entriesOf(member(root, 'servers')).map(([, { value }]) => value),
  ];
  return (
    serviceSections.some((key) => member(root, key) !== undefined) ||
    member(reporting, 'distribution') !== undefined ||
    member(reporting, 'retention_days') !== undefined ||
    servers.some((server) => member(server, 'health_check') !== undefined)
  );
}
