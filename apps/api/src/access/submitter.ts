import { SubmitterSchema, submitterFrom } from '@rondel/contracts';
import { Type, type Static } from '@rondel/contracts/schema';

/** Headers of every submission. */
export const submitterHeaders = {
  'rondel-submitter': Type.Optional({ ...SubmitterSchema, description: 'The submitter unless the body names one.' }),
};

interface SubmissionRequest<T> {
  readonly body: T;
  readonly headers: { readonly 'rondel-submitter'?: Static<typeof SubmitterSchema> };
  readonly ip: string;
}

/** A submission with whose it is: whom it names, else whom its request names, else the address that it comes from. */
export function withSubmitter<T extends { readonly submitter?: string | undefined }>({
  body,
  headers,
  ip,
}: SubmissionRequest<T>): T {
  const submitter = body.submitter ?? headers['rondel-submitter'] ?? submitterFrom(ip);
  return submitter === undefined ? body : { ...body, submitter };
}
