import type { Identity, LoginRequest, LoginState, NewToken, TokenRecord } from '@rondel/contracts';
import { call, type CallAnswer } from './call.js';
import type { CallOptions } from './call-options.js';
import type { Connection } from './connection.js';

export type NewlyCreatedToken = CallAnswer<'post /v1/tokens'>;
export type NewLogin = CallAnswer<'post /v1/login'>;

/** Who asks, and the tokens by which people and programs show who they are. */
export interface AccessCalls {
  identity(options?: CallOptions): Promise<Identity>;
  tokens(options?: CallOptions): Promise<TokenRecord[]>;
  /** The answer has the secret, which is told once. */
  createToken(token: NewToken, options?: CallOptions): Promise<NewlyCreatedToken>;
  /** Throws `NOT_FOUND`. */
  revokeToken(id: string, options?: CallOptions): Promise<TokenRecord>;
  /** How a browser may log in, and who it has logged in as. */
  loginState(options?: CallOptions): Promise<LoginState>;
  /** Has the server set a cookie in a browser, which shows it from now on. Throws `UNAUTHENTICATED`. */
  logIn(login: LoginRequest, options?: CallOptions): Promise<NewLogin>;
  /** The browser shows nothing any more. Returns the page of an identity provider at which it may log out there, too. */
  logOut(options?: CallOptions): Promise<string | undefined>;
  /** Behind the address of the server: a page that logs a browser in as whoever asks, once. */
  loginLink(options?: CallOptions): Promise<{ path: string; expiresAt: string }>;
}

export function accessCalls(connection: Connection): AccessCalls {
  return {
    identity: (options = {}) => call(connection, 'get /v1/identity', options),
    tokens: async (options = {}) => (await call(connection, 'get /v1/tokens', options)).tokens,
    createToken: (body, { signal } = {}) => call(connection, 'post /v1/tokens', { body, signal }),
    revokeToken: (id, { signal } = {}) => call(connection, 'delete /v1/tokens/{id}', { path: { id }, signal }),
    loginState: (options = {}) => call(connection, 'get /v1/login', options),
    logIn: (body, { signal } = {}) => call(connection, 'post /v1/login', { body, signal }),
    logOut: async (options = {}) => (await call(connection, 'delete /v1/login', options))?.continueAt,
    loginLink: (options = {}) => call(connection, 'post /v1/login/link', options),
  };
}
