import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort, requireFreePort } from './free-port.js';

test('a free port can be opened, and is refused by name while it is open', async () => {
  const port = await freePort();
  await requireFreePort(port, '127.0.0.1');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await expect(requireFreePort(port, '127.0.0.1')).rejects.toMatchObject({
    code: 'CONFLICT',
    message: `Port ${port} of 127.0.0.1 is taken by another program. Choose another with --port, or stop the other one.`,
  });
  await new Promise((resolve) => server.close(resolve));
});
