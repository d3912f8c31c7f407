import { entriesOf, formatPath, itemsOf, member, textMember } from '../node.ts';
import type { ConfigNode, MapEntry, MapNode } from '../node.ts';
import type { Problems } from '../problems.ts';
import { serversOf } from './walk.ts';

/** Every `auth` section of a server: how its keys go together. */
export function checkAuth(root: MapNode, problems: Problems): void {
  for (const { node, path } of serversOf(root)) {
    const auth = node.entries.get('auth')?.value;
    if (auth?.kind !== 'map') continue;
    const at = formatPath([...path, 'auth']);
    const refuse: Refuse = (key, message, hint) => {
      problems.add('CONFIG_INVALID', auth.entries.get(key)?.key ?? auth, `${at}${message}`, { hint });
    };
    checkGrant(auth, refuse);
    checkValues(auth, refuse);
    const header = authorizationIn(member(node, 'headers'));
    if (header !== undefined) {
      problems.add('CONFIG_INVALID', header, `${at}: the headers hold an Authorization as well`, {
        hint: 'Keep one of the two: a token of your own under headers, or auth.',
      });
    }
  }
}

/** What the schema cannot say of single values. */
function checkValues(auth: MapNode, refuse: Refuse): void {
  const url = textMember(auth, 'client_metadata_url');
  if (url?.startsWith('http:') === true) {
    refuse(
      'client_metadata_url',
      '.client_metadata_url: the URL of a client id metadata document is https',
      'Serve it over https.',
    );
  }
  const scopes = itemsOf(member(auth, 'scopes')).map((item) =>
    item.kind === 'scalar' ? String(item.value) : '',
  );
  const several = scopes.find((scope) => /\s/.test(scope.trim()));
  if (several !== undefined) {
    refuse(
      'scopes',
      `.scopes: ${JSON.stringify(several)} are several scopes`,
      `Write [${several.trim().split(/\s+/).join(', ')}].`,
    );
  }
}

type Refuse = (key: string, message: string, hint: string) => void;

function checkGrant(auth: MapNode, refuse: Refuse): void {
  const has = (key: string): boolean => auth.entries.has(key);
  const isForItself = textMember(auth, 'grant') === 'client_credentials';
  if (isForItself) {
    if (!has('client_id')) {
      refuse(
        'grant',
        '.client_id is missing',
        'client_credentials is for a client that is registered already.',
      );
    } else if (!has('client_secret') && !has('private_key')) {
      refuse(
        'client_id',
        ': a client that acts for itself must prove itself',
        'Add client_secret or private_key.',
      );
    }
    for (const key of ['redirect_uri', 'client_metadata_url']) {
      if (has(key)) refuse(key, `.${key}: has no meaning with client_credentials`, `Remove ${key}.`);
    }
  }
  if (has('client_secret') && has('private_key')) {
    refuse(
      'private_key',
      ': client_secret and private_key are both given',
      'A client proves itself by one of them.',
    );
  }
  if (has('client_id')) {
    if (has('client_metadata_url') && !isForItself) {
      refuse(
        'client_metadata_url',
        ': client_id and client_metadata_url are both given',
        'The URL is the id: keep one.',
      );
    }
    return;
  }
  for (const key of isForItself ? [] : ['client_secret', 'private_key']) {
    if (has(key))
      refuse(key, `.${key}: is given without client_id`, 'It belongs to a client that is registered.');
  }
}

function authorizationIn(headers: ConfigNode | undefined): MapEntry['key'] | undefined {
  return entriesOf(headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1].key;
}
