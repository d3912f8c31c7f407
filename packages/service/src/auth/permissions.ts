/** Every permission that exists, by resource: what a role may be given and what a route may ask for. */
export const permissionTable = {
  test: ['view', 'run', 'cancel'],
  report: ['view', 'create', 'delete'],
  config: ['view', 'reload'],
  baseline: ['view', 'update', 'rollback'],
  audit: ['view'],
} as const;

type Table = typeof permissionTable;
export type Resource = keyof Table;

/** One thing that a caller may be allowed to do, e.g. `test:run`. */
export type Permission = { [R in Resource]: `${R}:${Table[R][number]}` }[Resource];

/** Every permission, in the order of the table. */
export const permissions: readonly Permission[] = Object.entries(permissionTable).flatMap(
  ([resource, actions]) => actions.map((action) => `${resource}:${action}` as Permission),
);

/** What a role may be given: a permission, or every permission of one resource. */
export const grants: readonly string[] = [
  ...permissions,
  ...Object.keys(permissionTable).map((resource) => `${resource}:*`),
];

/** Another name for `view`, known from older configurations. */
const readAlias = /:read$/;

/**
 * The permissions that a grant of a role stands for; `undefined` when there is no such thing. `*` stands for every
 * action of its resource and nowhere else: a resource that comes with a later version is never granted unseen.
 */
export function expandGrant(grant: string): readonly Permission[] | undefined {
  const name = grant.replace(readAlias, ':view');
  if (!grants.includes(name)) return undefined;
  if (!name.endsWith(':*')) return [name as Permission];
  return permissions.filter((permission) => permission.startsWith(name.slice(0, -1)));
}
