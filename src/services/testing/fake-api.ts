import { ServiceBudget } from '../budget.ts';
import { GitHubApi } from '../github-api.ts';
import { fakeClock } from './fake-clock.ts';

/** What a route answers: data, or what octokit throws. */
export type FakeRoute = (parameters: Readonly<Record<string, unknown>>) => unknown;

export interface FakeApi {
  readonly api: GitHubApi;
  /** `METHOD route`, in order. */
  readonly calls: readonly string[];
}

/** The API with the answers of a test; a route that is not there is a 404. Lists are cut into pages. */
export function fakeApi(routes: Readonly<Record<string, FakeRoute>>): FakeApi {
  const calls: string[] = [];
  const api = new GitHubApi({
    repository: { owner: 'octo-org', name: 'hello-mcp' },
    budget: new ServiceBudget({ clock: fakeClock(), random: () => 0 }),
    request: async (route, parameters) => {
      calls.push(route.replace('/repos/{owner}/{repo}', ''));
      const answer =
        routes[route.replace('/repos/{owner}/{repo}', '')] ?? (() => httpError(404, 'Not Found'));
      const data = answer(parameters);
      if (data instanceof Error) throw data;
      if (!Array.isArray(data)) return { status: 200, headers: {}, data };
      const [page, size] = [Number(parameters['page'] ?? 1), Number(parameters['per_page'] ?? 30)];
      const link = page * size < data.length ? { link: `<https://x>; rel="next"` } : {};
      return { status: 200, headers: link, data: data.slice((page - 1) * size, page * size) };
    },
  });
  return { api, calls };
}

/** What octokit throws for an answer that is an error. */
export function httpError(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Error {
  const response = { status, url: 'https://api.github.com/', headers, data: { message } };
  return Object.assign(new Error(message), { name: 'HttpError', status, response });
}

/** The body of a download. */
export function byteStream(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}
