// As little of a client as can submit jobs over kept connections: it shares the machine with what is measured.
import { Buffer } from 'node:buffer';
import { Agent, request } from 'node:http';

/** @param more Headers of each request. */
export function openRest(url, sockets, more = {}) {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets });
  const { hostname, port } = new URL(url);
  const call = (method, path, body, type = 'application/json') =>
    new Promise((resolve, reject) => {
      const ofBody = body === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) };
      const headers = { ...more, ...ofBody };
      const sent = request({ agent, hostname, port, method, path, headers }, (answer) => {
        const pieces = [];
        answer.on('data', (piece) => pieces.push(piece));
        answer.on('end', () => {
          const text = Buffer.concat(pieces).toString();
          if (answer.statusCode < 300) resolve(text);
          else reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
        });
        answer.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  return {
    post: (path, text) => call('POST', path, text),
    /** The JSON text of a submission, so that it is written only once. */
    submit: (text) => call('POST', '/v1/jobs', text),
    /** Uploads bytes and returns the reference to them. */
    async upload(bytes) {
      const { sha256 } = JSON.parse(await call('PUT', '/v1/data', bytes, 'application/octet-stream'));
      return `artifact:sha256-${sha256}`;
    },
    /** Submits and waits until the API says that the job has ended; throws unless it has completed. */
    async run(text) {
      const job = JSON.parse(await call('POST', '/v1/jobs?wait=60', text));
      if (job.state !== 'completed') throw new Error(`Job ${job.id} is ${job.state}: ${JSON.stringify(job.error)}`);
      return job;
    },
    get: (path) => call('GET', path),
    close: () => agent.destroy(),
  };
}
