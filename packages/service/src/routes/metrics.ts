import type { FastifyInstance } from 'fastify';
import type { ServiceContext } from './define.ts';
import { createListener } from './listener/create-listener.ts';
import { HttpError } from './listener/problem.ts';

/** `/metrics`, for Prometheus: its text format, or OpenMetrics where that is asked for. */
export function createMetricsListener(context: ServiceContext): FastifyInstance {
  const app = createListener({ name: 'metrics', log: context.log });
  app.get('/metrics', async (request, reply) => {
    if (!context.settings().monitoring.prometheus.enabled)
      throw new HttpError(404, 'metrics are switched off', {
        hint: 'monitoring.prometheus.enabled is false.',
      });
    const { contentType, body } = context.metrics.render(request.headers.accept);
    return await reply.type(contentType).send(body);
  });
  return app;
}
