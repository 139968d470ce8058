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

/** What a command line takes to log somebody in at the identity provider (RFC 8628). */
export const DeviceLoginSchema = Type.Object({
  issuer: Type.String({ description: 'Address of the identity provider.' }),
  client: Type.String({ description: 'As which client the command line asks it.' }),
  scope: Type.String({ description: 'What it asks for.' }),
  sends: Type.Enum(['id', 'access'], { description: 'Which of the tokens it gets it sends here.' }),
  resource: Type.Optional(Type.String({ description: 'For which API it asks (RFC 8707).' })),
});
export type DeviceLogin = Readonly<Static<typeof DeviceLoginSchema>>;

/** Answer of `GET /v1/login`. */
export const LoginStateSchema = Type.Object({
  ways: Type.Array(Type.Enum(['token', 'oidc']), {
    description: 'How a browser may log in here; none where nobody has to, or where a proxy sees to it.',
  }),
  identity: Type.Optional(IdentitySchema),
  device: Type.Optional(DeviceLoginSchema),
});
export type LoginState = Static<typeof LoginStateSchema>;

/** Answer of `DELETE /v1/login` where an identity provider still knows the browser. */
export const LoggedOutSchema = Type.Object({
  continueAt: Type.String({ description: 'Page of the identity provider at which a person logs out there, too.' }),
});

/** Answer of `POST /v1/login/link`. */
export const LoginLinkSchema = Type.Object({
  path: Type.String({ description: 'To open in a browser, behind the address of the server. It logs in once.' }),
  expiresAt: Type.String({ format: 'date-time' }),
});
export type LoginLink = Static<typeof LoginLinkSchema>;
