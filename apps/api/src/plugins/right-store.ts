import type { FastifyInstance } from 'fastify';
import { RondelError } from '@rondel/contracts';
import type { Services } from '../services.js';
import { readingMethods } from './reading-methods.js';

/** What would change something is refused while the folder of the artifact store holds nothing, or something else. */
export function registerRightStore(app: Pick<FastifyInstance, 'addHook'>, { storeProblem }: Services): void {
  app.addHook('onRequest', async ({ method }) => {
    if (readingMethods.includes(method)) return;
    const problem = await storeProblem();
    if (problem !== undefined) throw new RondelError('SERVICE_UNAVAILABLE', problem);
  });
}
