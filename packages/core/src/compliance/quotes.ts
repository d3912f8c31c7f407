const reply =
  'When a rpc call is made, the Server MUST reply with a Response, except for in the case of Notifications. (JSON-RPC 2.0)';
const followsJsonRpc =
  'All messages between MCP clients and servers MUST follow the JSON-RPC 2.0 specification.';
const ownCapabilities = 'The server MUST respond with its own capabilities and information';
const negotiated = 'Both parties MUST: … Only use capabilities that were successfully negotiated';
const negotiatedEarlier = 'Both parties SHOULD: … Only use capabilities that were successfully negotiated';
const validSchemas = 'Schemas MUST be valid according to their declared or default dialect';
const validated = 'Servers MUST: Validate all tool inputs';
const utf8 = 'JSON-RPC messages MUST be UTF-8 encoded.';
const stableCursors = 'Servers SHOULD: Provide stable cursors';
const standardErrors = 'Servers SHOULD return standard JSON-RPC errors for common failure cases:';
const textOrBinary = 'Resources can contain either text or binary data';
const listChanged = (what: string): string =>
  `When the list of available ${what} changes, servers that declared the listChanged capability SHOULD send a notification`;

/**
 * For requirements by id: the sentence of the specification that says so, word for word, without its markup; `…` where
 * something is left out. It is of one revision that has the requirement (the newest, mostly): others may word it a little
 * differently. What the specification says in no one sentence is not here.
 */
export const quotes: Readonly<Record<string, string>> = {
  'lifecycle.initialize.result': ownCapabilities,
  'lifecycle.version.supported-is-kept':
    'If the server supports the requested protocol version, it MUST respond with the same version.',
  'lifecycle.version.unknown-is-not-echoed':
    'Otherwise, the server MUST respond with another protocol version it supports.',
  'lifecycle.messages-before-initialized':
    'The server SHOULD NOT send requests other than pings and logging before receiving the initialized notification.',
  'lifecycle.client-capabilities': negotiated,
  'lifecycle.client-capabilities-advised': negotiatedEarlier,
  'lifecycle.server-capabilities': negotiated,
  'lifecycle.server-capabilities-advised': negotiatedEarlier,
  'versioning.unsupported-version':
    'If the server does not implement the requested version (whether the version is unknown to the server, or is a known version the server has chosen not to support), it MUST respond with an UnsupportedProtocolVersionError listing the versions it does support',
  'versioning.unsupported-version.data':
    'it MUST respond with an UnsupportedProtocolVersionError listing the versions it does support',
  'versioning.initialize-names-versions':
    'A server that supports only modern versions SHOULD name the protocol versions it supports in any error it returns to an initialize request, on any transport',
  'ping.empty-answer': 'The receiver MUST respond promptly with an empty response',

  'capabilities.tools.works': ownCapabilities,
  'capabilities.tools.declared': 'Servers that support tools MUST declare the tools capability',
  'capabilities.resources.works': ownCapabilities,
  'capabilities.resources.declared': 'Servers that support resources MUST declare the resources capability',
  'capabilities.prompts.works': ownCapabilities,
  'capabilities.prompts.declared':
    'Servers that support prompts MUST declare the prompts capability during initialization',
  'capabilities.completions.works': ownCapabilities,
  'capabilities.completions.declared':
    'Servers that support completions MUST declare the completions capability',
  'capabilities.logging.declared':
    'Servers that emit log message notifications MUST declare the logging capability',

  'jsonrpc.version': followsJsonRpc,
  'jsonrpc.well-formed': followsJsonRpc,
  'jsonrpc.id-kept': 'Result responses MUST include the same ID as the request they correspond to.',
  'jsonrpc.string-id-kept': 'Result responses MUST include the same ID as the request they correspond to.',
  'jsonrpc.answered-once': reply,
  'jsonrpc.result-or-error':
    'Result responses MUST include a result field. The result MAY follow any JSON object structure.',
  'jsonrpc.error-object':
    'Error responses MUST include an error field with a code and message. Error codes MUST be integers.',
  'jsonrpc.unknown-method': `${followsJsonRpc} … -32601 Method not found: The method does not exist / is not available. (JSON-RPC 2.0)`,
  'jsonrpc.notifications-unanswered': 'The receiver MUST NOT send a response.',
  'jsonrpc.batch-received':
    'MCP implementations MAY support sending JSON-RPC batches, but MUST support receiving JSON-RPC batches.',
  'jsonrpc.no-batches': 'Messages are individual JSON-RPC requests, notifications, or responses.',
  'jsonrpc.concurrent-requests': reply,
  'jsonrpc.every-request-answered': reply,
  'encoding.utf8': utf8,

  'tools.names.unique': 'Tool names SHOULD be unique within a server.',
  'tools.names.characters':
    'The following SHOULD be the only allowed characters: uppercase and lowercase ASCII letters (A-Z, a-z), digits (0-9), underscore (_), hyphen (-), and dot (.)',
  'tools.names.length': 'Tool names SHOULD be between 1 and 128 characters in length (inclusive).',
  'tools.pagination.followed': stableCursors,
  'tools.list.stable': listChanged('tools'),
  'tools.input-schema.object':
    'inputSchema: JSON Schema defining expected parameters … MUST be a valid JSON Schema object (not null)',
  'tools.input-schema.valid': validSchemas,
  'tools.output-schema.object': 'Currently restricted to type: "object" at the root level.',
  'tools.output-schema.valid': validSchemas,
  'tools.call.answered': reply,
  'tools.call.unknown-tool': 'Protocol Errors: Standard JSON-RPC errors for issues like: Unknown tools',
  'tools.call.unknown-tool-code':
    'However, any errors in finding the tool, an error indicating that the server does not support tool calls, or any other exceptional conditions, should be reported as an MCP error response.',
  'tools.call.missing-arguments': validated,
  'tools.call.wrong-types': validated,
  'tools.call.validation-in-result':
    'Tool Execution Errors: Reported in tool results with isError: true: … Input validation errors (e.g., date in wrong format, value out of range)',
  'tools.call.malformed-request':
    'Protocol Errors: Standard JSON-RPC errors for issues like: … Malformed requests (requests that fail to satisfy CallToolRequest schema)',
  'tools.structured.present': 'Servers MUST provide structured results that conform to this schema.',
  'tools.structured.fits': 'Servers MUST provide structured results that conform to this schema.',
  'tools.structured.text':
    'For backwards compatibility, a tool that returns structured content SHOULD also return the serialized JSON in a TextContent block.',
  'content.annotations':
    'audience: An array indicating the intended audience(s) for this resource. Valid values are "user" and "assistant". … priority: A number from 0.0 to 1.0 indicating the importance of this resource.',
  'content.last-modified':
    'lastModified: An ISO 8601 formatted timestamp indicating when the resource was last modified',
  'content.embedded-resources-declared':
    'Servers that use embedded resources SHOULD implement the resources capability',
  'unicode.arguments-answered': utf8,
  'unicode.arguments-kept': utf8,
  'unicode.large-argument': reply,

  'resources.list.unique-uris': 'uri: Unique identifier for the resource',
  'resources.mime-types': 'mimeType: Optional MIME type',
  'resources.list.changes-are-announced': listChanged('resources'),
  'resources.templates.result':
    'A URI template (according to RFC 6570) that can be used to construct resource URIs.',
  'resources.read.answered': 'To retrieve resource contents, clients send a resources/read request',
  'resources.read.result': textOrBinary,
  'resources.read.text-or-blob': textOrBinary,
  'resources.read.uri': 'The URI of this resource.',
  'resources.read.unknown': `${standardErrors} Resource not found: -32002`,
  'resources.read.invalid-uri': 'Servers MUST validate all resource URIs',
  'resources.updated.subscribed-only':
    'This should only be sent if the client previously sent a resources/subscribe request.',

  'prompts.list.unique-names': 'name: Unique identifier for the prompt',
  'prompts.list.changes-are-announced': listChanged('prompts'),
  'prompts.get.unknown-name': `${standardErrors} Invalid prompt name: -32602 (Invalid params)`,
  'prompts.get.missing-argument': `${standardErrors} … Missing required arguments: -32602 (Invalid params)`,

  'completion.at-most-100': 'Maximum 100 items per response',
  'completion.total':
    'The total number of completion options available. This can exceed the number of values actually sent in the response.',
  'completion.unknown-prompt': `${standardErrors} … Invalid prompt name: -32602 (Invalid params)`,

  'progress.increases':
    'The progress value MUST increase with each notification, even if the total is unknown.',
  'progress.known-token':
    'Progress notifications MUST only reference tokens that: Were provided in an active request',
  'progress.ends-with-the-answer': 'Progress notifications MUST stop after completion',

  'pagination.ends': stableCursors,
  'pagination.cursors-differ': stableCursors,
  'pagination.no-overlap': stableCursors,
  'pagination.invalid-cursor': 'Invalid cursors SHOULD result in an error with code -32602 (Invalid params).',

  'logging.set-level.invalid': `${standardErrors} Invalid log level: -32602 (Invalid params)`,
  'logging.request-level.invalid':
    "If the io.modelcontextprotocol/logLevel value carried in a request's _meta is not a recognized log level, the server SHOULD reject that request with a standard JSON-RPC error: Invalid log level: -32602 (Invalid params)",
  'logging.below-level':
    'The server should send all logs at this level and higher (i.e., more severe) to the client as notifications/message.',
  'logging.messages': 'The protocol follows the standard syslog severity levels specified in RFC 5424',

  'cancellation.no-answer':
    'Receivers of cancellation notifications SHOULD: … Not send a response for the cancelled request',
  'cancellation.finished-request':
    'Invalid cancellation notifications SHOULD be ignored: … Already completed requests',
  'cancellation.race': 'Both parties MUST handle these race conditions gracefully',

  'stdio.purity': 'The server MUST NOT write anything to its stdout that is not a valid MCP message.',
  'stdio.one-line-messages': 'Messages are delimited by newlines, and MUST NOT contain embedded newlines.',
  'stdio.shutdown.stdin':
    'Servers SHOULD exit promptly when their standard input is closed or reads return end-of-file.',
  'stdio.shutdown.signal':
    'Waiting for the server to exit, or sending SIGTERM if the server does not exit within a reasonable time',

  'http.content-type':
    'If the input is a JSON-RPC request, the server MUST either return Content-Type: text/event-stream, to initiate an SSE stream, or Content-Type: application/json, to return one JSON object.',
  'http.request-answered': reply,
  'http.accepted':
    'If the server accepts the input, the server MUST return HTTP status code 202 Accepted with no body.',
  'http.unreadable-body':
    'If the server cannot accept the input, it MUST return an HTTP error status code (e.g., 400 Bad Request).',
  'http.stream-closed':
    'After the JSON-RPC response has been sent, the server SHOULD terminate the SSE stream.',
  'http.get':
    'The server MUST either return Content-Type: text/event-stream in response to this HTTP GET, or else return HTTP 405 Method Not Allowed',
  'http.common-stream':
    'The server MUST NOT send a JSON-RPC response on the stream unless resuming a stream associated with a previous client request.',
  'http.session.id': 'The session ID MUST only contain visible ASCII characters (ranging from 0x21 to 0x7E).',
  'http.session.required':
    'Servers that require a session ID SHOULD respond to requests without an MCP-Session-Id header (other than initialization) with HTTP 400 Bad Request.',
  'http.session.unique':
    'The session ID SHOULD be globally unique and cryptographically secure (e.g., a securely generated UUID, a JWT, or a cryptographic hash).',
  'http.session.ended':
    'The server MAY terminate the session at any time, after which it MUST respond to requests containing that session ID with HTTP 404 Not Found.',
  'http.session.delete':
    'The server MAY respond to this request with HTTP 405 Method Not Allowed, indicating that the server does not allow clients to terminate sessions.',
  'http.version-header':
    'If the server receives a request with an invalid or unsupported MCP-Protocol-Version, it MUST respond with 400 Bad Request.',
  'http.version-header.required':
    'A server that does not support such clients MUST reject a request without the header per Server Validation.',
  'http.origin':
    'Servers MUST validate the Origin header on all incoming connections to prevent DNS rebinding attacks',

  'survival.invalid-json': reply,
  'survival.not-a-message': reply,
  'survival.wrong-params': reply,
  'survival.unknown-cancellation':
    'Invalid cancellation notifications SHOULD be ignored: Unknown request IDs',
  'survival.large-message': reply,
};
