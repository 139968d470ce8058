import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { RouteServices } from '../services.js';

/** A group of routes over the services. */
export type RoutePlugin = FastifyPluginAsyncTypebox<{ services: RouteServices }>;

/** What routes are added to. */
export type RouteApp = Parameters<RoutePlugin>[0];
