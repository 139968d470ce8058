import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const script = `
  import { createLogger } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
  const log = createLogger('test');
  log.info({ job: '01J', data: 'root://scans/jane-doe.h5', parameters: { name: 'Jane' } }, 'submitted');
  log.info({ req: { headers: { authorization: 'Bearer secret' } } }, 'request');
  log.warn({ err: new Error('root://scans/jane-doe.h5 is locked.') }, 'root://scans/jane-doe.h5 is locked.');
  log.debug('not shown');
`;

describe('a logger', () => {
  it('writes JSON lines on stderr, none on stdout, and nothing that may name a patient or open a door', async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(stdout).toBe('');
    expect(lines.map(({ msg }) => msg)).toEqual(['submitted', 'request', 'root://scans/… is locked.']);
    expect(lines[0]).toMatchObject({ name: 'test', job: '01J', data: '[redacted]', parameters: '[redacted]' });
    expect(stderr).not.toMatch(/jane|secret/i);
  });
});
