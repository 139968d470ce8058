export {
  createClient,
  type CallOptions,
  type Client,
  type Download,
  type Health,
  type JobQuery,
  type PutOptions,
  type ResultQuery,
  type StoredData,
  type SubmitOptions,
} from './client.js';
export { type ClientOptions } from './connection.js';
export { type EventOptions, type ReceivedEvent } from './job-events.js';
