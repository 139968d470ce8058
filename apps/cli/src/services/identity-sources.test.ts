import { describe, expect, it } from 'vitest';
import { addIdentityOptions, identityParameters, identitySources } from './identity-sources.js';
import { Command } from 'commander';

const parsed = (...parameters: string[]) =>
  addIdentityOptions(new Command()).parse(parameters, { from: 'user' }).opts<Parameters<typeof identitySources>[1]>();

describe('who tells an API who people are', () => {
  const flags = [
    '--oidc-issuer',
    'https://login.example',
    '--oidc-client-id',
    'rondel',
    '--access-mapping',
    '/etc/m.toml',
  ];

  it('comes from options and the environment, and goes on to the API in its own words', () => {
    const environment = { RONDEL_OIDC_ISSUER: 'https://other.example', RONDEL_OIDC_SCOPE: 'openid groups' };
    expect(identitySources('oidc', parsed(...flags), environment)).toMatchObject({
      auth: 'oidc',
      mappingFile: '/etc/m.toml',
      oidc: { issuer: 'https://login.example', clientId: 'rondel', scope: 'openid groups' },
    });
    const proxy = ['--proxy-header', 'X-User', '--trusted-proxy', '10.0.0.5', '--trusted-proxy', '10.0.0.6'];
    expect(identityParameters(parsed(...proxy))).toEqual(proxy);
    const trusted = { RONDEL_TRUSTED_PROXIES: '10.0.0.5, 10.0.0.6', RONDEL_ACCESS_MAPPING: '/m.toml' };
    expect(identitySources('proxy', parsed('--proxy-header', 'X-User'), trusted)).toMatchObject({
      trustedProxies: ['10.0.0.5', '10.0.0.6'],
      proxy: { header: 'X-User' },
    });
    expect(identitySources('token', parsed(...flags), {})).toEqual({ auth: 'token', trustedProxies: [] });
  });

  it('is refused where something is missing', () => {
    expect(() => identitySources('oidc', {}, {})).toThrow(
      '--auth oidc needs --access-mapping <file>, or its variable RONDEL_ACCESS',
    );
    expect(() => identitySources('oidc', parsed(...flags.slice(2)), {})).toThrow('needs --oidc-issuer');
    expect(() => identitySources('proxy', parsed('--access-mapping', 'm', '--proxy-header', 'X'), {})).toThrow(
      'needs --trusted-proxy',
    );
    const secret = parsed(...flags, '--oidc-client-secret-file', '/no/such/file');
    expect(() => identitySources('oidc', secret, {})).toThrow('--oidc-client-secret-file /no/such/file cannot be read');
  });
});
