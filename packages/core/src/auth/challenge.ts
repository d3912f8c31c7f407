import type { Challenge } from './types.ts';

interface AuthChallenge {
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The most that is read of a header that a server can make as long as it likes. */
const longestHeader = 16 * 1024;

/**
 * The challenges of a `WWW-Authenticate` header, RFC 9110 section 11.6.1: schemes and parameter names in lower case.
 * What breaks its grammar is passed over.
 */
export function parseChallenges(header: string): readonly AuthChallenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  const pattern =
    /(?<![!#$%&'*+\-.^_`|~\w])([!#$%&'*+\-.^_`|~\w]+)(?:[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"=]+)(?=[\s,]|$))|(?=[\s,]|$))/g;
  for (const [, name = '', quoted, plain] of header.slice(0, longestHeader).matchAll(pattern)) {
    const value = quoted?.replaceAll(/\\(.)/g, '$1') ?? plain;
    if (value === undefined) challenges.push({ scheme: name.toLowerCase(), parameters: {} });
    else {
      const parameters = challenges.at(-1)?.parameters;
      // The first one counts, so that nothing appended can take its place.
      if (parameters !== undefined) parameters[name.toLowerCase()] ??= value;
    }
  }
  return challenges;
}

/**
 * What a refusal asks for: any 401, and a 403 whose challenge says `insufficient_scope` (RFC 6750 section 3.1). Other
 * 403 mean what they say.
 */
export function readChallenge(
  status: number,
  headers: Readonly<Record<string, string>>,
): Challenge | undefined {
  if (status !== 401 && status !== 403) return undefined;
  const challenges = parseChallenges(headers['www-authenticate'] ?? '');
  const bearers = challenges.filter(({ scheme }) => scheme === 'bearer');
  const named = bearers.find((one) => one.parameters['resource_metadata'] !== undefined) ?? bearers[0];
  const parameters: AuthChallenge['parameters'] = named?.parameters ?? {};
  if (status === 403 && parameters['error'] !== 'insufficient_scope') return undefined;
  const scopes = splitScopes(parameters['scope']);
  return {
    status,
    resourceMetadata: parameters['resource_metadata'],
    scopes: scopes.length === 0 ? undefined : scopes,
    description: parameters['error_description'],
  };
}

/** A scope text of RFC 6749 section 3.3 as a list without repetitions. */
export function splitScopes(text: string | undefined): readonly string[] {
  return [...new Set((text ?? '').split(/\s+/).filter((scope) => scope !== ''))];
}

/** All scopes of both, each once; those of the first come first. */
export function unite(...lists: readonly (readonly string[] | undefined)[]): readonly string[] {
  return [...new Set(lists.flatMap((list) => list ?? []))];
}
