/**
 * What servers under test inherit of the service's environment. That one holds what is nobody else's business: the
 * database's password, tokens of the key provider, webhooks. What a server needs besides stands in its `env`.
 */
export function serverEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && isInherited(entry[0]),
    ),
  );
}

/** Where programs, homes, temporary files, languages, certificates and proxies are. Windows writes names as it likes. */
const inherited =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|TEMP|TMP|XDG_(?:CACHE|CONFIG|DATA|STATE)_HOME|XDG_RUNTIME_DIR|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR)|(?:HTTP|HTTPS|NO|ALL)_PROXY|PATHEXT|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|APPDATA|LOCALAPPDATA|USERPROFILE|PROGRAMDATA|PROGRAMFILES(?:\(X86\))?|NUMBER_OF_PROCESSORS|PROCESSOR_ARCHITECTURE)$/i;

function isInherited(name: string): boolean {
  return inherited.test(name);
}
