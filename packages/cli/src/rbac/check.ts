import { HarnessError } from '@mcp-test-harness/core/errors';
import { suggestName } from '@mcp-test-harness/core/nearest';
import type * as Auth from '@mcp-test-harness/service/auth';
import { count } from '../count.ts';
import { paint, type Io } from '../io.ts';
import { visible } from '../visible.ts';

export interface CheckOptions {
  readonly user: string | undefined;
  readonly permission: string | undefined;
  readonly json: boolean | undefined;
}

/** Says what a policy means; with a user and a permission, whether they may: 0 for yes, 1 for no. */
export async function checkPolicy(file: string, options: CheckOptions, io: Io): Promise<number> {
  const auth = await import('@mcp-test-harness/service/auth');
  const policy = await auth.loadPolicy(file);
  if (options.json !== true)
    for (const warning of policy.warnings)
      io.stderr(`${paint(io, 'yellow', 'warning')} ${visible(warning)}\n`);
  if (options.permission !== undefined) return answer(policy, auth.permissions, options, io);
  const users = [...policy.users.values()].filter(
    ({ username }) => options.user === undefined || username === options.user,
  );
  if (options.user !== undefined && users.length === 0) throw unknownUser(policy, options.user);
  if (options.json === true) io.stdout(`${JSON.stringify(describe(policy, users), undefined, 2)}\n`);
  else io.stdout(render(file, policy, users, io));
  return 0;
}

function answer(
  policy: Auth.Policy,
  permissions: readonly Auth.Permission[],
  { user: username, permission, json }: CheckOptions,
  io: Io,
): number {
  if (username === undefined) {
    throw new HarnessError({
      code: 'USAGE',
      message: '--permission needs --user',
      hint: `mcp-test-harness rbac check --user NAME --permission ${permission}`,
    });
  }
  const user = policy.users.get(username);
  if (user === undefined) throw unknownUser(policy, username);
  const asked = permissions.find((one) => one === permission);
  if (asked === undefined) {
    throw new HarnessError({
      code: 'USAGE',
      message: `there is no permission ${JSON.stringify(permission)}`,
      hint: suggestName(permission ?? '', permissions, { what: 'permissions' }),
    });
  }
  const allowed = user.permissions.has(asked);
  if (json === true)
    io.stdout(`${JSON.stringify({ user: username, role: user.role, permission, allowed })}\n`);
  else
    io.stdout(
      `${allowed ? 'allowed' : 'denied'}: ${visible(username)} (${visible(user.role)}) ${allowed ? 'has' : 'lacks'} ${asked}\n`,
    );
  return allowed ? 0 : 1;
}

function describe(policy: Auth.Policy, users: readonly Auth.User[]): object {
  return {
    roles: [...policy.roles].map(([name, permissions]) => ({ name, permissions: [...permissions] })),
    users: users.map((user) => ({
      username: user.username,
      role: user.role,
      ...credentialsOf(policy, user),
    })),
    warnings: policy.warnings,
  };
}

function credentialsOf(policy: Auth.Policy, user: Auth.User) {
  return {
    keys: policy.keys.filter((key) => key.user === user).length,
    certificates: [...policy.certificates].flatMap(([name, owner]) => (owner === user ? [name] : [])),
  };
}

function render(file: string, policy: Auth.Policy, users: readonly Auth.User[], io: Io): string {
  const roles = [...policy.roles].flatMap(([name, permissions]) => [
    `  ${paint(io, 'bold', visible(name))}  ${[...permissions].join(' ') || 'may do nothing'}`,
  ]);
  const lines = users.map((user) => {
    const { keys, certificates } = credentialsOf(policy, user);
    const known = [count(keys, 'key'), ...certificates.map((name) => visible(name))].join(', ');
    return `  ${paint(io, 'bold', visible(user.username))}  ${visible(user.role)}  ${known}`;
  });
  return [`${visible(file)} is in order.`, '', 'Roles', ...roles, '', 'Users', ...lines, ''].join('\n');
}

function unknownUser(policy: Auth.Policy, username: string): HarnessError {
  return new HarnessError({
    code: 'USAGE',
    message: `there is no user ${JSON.stringify(username)}`,
    hint: suggestName(username, [...policy.users.keys()], { what: 'users' }),
  });
}
