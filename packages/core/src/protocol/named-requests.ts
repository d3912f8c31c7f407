import type { JsonObject, JsonValue } from '../json.ts';
import type { ListMethod } from './list-all.ts';
import { strategyFor } from './revisions/index.ts';
import type {
  CallToolResult,
  GetPromptResult,
  ListedPrompt,
  ListedResource,
  ListedResourceTemplate,
  ListedTool,
  NamedRequests,
  ReadResourceResult,
  RequestOptions,
  SessionInfo,
} from './types.ts';

/** The requests that most tests are made of, each in one line on top of `request` and `listAll`. */
export abstract class RequestsByName implements NamedRequests {
  abstract readonly info: SessionInfo;
  abstract request<T = JsonValue>(method: string, params?: JsonObject, options?: RequestOptions): Promise<T>;
  abstract listAll<T = JsonObject>(method: ListMethod, options?: RequestOptions): Promise<readonly T[]>;

  callTool(name: string, args?: JsonObject, options?: RequestOptions): Promise<CallToolResult> {
    const params = args === undefined ? { name } : { name, arguments: args };
    return this.request<CallToolResult>('tools/call', params, options);
  }

  listTools(options?: RequestOptions): Promise<readonly ListedTool[]> {
    return this.listAll<ListedTool>('tools/list', options);
  }

  listResources(options?: RequestOptions): Promise<readonly ListedResource[]> {
    return this.listAll<ListedResource>('resources/list', options);
  }

  listResourceTemplates(options?: RequestOptions): Promise<readonly ListedResourceTemplate[]> {
    return this.listAll<ListedResourceTemplate>('resources/templates/list', options);
  }

  listPrompts(options?: RequestOptions): Promise<readonly ListedPrompt[]> {
    return this.listAll<ListedPrompt>('prompts/list', options);
  }

  readResource(uri: string, options?: RequestOptions): Promise<ReadResourceResult> {
    return this.request<ReadResourceResult>('resources/read', { uri }, options);
  }

  getPrompt(
    name: string,
    args?: Readonly<Record<string, string>>,
    options?: RequestOptions,
  ): Promise<GetPromptResult> {
    const params = args === undefined ? { name } : { name, arguments: args };
    return this.request<GetPromptResult>('prompts/get', params, options);
  }

  async ping(options?: RequestOptions): Promise<void> {
    const isStateless = strategyFor(this.info.protocolVersion)?.era === 'stateless';
    await this.request(isStateless ? 'server/discover' : 'ping', undefined, options);
  }
}
