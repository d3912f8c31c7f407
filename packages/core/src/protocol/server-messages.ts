import { isJsonObject, type JsonObject } from '../json.ts';
import type { ArrivalContext } from '../transports/types.ts';
import { answerRequest, methodNotFound, type Answer, type Matcher } from './client-behaviour.ts';
import type { FindingLog } from './findings.ts';
import { callFaults } from './json-rpc/envelope.ts';
import type { PendingTable } from './json-rpc/pending.ts';
import { logLevels, severityOfLog } from './log-levels.ts';
import { lookUp } from './look-up.ts';
import type { NotificationLog } from './notification-log.ts';
import { ProgressWatch } from './progress-watch.ts';
import type { RevisionStrategy } from './revisions/strategy.ts';
import type { StatelessConversation } from './stateless/conversation.ts';
import type { ClientBehaviour, ServerMessage } from './types.ts';
import type { MessageValidator } from './validate.ts';

/** What is known of the conversation when a message of the server comes. */
interface ConversationState {
  readonly strategy: RevisionStrategy;
  /** The server's capabilities; undefined until they are agreed on. */
  readonly capabilities: JsonObject | undefined;
  /** Undefined when nothing is to be checked. */
  readonly validator: MessageValidator | undefined;
  /** Set in the stateless era. */
  readonly stateless: StatelessConversation | undefined;
}

export interface ServerMessagesOptions {
  readonly behaviour: ClientBehaviour;
  readonly matches: Matcher;
  readonly findings: FindingLog;
  readonly notifications: NotificationLog;
  readonly table: PendingTable;
  /** False leaves out every check that is not needed to go on. */
  readonly checks: boolean;
  state(): ConversationState;
  /** Sends an answer, unless so much waits already that it would pile up; then returns false. */
  answer(id: string | number, answer: Answer): boolean;
  /** Sees every notification. */
  onNotification(message: ServerMessage): void;
}

const remembersIds = 10_000;

/** Takes what the server sends on its own: judges it, passes notifications on, answers requests. */
export class ServerMessages {
  readonly #options: ServerMessagesOptions;
  readonly #progress: ProgressWatch;
  readonly #requestIds = new Set<unknown>();
  /** As set by the last logging/setLevel that was answered. */
  minimumLogLevel: string | undefined;

  constructor(options: ServerMessagesOptions) {
    this.#options = options;
    this.#progress = new ProgressWatch(options.table, options.findings);
  }

  notification(message: JsonObject, text: string, atMs: number, context: ArrivalContext | undefined): void {
    const method = message['method'] as string;
    const params = isJsonObject(message['params']) ? message['params'] : undefined;
    if (this.#options.checks) this.#judgeNotification(message, method, params, text, context);
    const { stateless } = this.#options.state();
    if (stateless?.notification(method, params, text, atMs, this.#options.checks) === false) return;
    const serverMessage: ServerMessage = params === undefined ? { method, atMs } : { method, params, atMs };
    if (this.#options.table.size > 0) {
      const owner = stateless === undefined ? context?.requestId : stateless.ownerOf(context);
      this.#options.notifications.add(serverMessage, owner);
    }
    this.#options.onNotification(serverMessage);
  }

  request(message: JsonObject, text: string, atMs: number, context: ArrivalContext | undefined): void {
    const method = message['method'] as string;
    if (method.startsWith('notifications/')) {
      this.#options.findings.report('jsonrpc.notification-id', `${method} has an id`, text);
      this.notification(message, text, atMs, context);
      return;
    }
    const { id } = message;
    if (this.#options.state().strategy.era === 'stateless') {
      // Not answered: a client of this era sends no answers.
      const fault = `${method}: a server must ask in a result, not by a request of its own`;
      this.#options.findings.report('stateless.server-request', fault, text);
      return;
    }
    const params = isJsonObject(message['params']) ? message['params'] : undefined;
    if (this.#options.checks) this.#judgeRequest(message, method, params, text);
    if (typeof id !== 'string' && typeof id !== 'number') return;
    const { behaviour, matches, findings } = this.#options;
    const answer = answerRequest(behaviour, matches, method, params) ?? notFound(method);
    if (!this.#options.answer(id, answer)) {
      findings.report('request.flood', 'more requests than the server reads answers to', text);
    }
  }

  #judgeNotification(
    message: JsonObject,
    method: string,
    params: JsonObject | undefined,
    text: string,
    context: ArrivalContext | undefined,
  ): void {
    const { findings } = this.#options;
    for (const fault of callFaults(message)) findings.report(fault.rule, fault.message, text);
    const { strategy, capabilities, validator } = this.#options.state();
    const needs = lookUp(strategy.serverNotifications, method);
    if (needs === undefined) {
      findings.report('method.unknown-notification', `${method} is not in ${strategy.revision}`, text);
    } else if (capabilities === undefined) {
      if (method !== 'notifications/message' && method !== 'notifications/progress') {
        findings.report('lifecycle.early-notification', `${method} before the handshake was complete`, text);
      }
    } else if (!has(capabilities, needs)) {
      const rule = needs === 'logging' ? 'capability.logging-undeclared' : 'capability.server-undeclared';
      findings.report(rule, `${method} without the capability ${needs}`, text);
    }
    validator?.notification(method, params, text);
    if (method === 'notifications/progress') this.#progress.check(params, text, context);
    if (method === 'notifications/message') this.#judgeLogLevel(params, text);
  }

  #judgeRequest(message: JsonObject, method: string, params: JsonObject | undefined, text: string): void {
    const { findings, behaviour } = this.#options;
    for (const fault of callFaults(message)) findings.report(fault.rule, fault.message, text);
    const { strategy, capabilities, validator } = this.#options.state();
    if (this.#requestIds.has(message['id'])) {
      findings.report('jsonrpc.request-id-reused', `the server used an id twice`, text);
    } else if (this.#requestIds.size < remembersIds) {
      this.#requestIds.add(message['id']);
    }
    const needs = lookUp(strategy.serverRequests, method);
    if (needs === undefined) {
      findings.report('method.unknown-request', `${method} is not in ${strategy.revision}`, text);
    } else if (needs !== '' && behaviour[needs as keyof ClientBehaviour] === undefined) {
      const fault = `${method} though the client does not declare ${needs}`;
      findings.report('capability.client-undeclared', fault, text);
    }
    if (capabilities === undefined && method !== 'ping') {
      findings.report('lifecycle.early-request', `${method} before the handshake was complete`, text);
    }
    validator?.request(method, params, text);
  }

  #judgeLogLevel(params: JsonObject | undefined, text: string): void {
    const minimum = severityOfLog(this.minimumLogLevel);
    if (minimum < 0) return;
    const level = severityOfLog(params?.['level']);
    if (level < 0 || level >= minimum) return;
    const fault = `a message of level ${logLevels[level]} though ${logLevels[minimum]} was set`;
    this.#options.findings.report('logging.below-level', fault, text);
  }
}

function notFound(method: string): Answer {
  return { error: { code: methodNotFound, message: `Method not found: ${method.slice(0, 100)}` } };
}

/** True when the capability at that dotted path is declared (`tools.listChanged`, `logging`). */
function has(capabilities: JsonObject, path: string): boolean {
  if (path === '') return true;
  let value: unknown = capabilities;
  for (const key of path.split('.')) {
    if (!isJsonObject(value)) return false;
    value = value[key];
  }
  return value !== undefined && value !== null && value !== false;
}
