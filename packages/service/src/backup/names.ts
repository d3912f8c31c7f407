/** A backup is named after the second at which it was made, in UTC: `20261126_213000`. */
const form = /^(\d{4})(\d{2})(\d{2})_(\d{2})(\d{2})(\d{2})$/;

/** @param at in ms since 1970 */
export function backupName(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:]/g, '').slice(0, 15).replace('T', '_');
}

/** In ms since 1970; undefined for what is no name of a backup. */
export function timeOfBackup(name: string): number | undefined {
  const [, year, month, day, hour, minute, second] = form.exec(name) ?? [];
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // The 31st of February is no day, and Date.parse may take it for one.
  return Number.isNaN(at) || backupName(at) !== name ? undefined : at;
}
