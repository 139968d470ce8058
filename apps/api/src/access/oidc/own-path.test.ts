import { expect, it } from 'vitest';
import { ownPath } from './own-path.js';

it('sends a browser to pages of this server alone', () => {
  expect(['/', '/#/jobs?x=1', '/help/a.html?q=%2F', '/a/../b'].map(ownPath)).toEqual([
    '/',
    '/#/jobs?x=1',
    '/help/a.html?q=%2F',
    '/b',
  ]);
  const others = [
    ...[
      '',
      'jobs',
      'http://evil.example',
      '//evil.example',
      '/\\evil.example',
      '\\/evil.example',
      'javascript:alert(1)',
    ],
    ...[
      '/\t/evil.example',
      '/\n/evil.example',
      '/.//evil.example',
      '/x/..//evil.example',
      '/%2e//evil.example',
      ' //evil.example',
    ],
  ];
  for (const other of others) expect(() => ownPath(other), JSON.stringify(other)).toThrow('no page of this server');
});
