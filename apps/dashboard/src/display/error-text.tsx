import { toFailure } from '@rondel/contracts';

/** Why something could not be done: the sentence of the server with its code. */
export function ErrorText({ error }: { readonly error: unknown }) {
  const { code, message } = toFailure(error);
  return (
    <p class="error-text" role="alert">
      <code>{code}</code> {message}
    </p>
  );
}
