// Plain JavaScript, so that the types of Node.js stay out of this browser-safe package.
import { createServer } from 'node:http';

export async function startScriptedServer(answers) {
  const requests = [];
  const server = createServer(async (request, response) => {
    const body = [];
    for await (const chunk of request) body.push(chunk);
    const answer = answers[Math.min(requests.length, answers.length - 1)];
    const { method, url, headers } = request;
    requests.push({ method, url, headers, body: body.map(String).join('') });
    response.writeHead(answer.status ?? 200, answer.headers);
    for (const chunk of answer.chunks ?? []) await new Promise((sent) => response.write(chunk, sent));
    if (answer.cut) response.destroy();
    else response.end();
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}
