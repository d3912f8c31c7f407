import type { Authorizer, OAuthOptions } from '../auth/types.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type {
  LimitEnforcement,
  LimitViolation,
  ProcessUsage,
  ResourceLimits,
  SandboxMode,
  ShutdownReport,
} from '../process/types.ts';

/** The published revisions that this version speaks; https://modelcontextprotocol.io/specification/versioning. */
export const supportedRevisions = [
  '2024-11-05',
  '2025-03-26',
  '2025-06-18',
  '2025-11-25',
  '2026-07-28',
] as const;
export type Revision = (typeof supportedRevisions)[number];

export type RequestId = string | number;

/** A JSON-RPC 2.0 error object; https://www.jsonrpc.org/specification#error_object. */
export interface JsonRpcErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data?: JsonValue | undefined;
}

/** One thing that went over the wire, in order. */
export interface Frame {
  /** Counts from 0 per session. */
  readonly seq: number;
  /** `noise`: bytes on the channel that are no message (log lines on stdout, comments). */
  readonly direction: 'sent' | 'received' | 'noise';
  /** Milliseconds since the session began, from a monotonic clock. */
  readonly atMs: number;
  /** Size on the wire; `text` may be shorter. */
  readonly bytes: number;
  /** The raw text, cut at the recorder's limit. */
  readonly text: string;
  readonly truncated?: boolean | undefined;
  /** HTTP transports only. */
  readonly http?:
    | {
        readonly method?: string;
        readonly status?: number;
        readonly headers?: Readonly<Record<string, string>>;
      }
    | undefined;
}

/** A violation of the protocol by the server, reported once per rule with a count. */
export interface Finding {
  /** Stable id, e.g. `jsonrpc.id-type` or `schema.tools/list`. */
  readonly rule: string;
  /** `error`: a MUST of the specification is broken. `warning`: a SHOULD, or something that real clients forgive. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** URL of the section of the specification that is broken. */
  readonly spec?: string | undefined;
  /** How often it was seen in the session. */
  readonly count: number;
  /** The first message that broke it, cut short. */
  readonly sample?: string | undefined;
  /** Name of the server it came from; set by the runner. */
  readonly server?: string | undefined;
}

/** A notification or request that the server sent on its own. */
export interface ServerMessage {
  readonly method: string;
  readonly params?: JsonObject | undefined;
  readonly atMs: number;
}

/**
 * One request and everything that came of it. A server that asks back in its result (2026-07-28) is answered by
 * further requests: they are one exchange, with the request as first sent, the id, result and response of the end,
 * and the time in between; each round is in the frames. Never lost: a timeout or a crash throws a
 * HarnessError whose `details.exchange` holds what had arrived.
 */
export interface Exchange {
  readonly id: RequestId | undefined;
  readonly method: string;
  readonly params: JsonObject | undefined;
  /** Exactly one of result and error is set unless the answer is malformed (then possibly both or neither). */
  readonly result?: JsonValue | undefined;
  readonly error?: JsonRpcErrorObject | undefined;
  /**
   * Why the answer cannot be taken as an answer to this method: envelope broken (no `jsonrpc`, id of another type,
   * both result and error, spread over several lines), or a required member of the result itself is missing or mistyped.
   * Faults deeper inside (one tool of ten) are findings only.
   */
  readonly malformed: readonly string[];
  /** Milliseconds since the session began, just before the write. */
  readonly startedAtMs: number;
  /** From just before the write to the arrival of the last byte of the answer, before parsing. */
  readonly durationMs: number;
  /** All notifications seen between start and end (for HTTP: those of this answer's stream, and of the common stream meanwhile). */
  readonly notifications: readonly ServerMessage[];
  /** How many more there were than the last 10,000, which are kept. */
  readonly droppedNotifications?: number | undefined;
  readonly http?: { readonly status: number; readonly headers: Readonly<Record<string, string>> } | undefined;
  /** As sent and as received; cut at the recorder's limit per frame. */
  readonly requestText: string;
  readonly responseText: string | undefined;
}

export interface RequestOptions {
  /** Default: the session's `requestTimeoutMs`. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Attach a progress token, so that the server may report progress. Default true for tools/call. */
  readonly progress?: boolean | undefined;
  /** Merged into `params._meta`. */
  readonly meta?: JsonObject | undefined;
}

/** How we answer a server that asks (the `client:` section). A member that is unset is a capability not declared. */
export interface ClientBehaviour {
  readonly roots?: readonly { readonly uri: string; readonly name?: string | undefined }[] | undefined;
  /** Tried in order; the first whose pattern (a regular expression over the request's text) matches, or that has none, answers. */
  readonly sampling?: readonly SamplingReply[] | undefined;
  readonly elicitation?: readonly ElicitationReply[] | undefined;
}
export interface SamplingReply {
  readonly pattern?: string | undefined;
  readonly text?: string | undefined;
  readonly model?: string | undefined;
  readonly stopReason?: string | undefined;
  /** Answer with this JSON-RPC error instead (e.g. the user rejected: -1). */
  readonly error?: JsonRpcErrorObject | undefined;
}
export interface ElicitationReply {
  readonly pattern?: string | undefined;
  readonly action: 'accept' | 'decline' | 'cancel';
  readonly content?: JsonObject | undefined;
}

export type ProtocolChecks = 'error' | 'warn' | 'off';

/** How the client names itself in the handshake. */
export interface ClientInfo {
  readonly name: string;
  readonly version: string;
}

interface SessionOptionsCommon {
  /** Name used in messages and results; default the command or URL. */
  readonly name?: string | undefined;
  /** A revision to ask for, or `latest` (default): the newest both sides speak. A pinned one that the server refuses is an error. */
  readonly protocolVersion?: Revision | 'latest' | undefined;
  readonly client?: ClientBehaviour | undefined;
  /** Default: the harness and its version. */
  readonly clientInfo?: ClientInfo | undefined;
  /** From spawn to a complete handshake; default 30 000. */
  readonly startupTimeoutMs?: number | undefined;
  /** Default 30 000. */
  readonly requestTimeoutMs?: number | undefined;
  /** Largest message accepted, default 32 MiB; a longer one is a finding, and its request errors. */
  readonly maxMessageBytes?: number | undefined;
  readonly recorder?:
    { readonly maxFrames?: number; readonly maxBytes?: number; readonly maxFrameBytes?: number } | undefined;
  /** `off` skips validation; default on (as findings). */
  readonly validate?: boolean | undefined;
  /** Do not send initialize: for tests of the handshake itself. Default true. */
  readonly handshake?: boolean | undefined;
  /** Sees every frame as it is recorded. Must not throw. */
  readonly onFrame?: ((frame: Frame) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface StdioSessionOptions extends SessionOptionsCommon {
  readonly transport?: 'stdio' | undefined;
  readonly command: string;
  readonly args?: readonly string[] | undefined;
  /** The whole environment. The library does not read process.env: pass what the server may see. Default: none but PATH-less minimum. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly cwd?: string | undefined;
  readonly pathAdditions?: readonly string[] | undefined;
  readonly limits?: ResourceLimits | undefined;
  readonly sandbox?: SandboxMode | undefined;
  readonly shutdownTimeoutMs?: number | undefined;
  readonly shutdownSignal?: NodeJS.Signals | undefined;
}

/** When a url server that we start ourselves is ready. */
export interface ReadyWhen {
  readonly url?: string | undefined;
  readonly port?: number | undefined;
  /** Regular expression over a line of stdout or stderr. */
  readonly logPattern?: string | undefined;
}

/** How a TLS server proves itself to us, and we to it. Certificates and keys are paths, or PEM texts. */
export interface TlsOptions {
  /** Certificates of the authorities to trust, instead of the well-known ones. */
  readonly ca?: string | undefined;
  /** Our certificate, for a server that asks for one, with the chain to its authority. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Of an encrypted `key`. */
  readonly passphrase?: string | undefined;
  /** false: any certificate is taken. Default true. */
  readonly verify?: boolean | undefined;
}

/** How connections are kept. */
export interface ConnectionPoolOptions {
  /** Most sockets at the same time; what does not fit waits. Default: no limit. */
  readonly maxConnections?: number | undefined;
  /** false: a new socket for every HTTP request. Default true. */
  readonly keepAlive?: boolean | undefined;
  /** How long an unused socket is kept; default 4000. */
  readonly idleTimeoutMs?: number | undefined;
}

/** The proxies of the environment, as curl knows them. Loopback addresses are never proxied. */
export interface ProxyOptions {
  /** For http and ws. */
  readonly http?: string | undefined;
  /** For https and wss. */
  readonly https?: string | undefined;
  /** Hosts that are reached directly, as in NO_PROXY. */
  readonly no?: string | undefined;
}

export interface UrlSessionOptions extends SessionOptionsCommon {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * How to get a token when the server asks for one, in place of an `Authorization` among the headers. Sessions that are
   * given one {@link Authorizer} share its tokens.
   */
  readonly auth?: OAuthOptions | Authorizer | undefined;
  readonly connectTimeoutMs?: number | undefined;
  readonly tls?: TlsOptions | undefined;
  /** Default: none. The library does not read process.env: see `readProxyEnvironment` of the runner. */
  readonly proxy?: ProxyOptions | undefined;
  /** Started first, waited for, and stopped with the session. */
  readonly start?:
    | (Omit<StdioSessionOptions, 'transport' | keyof SessionOptionsCommon> & {
        readonly readyWhen?: ReadyWhen | undefined;
      })
    | undefined;
}

/** Streamable HTTP. */
export interface HttpSessionOptions extends UrlSessionOptions {
  readonly transport: 'http';
  readonly pool?: ConnectionPoolOptions | undefined;
}

/** HTTP with server-sent events, of revision 2024-11-05. `url` is the event stream's. */
export interface SseSessionOptions extends UrlSessionOptions {
  readonly transport: 'sse';
  readonly pool?: ConnectionPoolOptions | undefined;
}

/** Messages as text frames of a WebSocket (ws:, wss:); in no revision. */
export interface WebSocketSessionOptions extends UrlSessionOptions {
  readonly transport: 'websocket';
  /** A ping is sent this often, and its pong awaited; default 15 000, 0 for none. */
  readonly pingIntervalMs?: number | undefined;
}

export type SessionOptions =
  StdioSessionOptions | HttpSessionOptions | SseSessionOptions | WebSocketSessionOptions;

/** What the handshake agreed on. */
export interface SessionInfo {
  readonly protocolVersion: string;
  readonly serverInfo: JsonObject;
  readonly capabilities: JsonObject;
  readonly instructions: string | undefined;
  /** From spawn (or first connection) to the end of the handshake. */
  readonly startupMs: number;
}

/** What is known about the server's process; undefined members for a server that we did not start. */
export interface ServerProcessReport {
  readonly pid: number | undefined;
  readonly limits: readonly LimitEnforcement[];
  readonly violation: LimitViolation | undefined;
  readonly stderrTail: string;
  readonly usage: ProcessUsage | undefined;
}

/** What `close` tells. */
export interface CloseReport {
  readonly shutdown: ShutdownReport | undefined;
  readonly process: ServerProcessReport;
}

/**
 * The requests that most tests are made of. Each gives the result as the server sent it; an error answer throws as in
 * {@link Session.request}. What a server gets wrong deep inside a result is a finding and no error.
 */
export interface NamedRequests {
  /** `tools/call`. A tool error (`isError`) is a result; a protocol error throws as in `request`. */
  callTool(name: string, args?: JsonObject, options?: RequestOptions): Promise<CallToolResult>;
  /** All pages of `tools/list`. */
  listTools(options?: RequestOptions): Promise<readonly ListedTool[]>;
  /** All pages of `resources/list`. */
  listResources(options?: RequestOptions): Promise<readonly ListedResource[]>;
  /** All pages of `resources/templates/list`. */
  listResourceTemplates(options?: RequestOptions): Promise<readonly ListedResourceTemplate[]>;
  /** All pages of `prompts/list`. */
  listPrompts(options?: RequestOptions): Promise<readonly ListedPrompt[]>;
  /** `resources/read`. */
  readResource(uri: string, options?: RequestOptions): Promise<ReadResourceResult>;
  /** `prompts/get`. */
  getPrompt(
    name: string,
    args?: Readonly<Record<string, string>>,
    options?: RequestOptions,
  ): Promise<GetPromptResult>;
  /** `ping`; in the stateless era, which has none, `server/discover`. */
  ping(options?: RequestOptions): Promise<void>;
}

/** An open conversation with one server. */
export interface Session extends NamedRequests {
  readonly name: string;
  readonly info: SessionInfo;
  /** Frames recorded so far, oldest first; the oldest are dropped beyond the recorder's limits. */
  readonly frames: readonly Frame[];
  readonly droppedFrames: number;
  /** Violations seen so far, one entry per rule. */
  readonly findings: readonly Finding[];
  /** False once the server has gone or the session was closed. */
  readonly alive: boolean;

  /**
   * Sends a request and waits for its answer, whatever it says: a JSON-RPC error is data here.
   * @throws HarnessError PROTOCOL_TIMEOUT, TARGET_EXITED, TARGET_LIMIT_EXCEEDED, TARGET_UNREACHABLE, PROTOCOL_HTTP_STATUS, PROTOCOL_MESSAGE_TOO_LARGE, PROTOCOL_SESSION_CLOSED, CANCELLED
   */
  exchange(method: string, params?: JsonObject, options?: RequestOptions): Promise<Exchange>;
  /**
   * As `exchange`, but returns the result alone.
   * @throws HarnessError PROTOCOL_ERROR_ANSWER with the JSON-RPC error in `details.error`, PROTOCOL_MALFORMED_ANSWER, and all of `exchange`
   */
  request<T = JsonValue>(method: string, params?: JsonObject, options?: RequestOptions): Promise<T>;
  /** All pages of a list method (`tools/list`, ...) joined; stops at a repeated cursor with a finding. */
  listAll<T = JsonObject>(
    method: 'tools/list' | 'resources/list' | 'resources/templates/list' | 'prompts/list',
    options?: RequestOptions,
  ): Promise<readonly T[]>;
  notify(method: string, params?: JsonObject): Promise<void>;
  /**
   * Sends bytes as they stand (stdio: a newline is added when missing) and collects what comes back, without the answers
   * to other requests of this session, until `until` says so or the time is up. Default: until an answer comes, or
   * any message when the text is no request. A timeout is not an error here: it returns what came.
   */
  sendRaw(
    text: string,
    options?: {
      readonly timeoutMs?: number;
      readonly until?: (frame: Frame) => boolean;
      readonly headers?: Readonly<Record<string, string>>;
    },
  ): Promise<readonly Frame[]>;
  /** Resolves with the first notification of that method that arrives after the call. */
  waitForNotification(
    method: string,
    options?: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
  ): Promise<ServerMessage>;
  /**
   * Sees every notification until the function returned is called. Where news comes only to who has subscribed
   * (2026-07-28), this subscribes to every list that the server tells of, and the next request waits for that;
   * `resources/subscribe` subscribes to a resource in every revision.
   */
  onNotification(listener: (message: ServerMessage) => void): () => void;
  process(): ServerProcessReport;
  /**
   * CPU time of the server's process tree now, in ms with fractions: finer than `process().usage`, but without threads
   * that have ended, so only differences over short spans mean something. Undefined for a server that we did not
   * start, and where the system does not tell.
   */
  cpuTimeMs(): number | undefined;
  /** Ends the session and the server that we started. Idempotent; never rejects. */
  close(): Promise<CloseReport>;
}

/** The part of a tools/call result that every revision has. */
export interface CallToolResult {
  readonly content: readonly ({ readonly type: string } & JsonObject)[];
  readonly structuredContent?: JsonValue | undefined;
  readonly isError?: boolean | undefined;
  readonly [key: string]: JsonValue | undefined;
}

/** What every revision has of an entry of `tools/list`. */
export type ListedTool = JsonObject & {
  readonly name: string;
  readonly inputSchema: JsonObject;
  readonly description?: string;
  readonly outputSchema?: JsonObject;
};

/** What every revision has of an entry of `resources/list`. */
export type ListedResource = JsonObject & { readonly uri: string; readonly name: string };

/** What every revision has of an entry of `resources/templates/list`. */
export type ListedResourceTemplate = JsonObject & { readonly uriTemplate: string; readonly name: string };

/** What every revision has of an entry of `prompts/list`. */
export type ListedPrompt = JsonObject & { readonly name: string };

/** The part of a resources/read result that every revision has. */
export interface ReadResourceResult {
  readonly contents: readonly (JsonObject & {
    readonly uri: string;
    readonly text?: string;
    readonly blob?: string;
  })[];
  readonly [key: string]: JsonValue | undefined;
}

/** The part of a prompts/get result that every revision has. */
export interface GetPromptResult {
  readonly messages: readonly (JsonObject & { readonly role: string; readonly content: JsonValue })[];
  readonly [key: string]: JsonValue | undefined;
}
