export { openSigningKey, publishKey, type SigningKey } from './signing-key.js';
export { openTrust, type Trust } from './trust.js';
export { openSigner } from './signer.js';
export { openVerifier, type Verifier } from './verifier.js';
export { requireSame, warrantRefused } from './refusal.js';
