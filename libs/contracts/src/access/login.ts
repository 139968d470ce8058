import { Type, type Static } from '../schema.js';
import { IdentitySchema } from './identity.js';

const SecretSchema = Type.String({ minLength: 1, maxLength: 8192 });

/** Body of `POST /v1/login`. */
export const LoginRequestSchema = Type.Union([
  Type.Object({ token: { ...SecretSchema, description: 'The secret of a token.' } }, { additionalProperties: false }),
  Type.Object({ code: { ...SecretSchema, description: 'Out of a link to log in.' } }, { additionalProperties: false }),
]);
export type LoginRequest = Static<typeof LoginRequestSchema>;

export const LoginSchema = Type.Object({
  identity: IdentitySchema,
  expiresAt: Type.String({ format: 'date-time', description: 'When the browser has to log in again.' }),
});

/** Answer of `GET /v1/login`. */
export const LoginStateSchema = Type.Object({
  ways: Type.Array(Type.Enum(['token', 'oidc']), {
    description: 'How a browser may log in here; none where nobody has to, or where a proxy sees to it.',
  }),
  identity: Type.Optional(IdentitySchema),
});
export type LoginState = Static<typeof LoginStateSchema>;

/** Answer of `POST /v1/login/link`. */
export const LoginLinkSchema = Type.Object({
  path: Type.String({ description: 'To open in a browser, behind the address of the server. It logs in once.' }),
  expiresAt: Type.String({ format: 'date-time' }),
});
export type LoginLink = Static<typeof LoginLinkSchema>;
