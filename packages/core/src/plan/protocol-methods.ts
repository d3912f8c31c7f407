/** Request methods of a client in any supported revision; a `tool_name` that is one of these is read as `method`. */
const methods: ReadonlySet<string> = new Set([
  'initialize',
  'server/discover',
  'ping',
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'subscriptions/listen',
  'tasks/list',
  'tasks/get',
  'tasks/result',
  'tasks/cancel',
]);

/** True for a request method of the protocol, so that it cannot be the name of a tool. */
export function isProtocolMethod(name: string): boolean {
  return methods.has(name);
}
