import { isRondelError, RondelError } from '@rondel/contracts';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { clockToleranceSeconds, providerAway, type OidcOptions, type Provider } from './provider.js';

/** Only what is signed with a key that the provider alone has: neither `none` nor what a client's secret makes. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** Of ID tokens and of access tokens (RFC 9068). */
const types = ['jwt', 'at+jwt', 'application/jwt', 'application/at+jwt'];
/** Keycloak says in a claim what a token is for, as it writes refresh tokens and those of offline use alike. */
const uses = ['Bearer', 'ID'];

/** For whom tokens were made that are sent to this server: for the API that it is, or for the clients of its own. */
export function audiencesOf({ options }: Provider): string[] {
  return options.audience === undefined ? clientsOf(options) : [options.audience];
}

/** Throws `UNAUTHENTICATED` for a token that opens nothing here, and `SERVICE_UNAVAILABLE` where the keys are not to be had. */
export async function verifyToken(
  token: string,
  provider: Provider,
  audience = audiencesOf(provider),
): Promise<JWTPayload> {
  const { options, now } = provider;
  refuseEarly(token, options.issuer);
  const configuration = await provider.configuration();
  const keys = await provider.keys();
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms,
      issuer: configuration.serverMetadata().issuer,
      audience,
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ['sub', 'exp'],
      currentDate: new Date(now()),
    });
    refuseOtherUses(payload, provider);
    return payload;
  } catch (error) {
    if (isRondelError(error)) throw error;
    throw isOfToken(error) ? refused(whyNot(error)) : providerAway(options.issuer, error);
  }
}

/** What can be said without a key, so that nobody is asked for one. */
function refuseEarly(token: string, issuer: string): void {
  const { alg = 'none', typ } = headerOf(token);
  if (!algorithms.includes(alg)) throw refused(`it is signed with "${alg.slice(0, 40)}", which is not believed here`);
  if (typ !== undefined && !types.includes(typ.toLowerCase()))
    throw refused(`it is a "${typ.slice(0, 40)}", not an ID or access token`);
  const { iss = '' } = payloadOf(token);
  if (withoutSlash(iss) !== withoutSlash(issuer)) throw refused(`it is of "${iss.slice(0, 200)}", not of ${issuer}`);
}

function refuseOtherUses({ aud, azp, cnf, events, typ }: JWTPayload, { options }: Provider): void {
  if (events !== undefined || (typeof typ === 'string' && !uses.includes(typ)))
    throw refused('it is no ID or access token');
  if (cnf !== undefined)
    throw refused('it is bound to a key of its owner, which has to be shown, too, and cannot be here');
  // A token with several audiences says for whom it was made; one for an API may come from any program.
  const isForOthersToo = azp !== undefined || (Array.isArray(aud) && aud.length > 1);
  if (options.audience === undefined && isForOthersToo && !clientsOf(options).includes(String(azp)))
    throw refused(`it was made for the client "${String(azp).slice(0, 100)}"`);
}

function clientsOf({ clientId, deviceClientId = clientId }: OidcOptions): string[] {
  return [clientId, deviceClientId];
}

function headerOf(token: string): { readonly alg?: string; readonly typ?: string } {
  const { alg, typ } = decodeProtectedHeader(token);
  return { ...(typeof alg === 'string' && { alg }), ...(typeof typ === 'string' && { typ }) };
}

function payloadOf(token: string): { readonly iss?: string } {
  try {
    const { iss } = decodeJwt(token);
    return typeof iss === 'string' ? { iss } : {};
  } catch (error) {
    throw refused('it has no claims that can be read', error);
  }
}

function withoutSlash(text: string): string {
  return text.replace(/\/+$/, '');
}

/** What jose says of the token; anything else is trouble with the keys. */
const ofToken = [
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
];

function isOfToken(error: unknown): error is Error {
  return ofToken.some((kind) => error instanceof kind);
}

function whyNot(error: Error): string {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.claim === 'nbf' ? 'it is not valid yet' : `its claim "${error.claim}" is not what it has to be here`;
  }
  if (error instanceof errors.JWKSNoMatchingKey) return 'it is signed with a key that the provider does not have';
  return 'its signature is not that of the provider';
}

function refused(why: string, cause?: unknown): RondelError {
  return new RondelError(
    'UNAUTHENTICATED',
    `The token of the identity provider opens nothing here: ${why}. Log in again; the command line does that with \`rondel login\`.`,
    { cause },
  );
}
